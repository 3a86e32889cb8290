"""How capture tells in one record how far a source was read."""

import pytest

from tests.unit.capture.recorded_marks import GAP_MS, TICK, ManualClock, RecordingProducer, emitted_times
from workers.capture.watermarks import FLUSH_SHARE, IN_TOPICS_EVERY_MS, Watermarks


@pytest.fixture
def reporting(producer: RecordingProducer, clock: ManualClock) -> Watermarks:
    """Watermarks of a source that is told of in reports."""
    ids = {"users": bytes(8), "orders": bytes(8)}
    return Watermarks(
        producer,  # type: ignore[arg-type]
        ["users", "orders"],
        TICK,
        clock,
        lambda: 1,
        gap_ms=GAP_MS,
        source="shop",
        topic_ids=ids,
    )


def tick(marks: Watermarks, clock: ManualClock, at: int, after: float = TICK) -> None:
    """A change comes, and so late after the last tick that another is due."""
    clock.ms += after
    marks.on_change(marks.assign_timestamp(at))
    marks.emit_if_due(backlog=False)


def test_how_far_was_read_is_told_in_one_record_with_the_ends_of_the_topics(
    reporting: Watermarks, producer: RecordingProducer, clock: ManualClock
) -> None:
    """At first, and every minute, in the topics themselves."""
    producer.written = {"users": [7, 3]}
    for at, after in ((1, TICK), (2, TICK), (3, IN_TOPICS_EVERY_MS - 2 * TICK), (4, TICK), (5, TICK)):
        tick(reporting, clock, at, after)

    assert producer.reports == [(at, {"users": [7, 3], "orders": [0, 0]}) for at in (2, 3, 5)]
    assert emitted_times(producer) == [1, 4]
    assert len(producer.emitted) == 2 * 4


def test_where_an_end_is_not_known_the_watermark_stands_in_the_topics(
    reporting: Watermarks, producer: RecordingProducer, clock: ManualClock
) -> None:
    """Whatever is behind it has an offset again."""
    tick(reporting, clock, 1)
    producer.written = {"orders": None}
    tick(reporting, clock, 2)
    producer.written = {}
    tick(reporting, clock, 3)

    assert emitted_times(producer) == [1, 2]
    assert [at for at, _ in producer.reports] == [3]


def test_the_gap_grows_with_the_time_of_a_flush(
    reporting: Watermarks, producer: RecordingProducer, clock: ManualClock
) -> None:
    """Up to the tick: under load more changes share what a report costs."""

    def flush_in(seconds_ms: float) -> None:
        producer.on_flush = lambda: setattr(clock, "ms", clock.ms + seconds_ms)

    waits = []
    for flush_ms in (1, 20, 1_000):
        flush_in(flush_ms)
        tick(reporting, clock, int(clock.ms) + 1)
        reporting.on_change(reporting.assign_timestamp(int(clock.ms) + 2))
        waits.append(reporting.wait_ms() + flush_ms - 1)

    assert waits == [GAP_MS, FLUSH_SHARE * 20, 1_000]
