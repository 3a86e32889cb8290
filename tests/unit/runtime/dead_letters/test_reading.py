"""Dead letters: what is read of them, and the record that is put back."""

from types import SimpleNamespace
from typing import Any

from schemas.model import from_epoch_ms
from tests.unit.runtime.dead_letters.examples import HOUR, NOW, WATERMARK, kept, letter
from workers.capture.document_writer import DocumentWriter
from workers.commands.dead_letters_choice import (
    Choice,
    why_not_replayable,
)
from workers.product.sources import load_sources
from workers.runtime.dead_letters import reading as wire
from workers.runtime.dead_letters.reading import is_mark, letters, read, replay_record
from workers.runtime.dead_letters.writing import dead_letter
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.headers import version_of
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.process.settings import DEPLOY


def test_a_letter_says_whose_record_stood_where() -> None:
    """Worker, place, reason and error come from the headers, the rest is the record."""
    found = letter(reason="schema")
    assert (found.id, found.position) == ("people/inbox/3/7", "inbox/3/7")
    assert (found.worker, found.topic, found.partition, found.offset) == ("people", "inbox", 3, 7)
    assert (found.reason, found.error) == ("schema", "RuntimeError: failed")
    assert (found.record.key, found.record.value) == (b"u1", b"{")


def test_a_record_without_our_headers_is_a_letter_too() -> None:
    """Nothing in the topic is hidden, and none of it can be put back."""
    found = read(ConsumerRecord("dead-letters", 2, 5, None, b"x", NOW))
    assert found.id == "dead-letters/2/5"
    assert why_not_replayable(found) == "it names no place in a topic of this fleet"


def test_a_letter_of_capture_names_its_document() -> None:
    """It holds no record, so its place is the topic and the document's id."""
    sent: list[Any] = []
    producer: Any = SimpleNamespace(send=sent.append)
    users = next(one for one in load_sources(DEPLOY / "sources.toml").captured if one.topic == "users")
    DocumentWriter(producer).write(users, {"_id": "u1", "name": "x" * 900_001}, (1, 5), NOW)
    ((topic, key, value, headers, at, _),) = sent
    found = read(ConsumerRecord(topic, 0, 0, key, value, at, headers))
    assert topic == "dead-letters"
    assert (found.worker, found.position, found.reason, found.offset) == (
        "capture", "users/u1", "too-large", None,
    )  # fmt: skip
    assert Choice(positions=("capture/users/u1",)).includes(found)
    assert (why_not_replayable(found) or "").startswith("its document is in the database")


def test_a_letter_of_a_timer_names_whose_it_was() -> None:
    """The record is a watermark; the key is the person's."""
    found = letter(timer="u9", key=b"~watermark", headers=WATERMARK.headers)
    assert (found.position, found.key, found.id) == ("inbox/3/7", b"u9", "people/inbox/3/7/u9")


def test_repetitions_count_once_and_come_in_the_order_of_time() -> None:
    """A crash writes a letter twice; a topic that was created again has another letter of the same place."""
    late, early, other = letter(), letter(offset=8, at=NOW - 1), letter(at=NOW + 1)
    found = letters([late.record, early.record, late.record._replace(offset=9), other.record])
    assert found == [early, late, other]


def test_what_is_put_back_is_the_record_as_it_came() -> None:
    """Key, value, partition, time and its own headers; the version under which it would have been applied."""
    found = replay_record(letter(headers=[("trace", b"1"), ("kairos_version", b"4.2"), ("trace", b"2")]))
    own = [(name, value) for name, value in found.headers if not name.startswith(("ce_", "content-"))]
    assert found._replace(headers=()) == ProducerRecord("inbox", b"u1", b"{", (), NOW, 3)
    assert own == [("trace", b"1"), ("kairos_version", b"4.2"), ("trace", b"2")]
    assert dict(found.headers)["ce_id"] == b"inbox/3/7"
    assert dict(found.headers)["ce_type"] == b"kairos.inbox.v1"


def test_a_record_without_a_version_keeps_its_offset_as_version() -> None:
    """At the end of the log it would otherwise beat what came after it."""
    assert version_of(replay_record(letter()).headers) == (0, 7)


def test_the_generation_of_its_writer_is_not_put_back() -> None:
    """A reader would take it for the word of a worker that was replaced."""
    found = replay_record(letter(headers=[fencing_header(3, 2, 100)]))
    assert "kairos_fence" not in dict(found.headers)


def test_a_letter_of_what_was_put_back_can_be_put_back() -> None:
    """It fails once more: its new letter carries the first version."""
    first = replay_record(letter(headers=[("trace", b"1")]))
    record = ConsumerRecord("inbox", 3, 90, first.key, first.value, first.at, first.headers)
    second = read(kept(dead_letter(record, "inbox", 3, "people", "step", RuntimeError("again"))))
    assert second.position == "inbox/3/90"
    assert version_of(replay_record(second).headers) == (0, 7)
    assert dict(replay_record(second).headers)["trace"] == b"1"


def test_a_mark_is_no_letter_and_says_when() -> None:
    """It lies beside the letter, with its key and time, so that both go at once."""
    found = letter()
    said = wire.mark(found, NOW + HOUR)
    assert (said.key, said.value, said.at, said.partition) == (b"u1", None, NOW, 1)
    marked = kept(said, offset=1)
    assert is_mark(marked)
    assert not is_mark(found.record)
    (one,) = letters([found.record, marked])
    assert one == found._replace(replayed=from_epoch_ms(NOW + HOUR).isoformat())
    (again_written,) = letters([marked, found.record])
    assert again_written.replayed is not None
