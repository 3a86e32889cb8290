"""Which dead letters are chosen, and which of them can be put back."""

import pytest

from tests.unit.runtime.dead_letters.examples import HOUR, NOW, WATERMARK, kept, letter
from tests.unit.runtime.engine.tiny import Add, raw, tiny
from workers.commands.dead_letters_choice import (
    Choice,
    Plan,
    beginnings,
    leave,
    moment,
    older,
    plan,
)
from workers.runtime.dead_letters.reading import DeadLetter, letters, replay_record
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.records import ConsumerRecord


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
def test_what_cannot_be_put_back_is_left_with_its_reason(stays: DeadLetter, because: str) -> None:
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
    back = replay_record(found)
    value = back.value.replace(b'"step"', b"null") if back.value else None  # the step is fixed
    broken.feed([ConsumerRecord("inbox", 0, 3, back.key, value, back.at, back.headers)])
    assert broken.states()["a"].total == 111
