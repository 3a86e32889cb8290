"""When capture emits a watermark, and which timestamp a change gets."""

import pytest

from tests.unit.capture.recorded_marks import GAP_MS, TICK, ManualClock, RecordingProducer, emitted_times
from workers.capture.watermarks import IDLE_AFTER_MS, IDLE_TICK_MS, Watermarks


@pytest.fixture
def marks(producer: RecordingProducer, clock: ManualClock) -> Watermarks:
    """The watermarks of two topics."""
    return Watermarks(
        producer,  # type: ignore[arg-type]
        ["users", "orders"],
        TICK,
        clock,
        lambda: 1,
        gap_ms=GAP_MS,
    )


def test_a_change_is_followed_at_once_by_a_watermark_in_every_partition(
    marks: Watermarks, producer: RecordingProducer
) -> None:
    """On an idle source the watermark of a change is due at once; all records before it are flushed first."""
    marks.on_change(marks.assign_timestamp(1_000))
    marks.emit_if_due(backlog=False)

    assert producer.emitted == [(topic, n, 1_000) for topic in ("users", "orders") for n in (0, 1)]
    assert producer.flushed == 1


def test_a_change_after_a_watermark_is_later_than_it(marks: Watermarks) -> None:
    """The database's clock may stand still or go back; the timestamps of changes do not."""
    marks.on_change(marks.assign_timestamp(1_000))
    marks.emit_if_due(backlog=False)

    assert [marks.assign_timestamp(at) for at in (999, 1_000, 1_001, 2_000)] == [1_001, 1_001, 1_001, 2_000]


def test_under_load_watermarks_keep_their_interval(
    marks: Watermarks, producer: RecordingProducer, clock: ManualClock
) -> None:
    """With a change per millisecond there is a watermark per GAP_MS, in a backlog one per tick."""
    for ms in range(100):
        clock.ms = ms
        marks.on_change(marks.assign_timestamp(ms + 1))
        marks.emit_if_due(backlog=False)
    assert len(emitted_times(producer)) == 100 / GAP_MS
    for ms in range(100, 500):
        clock.ms = ms
        marks.on_change(marks.assign_timestamp(ms + 1))
        marks.emit_if_due(backlog=True)
    assert len(emitted_times(producer)) == 100 / GAP_MS + 400 / TICK
    assert emitted_times(producer) == sorted(set(emitted_times(producer)))


def test_an_idle_source_has_a_watermark_every_tick_and_later_every_second(
    marks: Watermarks, producer: RecordingProducer, clock: ManualClock
) -> None:
    """Without changes the watermark is the time at which the source was asked; rarer after IDLE_AFTER_MS."""
    marks.on_change(marks.assign_timestamp(1))
    for ms in range(0, 2 * IDLE_AFTER_MS, 10):
        clock.ms = ms
        marks.on_idle(ms)
        marks.emit_if_due(backlog=False)
    early = [at for at in emitted_times(producer) if at < IDLE_AFTER_MS]
    late = [at for at in emitted_times(producer) if at >= IDLE_AFTER_MS]

    assert len(early) == IDLE_AFTER_MS / TICK
    assert len(late) == pytest.approx(IDLE_AFTER_MS / IDLE_TICK_MS, abs=1)


def test_the_same_watermark_is_emitted_once(
    marks: Watermarks, producer: RecordingProducer, clock: ManualClock
) -> None:
    """A time that was emitted before is not emitted again."""
    for ms in (0, 5_000, 10_000):
        clock.ms = ms
        marks.on_idle(7)
        marks.emit_if_due(backlog=False)

    assert emitted_times(producer) == [7]


def test_the_wait_ends_when_a_watermark_is_due(marks: Watermarks, clock: ManualClock) -> None:
    """With a change since the last watermark the wait is at most GAP_MS, otherwise the tick."""
    marks.on_change(marks.assign_timestamp(1))
    marks.emit_if_due(backlog=False)
    assert TICK <= marks.wait_ms() <= TICK + 1
    clock.ms = 5
    marks.on_change(marks.assign_timestamp(2))
    assert marks.wait_ms() <= GAP_MS - 5 + 1
    clock.ms = 1_000
    assert marks.wait_ms() == 1


HOUR = 3_600_000
NOW = 1_700_000_000_000


class Walls:
    """A wall clock that a test sets."""

    def __init__(self) -> None:
        self.ms = NOW

    def __call__(self) -> int:
        """The time now."""
        return self.ms


@pytest.fixture
def wall() -> Walls:
    """Our wall clock."""
    return Walls()


@pytest.fixture
def bounded_marks(producer: RecordingProducer, clock: ManualClock, wall: Walls) -> Watermarks:
    """Watermarks of one topic with the default bound of an hour."""
    return Watermarks(producer, ["users"], TICK, clock, wall, gap_ms=GAP_MS)  # type: ignore[arg-type]


@pytest.mark.parametrize("ahead", [HOUR + 1, 2 * HOUR, 10**15])
def test_a_time_that_is_too_far_ahead_counts_as_now(
    bounded_marks: Watermarks, producer: RecordingProducer, ahead: int
) -> None:
    """Neither a change nor an idle source moves the watermark ahead of our clock by more than the bound."""
    at = bounded_marks.assign_timestamp(NOW + ahead)
    bounded_marks.on_change(at)
    bounded_marks.on_idle(NOW + ahead)
    bounded_marks.emit_if_due(backlog=False)
    bounded_marks.emit(["users"], NOW + ahead)

    assert at == NOW
    assert emitted_times(producer) == [NOW, NOW]


def test_a_time_within_the_bound_is_believed(bounded_marks: Watermarks) -> None:
    """The database's clock may be the right one."""
    assert bounded_marks.assign_timestamp(NOW + HOUR) == NOW + HOUR


def test_a_corrected_clock_leaves_no_trace(
    bounded_marks: Watermarks, producer: RecordingProducer, clock: ManualClock, wall: Walls
) -> None:
    """All clocks were a day fast; after the correction changes and watermarks have the right time."""
    wall.ms = NOW + 24 * HOUR
    bounded_marks.on_change(bounded_marks.assign_timestamp(wall.ms))
    bounded_marks.emit_if_due(backlog=False)
    wall.ms = NOW
    at = bounded_marks.assign_timestamp(NOW)
    bounded_marks.on_change(at)
    clock.ms += TICK
    bounded_marks.emit_if_due(backlog=False)

    assert at <= NOW + 1
    assert emitted_times(producer)[-1] == at


def test_a_clock_that_was_corrected_within_the_bound_stops_nothing(
    bounded_marks: Watermarks, producer: RecordingProducer, clock: ManualClock, wall: Walls
) -> None:
    """Twenty minutes: a change is still later than the last watermark, and is followed by its own."""
    wall.ms = NOW + HOUR // 3
    bounded_marks.on_change(bounded_marks.assign_timestamp(wall.ms))
    bounded_marks.emit_if_due(backlog=False)
    wall.ms = NOW
    at = bounded_marks.assign_timestamp(NOW)
    bounded_marks.on_change(at)
    clock.ms += TICK
    bounded_marks.emit_if_due(backlog=False)

    assert emitted_times(producer) == [NOW + HOUR // 3, at]
