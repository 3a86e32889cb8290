"""Dead letters: what is read of them, which are chosen, and what is put back."""

from types import SimpleNamespace
from typing import Any

import pytest

from schemas.model import from_ms
from tests.unit.tiny import Add, mark, raw, tiny
from workers.capture.documents import Documents
from workers.commands.letters_choice import Choice, Plan, beginnings, leave, moment, obstacle, older, plan
from workers.letters import reading as wire
from workers.letters.reading import Letter, again, is_mark, letters, read
from workers.letters.writing import dead_letter
from workers.process.settings import DEPLOY
from workers.process.sources import load_sources
from workers.runtime.replay import Replay
from workers.wire.fencing import fence
from workers.wire.headers import version_of
from workers.wire.records import Raw, Written

NOW = 1_800_000_000_000
HOUR = 3_600_000
WATERMARK = mark(0, NOW)


def kept(written: Written, offset: int = 0) -> Raw:
    """A record of `dead-letters` as a reader gets it."""
    return Raw("dead-letters", 1, offset, written.key, written.value, written.at, written.headers)


def letter(
    topic: str = "inbox", offset: int = 7, *, worker: str = "people", key: bytes | None = b"u1",
    value: bytes | None = b"{", at: int = NOW, headers: Any = (), reason: Any = "step",
    timer: str | None = None, error: str = "failed",
) -> Letter:  # fmt: skip
    """A letter about a record of partition 3."""
    record = Raw(topic, 3, offset, key, value, at, tuple(headers))
    return read(kept(dead_letter(record, topic, 3, worker, reason, RuntimeError(error), timer)))


def test_a_letter_says_whose_record_stood_where() -> None:
    """Worker, place, reason and error come from the headers, the rest is the record."""
    found = letter(reason="schema")
    assert (found.id, found.place) == ("people/inbox/3/7", "inbox/3/7")
    assert (found.worker, found.topic, found.partition, found.offset) == ("people", "inbox", 3, 7)
    assert (found.reason, found.error) == ("schema", "RuntimeError: failed")
    assert (found.record.key, found.record.value) == (b"u1", b"{")


def test_a_record_without_our_headers_is_a_letter_too() -> None:
    """Nothing in the topic is hidden, and none of it can be put back."""
    found = read(Raw("dead-letters", 2, 5, None, b"x", NOW))
    assert found.id == "dead-letters/2/5"
    assert obstacle(found) == "it names no place in a topic of this fleet"


def test_a_letter_of_capture_names_its_document() -> None:
    """It holds no record, so its place is the topic and the document's id."""
    sent: list[Any] = []
    sink: Any = SimpleNamespace(send=lambda *record: sent.append(record))
    users = next(one for one in load_sources(DEPLOY / "sources.toml").captured if one.topic == "users")
    Documents(sink).put(users, {"_id": "u1", "name": "x" * 900_001}, (1, 5), NOW)
    ((topic, key, value, at, headers),) = sent
    found = read(Raw(topic, 0, 0, key, value, at, tuple(headers)))
    assert topic == "dead-letters"
    assert (found.worker, found.place, found.reason, found.offset) == (
        "capture", "users/u1", "too-large", None,
    )  # fmt: skip
    assert Choice(places=("capture/users/u1",)).takes(found)
    assert (obstacle(found) or "").startswith("its document is in the database")


def test_a_letter_of_a_timer_names_whose_it_was() -> None:
    """The record is a watermark; the key is the person's."""
    found = letter(timer="u9", key=b"~watermark", headers=WATERMARK.headers)
    assert (found.place, found.key, found.id) == ("inbox/3/7", b"u9", "people/inbox/3/7/u9")


def test_repetitions_count_once_and_come_in_the_order_of_time() -> None:
    """A crash writes a letter twice; a topic that was created again has another letter of the same place."""
    late, early, other = letter(), letter(offset=8, at=NOW - 1), letter(at=NOW + 1)
    found = letters([late.record, early.record, late.record._replace(offset=9), other.record])
    assert found == [early, late, other]


