"""When capture emits a watermark, and which timestamp a change is given."""

import pytest

from schemas.control import Watermark
from workers.capture.watermarks import GAP_MS, IDLE_AFTER_MS, IDLE_TICK_MS, Watermarks
from workers.runtime.kafka.records import ProducerRecord

TICK = 100


class Recorder:
    """A producer that keeps what it is given, and remembers when it was flushed."""

    def __init__(self) -> None:
        self.emitted: list[tuple[str, int, int]] = []
        self.flushed = 0

    def partitions(self, topic: str) -> list[int]:
        """Two of each."""
        return [0, 1]

    def flush(self) -> None:
        """Count."""
        self.flushed = len(self.emitted) + 1

    def send(self, record: ProducerRecord) -> None:
        """Keep it."""
        assert record.partition is not None
        self.emitted.append((record.topic, record.partition, Watermark.loads(record.value or b"").at))


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        """The time now."""
        return self.ms


@pytest.fixture
def producer() -> Recorder:
    """Where watermarks go."""
    return Recorder()


@pytest.fixture
def clock() -> Time:
    """The time of the test."""
    return Time()


@pytest.fixture
def marks(producer: Recorder, clock: Time) -> Watermarks:
    """Watermarks of two topics."""
    return Watermarks(producer, ["users", "orders"], TICK, clock, lambda: 1)  # type: ignore[arg-type]


def ats(producer: Recorder) -> list[int]:
    """What was said, once per watermark."""
    return [at for topic, partition, at in producer.emitted if (topic, partition) == ("users", 0)]


def test_a_change_is_followed_at_once_by_a_watermark_in_every_partition(
    marks: Watermarks, producer: Recorder
) -> None:
    """After quiet, the watermark of a change does not wait; everything before it is flushed first."""
    marks.changed(marks.assign_timestamp(1_000))
    marks.emit_if_due(backlog=False)

    assert producer.emitted == [(topic, n, 1_000) for topic in ("users", "orders") for n in (0, 1)]
    assert producer.flushed == 1


def test_a_change_after_a_watermark_is_later_than_it(marks: Watermarks) -> None:
    """The database's clock may stand still or go back; the time that a change is given does not."""
    marks.changed(marks.assign_timestamp(1_000))
    marks.emit_if_due(backlog=False)

    assert [marks.assign_timestamp(at) for at in (999, 1_000, 1_001, 2_000)] == [1_001, 1_001, 1_001, 2_000]


def test_in_a_flow_of_changes_watermarks_keep_their_distance(
    marks: Watermarks, producer: Recorder, clock: Time
) -> None:
    """A change per millisecond makes a watermark per gap, in a backlog one per tick."""
    for ms in range(100):
        clock.ms = ms
        marks.changed(marks.assign_timestamp(ms + 1))
        marks.emit_if_due(backlog=False)
    assert len(ats(producer)) == 100 / GAP_MS
    for ms in range(100, 500):
        clock.ms = ms
        marks.changed(marks.assign_timestamp(ms + 1))
        marks.emit_if_due(backlog=True)
    assert len(ats(producer)) == 100 / GAP_MS + 400 / TICK
    assert ats(producer) == sorted(set(ats(producer)))


def test_a_quiet_source_is_told_every_tick_and_later_every_second(
    marks: Watermarks, producer: Recorder, clock: Time
) -> None:
    """Silence moves the watermark to the time at which it was asked, more seldom when it lasts."""
    marks.changed(marks.assign_timestamp(1))
    for ms in range(0, 2 * IDLE_AFTER_MS, 10):
        clock.ms = ms
        marks.on_idle(ms)
        marks.emit_if_due(backlog=False)
    early = [at for at in ats(producer) if at < IDLE_AFTER_MS]
    late = [at for at in ats(producer) if at >= IDLE_AFTER_MS]

    assert len(early) == IDLE_AFTER_MS / TICK
    assert len(late) == pytest.approx(IDLE_AFTER_MS / IDLE_TICK_MS, abs=1)


def test_nothing_new_is_not_said(marks: Watermarks, producer: Recorder, clock: Time) -> None:
    """A time that was said before is not said again."""
    for ms in (0, 5_000, 10_000):
        clock.ms = ms
        marks.on_idle(7)
        marks.emit_if_due(backlog=False)

    assert ats(producer) == [7]


def test_the_wait_ends_when_a_watermark_is_due(marks: Watermarks, clock: Time) -> None:
    """With something unsaid the wait is at most the gap, otherwise the tick."""
    marks.changed(marks.assign_timestamp(1))
    marks.emit_if_due(backlog=False)
    assert TICK <= marks.wait_ms() <= TICK + 1
    clock.ms = 5
    marks.changed(marks.assign_timestamp(2))
    assert marks.wait_ms() <= GAP_MS - 5 + 1
    clock.ms = 1_000
    assert marks.wait_ms() == 1
