"""The watermarks of sources that programs from outside feed, and of none at all."""

from tests.unit.route.merging import AHEAD, SOURCES, STALE, emitted, no_addresses, report
from workers.route.inbox_marks import ALL_EVERY_MS
from workers.route.watermark_merger import MARK_EVERY_MS, QUIET_MS, WatermarkMerger


def external_merger() -> WatermarkMerger:
    """A merger of two sources that programs from outside feed."""
    merger = WatermarkMerger(SOURCES, 2, STALE, are_external=True, ahead_ms=AHEAD)
    no_addresses(merger)
    return merger


def test_external_sources_are_given_watermarks_and_waited_for_as_others_are() -> None:
    """Behind what stands in their topics; what they report of it moves the fleet's time."""
    merger = external_merger()
    wall, at = 1_000_000, 1_000_000 - QUIET_MS
    assert emitted(merger, wall) == {
        "users": (at, []),
        "messages": (at, []),
        "inbox": (0, ["users", "messages"]),
    }
    report(merger, "users", at)
    assert emitted(merger, wall + 1) == {}
    report(merger, "messages", at)
    assert emitted(merger, wall + 2) == {"inbox": (at, [])}


def test_external_sources_get_a_watermark_every_second() -> None:
    """And not at every poll."""
    merger, wall = external_merger(), 1_000_000
    for after in range(0, 3_000, 100):
        assert ("users" in emitted(merger, wall + after)) == (after % MARK_EVERY_MS == 0)


def test_an_external_source_that_is_read_slowly_is_waited_for() -> None:
    merger, wall = external_merger(), 1_000_000
    for topic in SOURCES:
        report(merger, topic, wall)
    assert emitted(merger, wall)["inbox"] == (wall, [])
    report(merger, "users", wall + STALE + 1)
    assert emitted(merger, wall + STALE + 1)["inbox"] == (wall, ["messages"])


def test_without_any_source_time_passes_all_the_same() -> None:
    """All topics are switched off; outcomes of mails still reach people."""
    merger = WatermarkMerger((), 2, STALE, are_external=True, ahead_ms=AHEAD)
    no_addresses(merger)
    for wall in (1_000_000, 1_000_000 + ALL_EVERY_MS):
        assert emitted(merger, wall) == {"inbox": (wall - QUIET_MS, [])}