def test_what_is_put_back_is_the_record_as_it_came() -> None:
    """Key, value, partition, time and its own headers; the version under which it would have been applied."""
    found = again(letter(headers=[("trace", b"1"), ("kairos_version", b"4.2"), ("trace", b"2")]))
    own = [(name, value) for name, value in found.headers if not name.startswith(("ce_", "content-"))]
    assert found._replace(headers=()) == Written("inbox", b"u1", b"{", (), NOW, 3)
    assert own == [("trace", b"1"), ("kairos_version", b"4.2"), ("trace", b"2")]
    assert dict(found.headers)["ce_id"] == b"inbox/3/7"
    assert dict(found.headers)["ce_type"] == b"kairos.inbox.v1"


def test_a_record_without_a_version_keeps_its_offset_as_version() -> None:
    """At the end of the log it would otherwise beat what came after it."""
    assert version_of(again(letter()).headers) == (0, 7)


def test_the_generation_of_its_writer_is_not_put_back() -> None:
    """A reader would take it for the word of a worker that was replaced."""
    found = again(letter(headers=[fence(3, 2, 100)]))
    assert "kairos_fence" not in dict(found.headers)


def test_a_letter_of_what_was_put_back_can_be_put_back() -> None:
    """It fails once more: its new letter carries the first version."""
    first = again(letter(headers=[("trace", b"1")]))
    record = Raw("inbox", 3, 90, first.key, first.value, first.at, first.headers)
    second = read(kept(dead_letter(record, "inbox", 3, "people", "step", RuntimeError("again"))))
    assert second.place == "inbox/3/90"
    assert version_of(again(second).headers) == (0, 7)
    assert dict(again(second).headers)["trace"] == b"1"


