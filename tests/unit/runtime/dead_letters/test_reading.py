"""Dead letters: what is read from their headers, and the record that is replayed."""

from types import SimpleNamespace
from typing import Any

from schemas.model import from_epoch_ms
from tests.unit.runtime.dead_letters.examples import HOUR, NOW, WATERMARK, consumed, letter
from workers.capture.document_writer import ChangeTime, DocumentWriter
from workers.commands.dead_letters_choice import Choice, why_not_replayable
from workers.product.sources import load_sources
from workers.runtime.dead_letters import reading
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.dead_letters.reading import is_mark, letters, read, replay_record
from workers.runtime.dead_letters.writing import dead_letter
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.headers import version_of
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.kafka.sizes import SizeLimits
from workers.runtime.process.settings import DEPLOY


def test_a_letter_names_worker_and_position_of_its_record() -> None:
    """Worker, position, reason and error come from the headers; key and value are the record's."""
    dead = letter(reason="schema")
    assert (dead.id, dead.position) == ("people/inbox/3/7", "inbox/3/7")
    assert (dead.worker, dead.topic, dead.partition, dead.offset) == ("people", "inbox", 3, 7)
    assert (dead.reason, dead.error) == ("schema", "RuntimeError: failed")
    assert (dead.record.key, dead.record.value) == (b"u1", b"{")


def test_a_record_without_our_headers_is_a_letter() -> None:
    """It is read, too, but cannot be replayed."""
    dead = read(ConsumerRecord("dead-letters", 2, 5, None, b"x", NOW))
    assert dead.id == "dead-letters/2/5"
    assert why_not_replayable(dead) == "it names no place in a topic of this fleet"


def test_a_letter_of_capture_names_its_document() -> None:
    """It holds no record, so its position is the topic and the document's id."""
    sent: list[Any] = []
    producer: Any = SimpleNamespace(send=sent.append)
    users = next(
        source for source in load_sources(DEPLOY / "sources.toml").captured if source.topic == "users"
    )
    writer = DocumentWriter(producer, SizeLimits(), DlqLimit())
    writer.write(users, {"_id": "u1", "name": "x" * 900_001}, ChangeTime((1, 5), NOW, NOW))
    ((topic, key, value, headers, at, _),) = sent
    dead = read(ConsumerRecord(topic, 0, 0, key, value, at, headers))
    assert topic == "dead-letters"
    assert (dead.worker, dead.position, dead.reason, dead.offset) == (
        "capture", "users/u1", "too-large", None,
    )  # fmt: skip
    assert Choice(positions=("capture/users/u1",)).includes(dead)
    assert (why_not_replayable(dead) or "").startswith("its document is in the database")


def test_a_letter_of_a_timer_names_the_key_of_the_timer() -> None:
    """The record is a watermark; the letter's key is that of the timer, here a person."""
    dead = letter(timer="u9", key=b"~watermark", headers=WATERMARK.headers)
    assert (dead.position, dead.key, dead.id) == ("inbox/3/7", b"u9", "people/inbox/3/7/u9")


def test_repeated_letters_are_merged_and_sorted_by_time() -> None:
    """A crash writes a letter twice; a recreated topic may have another letter at the same position."""
    late, early, other = letter(), letter(offset=8, at=NOW - 1), letter(at=NOW + 1)
    merged = letters([late.record, early.record, late.record._replace(offset=9), other.record])
    assert merged == [early, late, other]


def test_a_replayed_record_is_the_original_record() -> None:
    """Key, value, partition, time and its own headers; the version under which it would have been applied."""
    replayed = replay_record(letter(headers=[("trace", b"1"), ("kairos_version", b"4.2"), ("trace", b"2")]))
    own = [(name, value) for name, value in replayed.headers if not name.startswith(("ce_", "content-"))]
    assert replayed._replace(headers=()) == ProducerRecord("inbox", b"u1", b"{", (), NOW, 3)
    assert own == [("trace", b"1"), ("kairos_version", b"4.2"), ("trace", b"2")]
    assert dict(replayed.headers)["ce_id"] == b"inbox/3/7"
    assert dict(replayed.headers)["ce_type"] == b"kairos.inbox.v1"


def test_a_replayed_record_without_a_version_gets_its_offset_as_version() -> None:
    """Its new offset would be a higher version than that of records after the original."""
    assert version_of(replay_record(letter()).headers) == (0, 7)


def test_a_replayed_record_has_no_fencing_header() -> None:
    """A consumer would take it for a record of a replaced worker."""
    replayed = replay_record(letter(headers=[fencing_header(3, 2, 100)]))
    assert "kairos_fence" not in dict(replayed.headers)


def test_a_replayed_record_that_fails_again_can_be_replayed() -> None:
    """The letter of its second failure has the version of the original record."""
    first = replay_record(letter(headers=[("trace", b"1")]))
    record = ConsumerRecord("inbox", 3, 90, first.key, first.value, first.at, first.headers)
    second = read(consumed(dead_letter(record, "inbox", 3, "people", "step", RuntimeError("again"))))
    assert second.position == "inbox/3/90"
    assert version_of(replay_record(second).headers) == (0, 7)
    assert dict(replay_record(second).headers)["trace"] == b"1"


def test_a_mark_is_no_letter_and_gives_the_replay_time() -> None:
    """It has the letter's key and time, so both are deleted by retention at the same time."""
    dead = letter()
    replay_mark = reading.mark(dead, NOW + HOUR)
    assert (replay_mark.key, replay_mark.value, replay_mark.at, replay_mark.partition) == (
        b"u1",
        None,
        NOW,
        1,
    )
    marked = consumed(replay_mark, offset=1)
    assert is_mark(marked)
    assert not is_mark(dead.record)
    (replayed,) = letters([dead.record, marked])
    assert replayed == dead._replace(replayed=from_epoch_ms(NOW + HOUR).isoformat())
    (from_marked_first,) = letters([marked, dead.record])
    assert from_marked_first.replayed is not None
