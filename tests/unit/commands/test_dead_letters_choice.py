"""Which dead letters the filters choose, and which of them are replayed."""

import pytest

from tests.unit.runtime.dead_letters.examples import HOUR, NOW, WATERMARK, consumed, letter
from tests.unit.runtime.engine.tiny import Add, raw, tiny
from workers.commands.dead_letters_choice import (
    Choice,
    ReplayPlan,
    first_offsets,
    parse_time,
    plan,
    skip,
    superseded,
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
    """A time span before now, or an ISO time."""
    assert parse_time(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "2", "2 weeks", "yesterday", "-2h", "2027-13-01"])
def test_a_text_that_is_no_time_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r".*"):
        parse_time(text, NOW)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), ["inbox/3/1", "inbox/3/2", "users/3/3", "users/3/4"]),
        (Choice(worker="people"), ["inbox/3/1", "inbox/3/2"]),
        (Choice(topic="users"), ["users/3/3", "users/3/4"]),
        (Choice(reason="schema"), ["inbox/3/2", "users/3/4"]),
        (Choice(worker="people", reason="schema"), ["inbox/3/2"]),
        (Choice(since=NOW + 2), ["inbox/3/2", "users/3/3", "users/3/4"]),
        (Choice(until=NOW + 2), ["inbox/3/1"]),
        (Choice(since=NOW + 2, until=NOW + 4), ["inbox/3/2", "users/3/3"]),
        (Choice(positions=("inbox/3/2", "route/users/3/4")), ["inbox/3/2", "users/3/4"]),
        (Choice(positions=("people/users/3/4",)), []),
    ],
)
def test_a_letter_must_pass_every_filter(choice: Choice, expected: list[str]) -> None:
    """A filter that is not given excludes nothing; positions without a letter are named."""
    all_letters = [
        letter("inbox", 1, at=NOW + 1),
        letter("inbox", 2, at=NOW + 2, reason="schema"),
        letter("users", 3, at=NOW + 3, worker="route"),
        letter("users", 4, at=NOW + 4, worker="route", reason="schema"),
    ]
    assert [each.position for each in all_letters if choice.includes(each)] == expected
    assert choice.unknown_positions(all_letters) == [
        position for position in choice.positions if position.startswith("people/users")
    ]


@pytest.mark.parametrize(
    ("not_replayable", "reason"),
    [
        (letter("users", worker="capture"), "its document is in the database"),
        (letter(timer="u1", headers=WATERMARK.headers), "a timer failed"),
        (letter(headers=WATERMARK.headers), "a watermark"),
        (letter(value=b"x" * 900_001), "only its beginning was kept, of 900001 bytes"),
        (letter("nowhere"), "it names no place in a topic of this fleet"),
        (letter("dead-letters"), "no worker reads its topic"),
    ],
)
def test_a_letter_that_cannot_be_replayed_is_skipped_with_its_reason(
    not_replayable: DeadLetter, reason: str
) -> None:
    """The other letters of the same command are replayed."""
    planned = plan([not_replayable, letter()], Choice(), None, include_replayed=False)
    assert [(each, text.startswith(reason)) for each, text in planned.skipped] == [(not_replayable, True)]
    assert ("inbox", 3, 7) in planned.to_replay


def test_records_are_replayed_in_the_order_of_the_log() -> None:
    """By topic, partition and offset, whatever the order of their letters; a limit keeps the first ones."""
    all_letters = [letter("users", 2, worker="route"), letter(offset=10), letter(offset=9)]
    order = [("inbox", 3, 9), ("inbox", 3, 10), ("users", 3, 2)]
    assert list(plan(all_letters, Choice(), None, include_replayed=False).to_replay) == order
    assert list(plan(all_letters, Choice(), 2, include_replayed=False).to_replay) == order[:2]


def test_a_record_with_letters_of_two_workers_is_replayed_once() -> None:
    """Both workers read it again, so both letters are marked, whichever was chosen."""
    both = [letter("send-decisions", worker="mail"), letter("send-decisions", worker="serve")]
    planned = plan(both, Choice(worker="serve"), None, include_replayed=False)
    assert planned.to_replay == {("send-decisions", 3, 7): both}


def test_a_record_is_replayed_again_only_on_request() -> None:
    """A second run of the same command does nothing."""
    all_letters = [letter()._replace(replayed="2027-01-15T08:00:00+00:00"), letter(offset=8)]
    assert list(plan(all_letters, Choice(), None, include_replayed=False).to_replay) == [("inbox", 3, 8)]
    assert plan(all_letters, Choice(), None, include_replayed=False).already_replayed == 1
    assert len(plan(all_letters, Choice(), None, include_replayed=True).to_replay) == 2


def test_in_a_compacted_topic_a_record_with_a_later_one_of_its_key_is_skipped() -> None:
    """It would become the last record of the key. In the inbox all are replayed: versions decide there."""
    all_letters = [letter("users", 5), letter("users", 6), letter("users", 8, key=b"u2"), letter("inbox", 4)]
    planned = plan(all_letters, Choice(), None, include_replayed=False)
    assert first_offsets(planned) == {"users": {3: 5}}
    reasons = superseded(planned, {("users", 3, b"u1"): 6, ("users", 3, b"u2"): 8})
    assert reasons == {("users", 3, 5): "a later record of its key is at users/3/6"}
    remaining = skip(planned, reasons)
    assert list(remaining.to_replay) == [("inbox", 3, 4), ("users", 3, 6), ("users", 3, 8)]
    assert remaining == ReplayPlan(remaining.to_replay, [(all_letters[0], reasons["users", 3, 5])], 0)


def test_a_replayed_record_changes_nothing_newer() -> None:
    """Through a stage: the fixed step gives the same sum as if the record had never failed."""
    log = [raw(0, "a", Add(n=1)), raw(1, "a", Add(n=10, trouble="step")), raw(2, "a", Add(n=100))]
    broken = Replay(tiny())
    dead = [record for record in broken.feed(log) if record.topic == "dead-letters"]
    (dead_letter,) = letters([consumed(record) for record in dead])
    replayed = replay_record(dead_letter)
    value = replayed.value.replace(b'"step"', b"null") if replayed.value else None  # the step is fixed
    broken.feed([ConsumerRecord("inbox", 0, 3, replayed.key, value, replayed.at, replayed.headers)])
    assert broken.states()["a"].total == 111