def test_a_mark_is_no_letter_and_says_when() -> None:
    """It lies beside the letter, with its key and time, so that both go at once."""
    found = letter()
    said = wire.mark(found, NOW + HOUR)
    assert (said.key, said.value, said.at, said.partition) == (b"u1", None, NOW, 1)
    marked = kept(said, offset=1)
    assert is_mark(marked)
    assert not is_mark(found.record)
    (one,) = letters([found.record, marked])
    assert one == found._replace(replayed=from_ms(NOW + HOUR).isoformat())
    (again_written,) = letters([marked, found.record])
    assert again_written.replayed is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", NOW - 90_000),
        ("5m", NOW - 300_000),
        ("2h", NOW - 2 * HOUR),
        ("7d", NOW - 168 * HOUR),
        ("2027-01-15T08:00:00Z", NOW),
        ("2027-01-15 09:00+01:00", NOW),
        ("2027-01-15T08:00", NOW),
        ("2027-01-15", NOW - 8 * HOUR),
    ],
)
def test_times_of_the_command_line(text: str, expected: int) -> None:
    """So long ago, or a time as ISO writes it."""
    assert moment(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "2", "2 weeks", "yesterday", "-2h", "2027-13-01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r".*"):
        moment(text, NOW)


@pytest.mark.parametrize(
    ("choice", "places"),
    [
        (Choice(), ["inbox/3/1", "inbox/3/2", "users/3/3", "users/3/4"]),
        (Choice(worker="people"), ["inbox/3/1", "inbox/3/2"]),
        (Choice(topic="users"), ["users/3/3", "users/3/4"]),
        (Choice(reason="schema"), ["inbox/3/2", "users/3/4"]),
        (Choice(worker="people", reason="schema"), ["inbox/3/2"]),
        (Choice(since=NOW + 2), ["inbox/3/2", "users/3/3", "users/3/4"]),
        (Choice(until=NOW + 2), ["inbox/3/1"]),
        (Choice(since=NOW + 2, until=NOW + 4), ["inbox/3/2", "users/3/3"]),
        (Choice(places=("inbox/3/2", "route/users/3/4")), ["inbox/3/2", "users/3/4"]),
        (Choice(places=("people/users/3/4",)), []),
    ],
)
def test_filters(choice: Choice, places: list[str]) -> None:
    """Each excludes what it does not name; all together must agree."""
    there = [
        letter("inbox", 1, at=NOW + 1),
        letter("inbox", 2, at=NOW + 2, reason="schema"),
        letter("users", 3, at=NOW + 3, worker="route"),
        letter("users", 4, at=NOW + 4, worker="route", reason="schema"),
    ]
    assert [one.place for one in there if choice.takes(one)] == places
    assert choice.unknown(there) == [place for place in choice.places if place.startswith("people/users")]


@pytest.mark.parametrize(
    ("stays", "because"),
    [
        (letter("users", worker="capture"), "its document is in the database"),
        (letter(timer="u1", headers=WATERMARK.headers), "a timer failed"),
        (letter(headers=WATERMARK.headers), "a watermark"),
        (letter(value=b"x" * 900_001), "only its beginning was kept, of 900001 bytes"),
        (letter("nowhere"), "it names no place in a topic of this fleet"),
        (letter("dead-letters"), "no worker reads its topic"),
    ],
)
def test_what_cannot_be_put_back_is_left_with_its_reason(stays: Letter, because: str) -> None:
    """The others of the same command go back all the same."""
    found = plan([stays, letter()], Choice(), None, again=False)
    assert [(one, reason.startswith(because)) for one, reason in found.left] == [(stays, True)]
    assert ("inbox", 3, 7) in found.back


def test_records_go_back_in_the_order_of_the_log() -> None:
    """By topic, partition and offset, whatever the order of their letters; the limit takes the first ones."""
    there = [letter("users", 2, worker="route"), letter(offset=10), letter(offset=9)]
    order = [("inbox", 3, 9), ("inbox", 3, 10), ("users", 3, 2)]
    assert list(plan(there, Choice(), None, again=False).back) == order
    assert list(plan(there, Choice(), 2, again=False).back) == order[:2]


def test_a_record_that_two_workers_refused_goes_back_once() -> None:
    """Both read it again, so both letters are marked, whichever was chosen."""
    both = [letter("send-decisions", worker="mail"), letter("send-decisions", worker="serve")]
    found = plan(both, Choice(worker="serve"), None, again=False)
    assert found.back == {("send-decisions", 3, 7): both}


def test_what_was_put_back_stays_unless_asked_for_again() -> None:
    """A second run of the same command does nothing."""
    there = [letter()._replace(replayed="2027-01-15T08:00:00+00:00"), letter(offset=8)]
    assert list(plan(there, Choice(), None, again=False).back) == [("inbox", 3, 8)]
    assert plan(there, Choice(), None, again=False).before == 1
    assert len(plan(there, Choice(), None, again=True).back) == 2


def test_in_a_compacted_topic_an_old_record_stays_behind_a_newer_one() -> None:
    """Put back behind it, it would be the last of its key: in the inbox all go, by their versions."""
    there = [letter("users", 5), letter("users", 6), letter("users", 8, key=b"u2"), letter("inbox", 4)]
    found = plan(there, Choice(), None, again=False)
    assert beginnings(found) == {"users": {3: 5}}
    reasons = older(found, {("users", 3, b"u1"): 6, ("users", 3, b"u2"): 8})
    assert reasons == {("users", 3, 5): "a later record of its key is at users/3/6"}
    rest = leave(found, reasons)
    assert list(rest.back) == [("inbox", 3, 4), ("users", 3, 6), ("users", 3, 8)]
    assert rest == Plan(rest.back, [(there[0], reasons["users", 3, 5])], 0)


def test_a_record_that_was_put_back_changes_nothing_newer() -> None:
    """Through a stage: the fixed step gives the sum as if nothing had happened."""
    log = [raw(0, "a", Add(n=1)), raw(1, "a", Add(n=10, trouble="step")), raw(2, "a", Add(n=100))]
    broken = Replay(tiny())
    dead = [one for one in broken.feed(log) if one.topic == "dead-letters"]
    (found,) = letters([kept(one) for one in dead])
    back = again(found)
    value = back.value.replace(b'"step"', b"null") if back.value else None  # the step is fixed
    broken.feed([Raw("inbox", 0, 3, back.key, value, back.at, back.headers)])
    assert broken.states()["a"].total == 111
