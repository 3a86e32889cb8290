"""The times that records and watermarks claim: used, bounded against our clock, or a dead letter."""

from dataclasses import replace

import pytest

from tests.unit.runtime.engine.tiny import Add, Sum, SumCodec, mark, raw, tiny
from workers.runtime.dead_letters.reading import read
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round_result import RoundResult
from workers.runtime.engine.state_header import unpack
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

WALL = 1_790_000_000_000
HOUR = 3_600_000


def rounds(*records: ConsumerRecord, reports: bool = False) -> tuple[Engine, RoundResult]:
    """An engine after records, with our clock at WALL, and what it wants done."""
    engine = Engine(tiny(reports=reports), "people", 0)
    engine.wall = WALL
    return engine, process(engine, [("inbox", records)])


def letters(result: RoundResult) -> list[ProducerRecord]:
    """The dead letters among the outputs."""
    return [record for record in result.outputs if record.topic == "dead-letters"]


@pytest.mark.parametrize(
    ("at", "hint"),
    [
        (-62_135_596_800_001, "milliseconds"),
        (-(2**63), "milliseconds"),
        (2**63 - 1, "milliseconds"),
        (253_402_300_800_000, "milliseconds"),
        (WALL // 1_000, "it looks like seconds"),
        (1_700_000_000, "it looks like seconds"),
        (WALL * 1_000, "it looks like microseconds"),
        (WALL * 1_000_000, "it looks like nanoseconds"),
    ],
)
@pytest.mark.parametrize("wall", [WALL, None])
def test_a_time_that_no_date_can_name_is_a_dead_letter(at: int, hint: str, wall: int | None) -> None:
    """With the time of its writing as its own, and the record's as it came; the next record is used."""
    if wall is None and "seconds" in hint:
        return  # in memory only what no date can name is refused
    engine = Engine(tiny(), "people", 0)
    engine.wall = wall
    odd = raw(0, "a", Add(n=1))._replace(timestamp=at)
    result = process(engine, [("inbox", [odd, raw(1, "a", Add(n=2))])])

    (written,) = letters(result)
    letter = read(
        ConsumerRecord("dead-letters", 0, 0, written.key, written.value, written.at, written.headers)
    )
    assert (letter.reason, letter.at, letter.position) == ("schema", at, "inbox/0/0")
    assert str(at) in letter.error
    assert wall is None or hint in letter.error
    assert wall is None or written.at == WALL
    assert engine.size() == 1


@pytest.mark.parametrize("at", [WALL // 1_000, WALL * 1_000, -(2**63), 2**63 - 1])
def test_where_any_time_is_taken_it_counts_as_the_time_of_reading(at: int) -> None:
    """Outcomes of mails are never lost for a timestamp."""
    engine = Engine(replace(tiny(), any_time=frozenset({"inbox"})), "people", 0)
    engine.wall = WALL
    result = process(engine, [("inbox", [raw(0, "a", Add(n=1))._replace(timestamp=at)])])

    assert letters(result) == []
    assert {record.at for record in result.outputs} == {WALL}


@pytest.mark.parametrize("at", [-1, -62_135_596_800_000, -86_400_000])
def test_a_record_without_a_time_has_the_time_at_which_it_is_read(at: int) -> None:
    """Kafka says "none" with -1, and has no times before 1970."""
    _, result = rounds(raw(0, "a", Add(n=1))._replace(timestamp=at))

    assert letters(result) == []
    assert {record.at for record in result.outputs} == {WALL}


@pytest.mark.parametrize(("ahead", "used"), [(0, 0), (HOUR, HOUR), (HOUR + 1, 0), (80 * 365 * 24 * HOUR, 0)])
def test_a_time_too_far_ahead_counts_as_now(ahead: int, used: int) -> None:
    """Up to an hour ahead is believed."""
    _, result = rounds(raw(0, "a", Add(n=1))._replace(timestamp=WALL + ahead))

    assert {record.at for record in result.outputs} == {WALL + used}


def test_a_watermark_too_far_ahead_counts_as_now() -> None:
    """For the partition's time and for what is reported; it would never go back."""
    engine, result = rounds(mark(0, WALL + HOUR + 1), reports=True)

    assert engine.watermark == WALL
    assert result.marks == {"inbox": WALL}


@pytest.mark.parametrize(("set_back", "expected"), [(HOUR // 2, WALL), (2 * HOUR, WALL - 2 * HOUR)])
def test_a_partitions_time_goes_back_with_our_clock(set_back: int, expected: int) -> None:
    """Only when it would else stand ahead of it for longer than the bound."""
    engine, _ = rounds(mark(0, WALL))
    engine.wall = WALL - set_back
    process(engine, [("inbox", [mark(1, WALL - set_back)])])

    assert engine.watermark == expected


@pytest.mark.parametrize(("set_back", "expected"), [(HOUR, f"tick {WALL} users"), (HOUR + 1, "tick 0 users")])
def test_a_timer_that_sources_are_missing_for_does_not_fire_at_such_a_time(
    set_back: int, expected: str
) -> None:
    """It does not advance while sources are missing; the time at which a clock says so is bounded too."""
    engine, _ = rounds(mark(0, WALL))
    engine.wall = WALL - set_back
    fast = mark(2, 0, wall=engine.wall + HOUR + 1, waiting=["users"])
    process(engine, [("inbox", [raw(1, "a", Add(due=engine.wall + 1)), fast])])
    assert len(state_of(engine).seen) == 1
    right = mark(4, 0, wall=engine.wall, waiting=["users"])
    process(engine, [("inbox", [raw(3, "a", Add(due=engine.wall)), right])])

    assert state_of(engine).seen[-1] == expected


def state_of(engine: Engine) -> Sum:
    """The state of the one key."""
    return SumCodec(Sum).decode(unpack(engine.store[b"a"])[1])


@pytest.mark.parametrize(
    ("set_back", "before", "behind"), [(HOUR, WALL, WALL), (HOUR + 1, None, WALL - HOUR + 4)]
)
def test_a_record_is_not_read_at_a_partitions_time_that_our_clock_was_set_back_behind(
    set_back: int, before: int | None, behind: int
) -> None:
    """Until the next watermark the partition has none: nothing is dated ahead for longer than the bound."""
    engine, _ = rounds(mark(0, WALL))
    engine.wall = WALL - set_back
    result = process(
        engine, [("inbox", [raw(1, "a", Add(n=1)), mark(2, WALL - set_back + 5), raw(3, "a", Add(n=1))])]
    )

    assert state_of(engine).seen == [f"add 1 at {before}", f"add 1 at {behind}"]
    assert letters(result) == []


def test_a_letter_of_a_bounded_record_names_the_time_that_it_claimed() -> None:
    """Its own time is that of writing."""
    _, result = rounds(raw(0, "a", b"{")._replace(timestamp=WALL + 2 * HOUR))

    (letter,) = letters(result)
    assert (letter.at, dict(letter.headers)["kairos_at"]) == (WALL, b"%d" % (WALL + 2 * HOUR))


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (-1, "no-timestamp"),
        (WALL + HOUR + 1, "timestamp-ahead"),
        (WALL + HOUR, None),
        (0, None),
        (10**6, None),
    ],
)
def test_a_replaced_time_is_counted(at: int, kind: str | None) -> None:
    """By its topic and kind; a time that is believed is not."""
    _, result = rounds(raw(0, "a", Add(n=1))._replace(timestamp=at))

    assert result.irregular == ({("inbox", kind): 1} if kind else {})


def test_a_replaced_watermark_is_counted() -> None:
    """As are times of records; one within the bound is not."""
    _, result = rounds(mark(0, WALL + HOUR), mark(1, WALL + HOUR + 1))

    assert result.irregular == {("inbox", "watermark-ahead"): 1}
