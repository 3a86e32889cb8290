"""Merging reports: which sources are waited for, what of addresses, and that no watermark goes back."""

from itertools import permutations

import pytest

from schemas.control import FactTimes, Processed, SourceRead
from tests.unit.route.merging import (
    AHEAD,
    SOURCES,
    STALE,
    emitted,
    empty_merger,
    no_addresses,
    offsets,
    passed,
    report,
)
from workers.route.inbox_marks import ALL_EVERY_MS
from workers.route.watermark_merger import SIGNALS, SIGNALS_EVERY_MS, WatermarkMerger


def test_without_reports_the_inbox_gets_the_sources_waited_for() -> None:
    """At once."""
    assert emitted(empty_merger(), 5) == {"inbox": (0, ["users", "messages"])}


@pytest.mark.parametrize("order", list(permutations(SOURCES)))
def test_the_inbox_gets_the_earliest_time_of_the_sources(order: tuple[str, ...]) -> None:
    """Once each of them has one; where no address is under way nothing else is waited for."""
    merger = empty_merger()
    for number, topic in enumerate(order):
        assert emitted(merger, 100).get("inbox", (0, []))[0] == 0
        report(merger, topic, 100 + number)
    assert emitted(merger, 200) == {"inbox": (100, [])}


def test_what_was_written_to_the_addresses_is_waited_for() -> None:
    """All that stood there when the sources had been processed up to that time."""
    merger = empty_merger()
    report(merger, "users", 100)
    merger.on_processed(
        Processed(wall=0, read={}, marks={"messages": [100, 100]}, wrote={"addresses": offsets(7, 0)})
    )
    assert emitted(merger, 100) == {}
    merger.on_processed(Processed(wall=0, read={}, wrote={"addresses": offsets(9, 5)}))
    merger.on_processed(Processed(wall=0, read={"addresses": offsets(6, 0)}))
    assert emitted(merger, 101) == {}
    merger.on_processed(Processed(wall=0, read={"addresses": offsets(7, None)}))
    assert emitted(merger, 102) == {"inbox": (100, [])}


def test_while_it_is_not_known_what_was_written_to_the_addresses_no_time_passes() -> None:
    """As long as a partition of them is missing."""
    merger = WatermarkMerger(SOURCES, 2, STALE, ahead_ms=AHEAD)
    merger.on_processed(Processed(wall=0, read={"addresses": offsets(9, 9)}))
    for topic in SOURCES:
        report(merger, topic, 100)
    assert emitted(merger, 200) == {}
    merger.on_processed(Processed(wall=0, read={}, wrote={"addresses": offsets(0, None)}))
    assert emitted(merger, 200) == {}
    merger.on_processed(Processed(wall=0, read={}, wrote={"addresses": offsets(None, 9)}))
    assert emitted(merger, 200) == {"inbox": (100, [])}


def test_a_source_is_read_up_to_a_time_when_all_before_its_ends_is_processed() -> None:
    """What capture tells counts as a watermark in every partition does."""
    merger = empty_merger()
    report(merger, "messages", 100)
    merger.on_source_read(SourceRead(at=90, wall=90, ends={"users": offsets(3, 0), "other": offsets(1)}))
    merger.on_processed(Processed(wall=0, read={"users": offsets(2, 0)}))
    assert emitted(merger, 100) == {"inbox": (0, ["users"])}
    merger.on_processed(Processed(wall=0, read={"users": offsets(3, 0)}))
    assert emitted(merger, 100) == {"inbox": (90, [])}


def test_a_source_that_is_read_for_the_first_time_is_waited_for_in_silence() -> None:
    """While more of it comes; what comes of another source, which has its time, is no reason to."""
    merger = empty_merger()
    report(merger, "messages", 100)
    assert emitted(merger, 100) == {"inbox": (0, ["users"])}
    merger.on_processed(Processed(wall=50_000, read={"users": offsets(2, 0)}))
    assert emitted(merger, 60_100) == {}
    merger.on_processed(Processed(wall=100_000, read={"messages": offsets(2, 0), "users": offsets(2, 0)}))
    assert emitted(merger, 110_000) == {"inbox": (0, ["users", "messages"])}


def test_a_source_with_a_missing_partition_is_waited_for() -> None:
    """All of its partitions must have reported."""
    merger = empty_merger()
    report(merger, "users", 100)
    passed(merger, "messages", 100, None)
    assert emitted(merger, 100) == {"inbox": (0, ["messages"])}


def test_a_source_may_have_a_limit_of_its_own() -> None:
    """The others have the one of the fleet."""
    merger = WatermarkMerger(SOURCES, 2, STALE, ahead_ms=AHEAD, stale_ms_of={"messages": 2 * STALE})
    no_addresses(merger)
    for topic in SOURCES:
        report(merger, topic, 1_000)

    waits = {wall: emitted(merger, 1_000 + wall)["inbox"][1] for wall in (0, STALE + 1, 2 * STALE + 1)}
    assert waits == {0: [], STALE + 1: ["users"], 2 * STALE + 1: ["users", "messages"]}


def test_the_slowest_partition_counts() -> None:
    """The minimum is taken over sources and partitions."""
    merger = empty_merger()
    report(merger, "users", 100)
    passed(merger, "messages", 90, 80)
    assert emitted(merger, 100) == {"inbox": (80, [])}


def merger_at(at: int) -> WatermarkMerger:
    """A merger that has emitted a time to the inbox."""
    merger = empty_merger()
    for topic in SOURCES:
        report(merger, topic, at)
    assert emitted(merger, at) == {"inbox": (at, [])}
    return merger


def test_a_watermark_is_emitted_once() -> None:
    """Without new reports there is none."""
    assert emitted(merger_at(100), 150) == {}


def test_a_pause_is_told_at_once_and_to_the_inbox_alone() -> None:
    """Though no time has passed; so is its end."""
    merger = merger_at(100)
    paused = [(topic, mark.at, mark.paused) for topic, mark, _ in merger.emit(150, ["all"])]
    assert paused == [("inbox", 100, ["all"])]
    assert merger.emit(160, ["all"]) == []
    assert [mark.watermark.paused for mark in merger.emit(170)] == [[]]


def test_an_older_report_does_not_move_a_watermark_back() -> None:
    """A worker that reads records again after a crash reports old times; the newer ones count."""
    merger = merger_at(100)
    report(merger, "users", 40)
    assert emitted(merger, 150) == {}
    for topic in SOURCES:
        report(merger, topic, 100 + ALL_EVERY_MS)
    assert emitted(merger, 100 + ALL_EVERY_MS) == {"inbox": (100 + ALL_EVERY_MS, [])}


def test_a_stale_source_is_waited_for() -> None:
    """A source without reports for too long stops the time and is named, until it reports again."""
    merger = merger_at(100)
    report(merger, "users", 100 + STALE)
    wall = 101 + STALE
    assert emitted(merger, wall) == {"inbox": (100, ["messages"])}
    assert emitted(merger, wall + 1) == {}
    report(merger, "messages", wall)
    assert emitted(merger, wall + 1) == {"inbox": (100 + STALE, [])}


def test_while_a_stale_source_goes_on_who_has_come_is_told_again() -> None:
    """The same watermark, each ten seconds of that source's time; none while it stands still."""
    merger = merger_at(100)
    told = {"inbox": (100, ["users", "messages"])}
    assert emitted(merger, 100 + STALE + 1) == told
    for topic, at in (("users", 10_100), ("messages", 10_099)):
        report(merger, topic, at)
        assert emitted(merger, 100 + 2 * STALE) == {}
    report(merger, "messages", 10_100)
    assert emitted(merger, 100 + 2 * STALE) == told
    assert emitted(merger, 100 + 3 * STALE) == {}


@pytest.mark.parametrize("signals", SIGNALS)
def test_signals_get_the_time_of_the_inbox_now_and_then(signals: str) -> None:
    """Not while a source is waited for: a job closes at a time that all sources have reached."""
    merger = empty_merger()
    assert signals not in {mark.topic for mark in merger.emit(50)}
    times = []
    for at in (100, 500, 100 + SIGNALS_EVERY_MS, 200 + SIGNALS_EVERY_MS):
        for topic in SOURCES:
            report(merger, topic, at)
        times.append([mark.at for topic, mark, _ in merger.emit(at) if topic == signals])
    assert times == [[100], [], [100 + SIGNALS_EVERY_MS], []]
    assert signals not in {mark.topic for mark in merger.emit(STALE * 2)}


def test_reports_of_unknown_topics_and_partitions_are_ignored() -> None:
    """Topics that are not configured, and partitions beyond the fleet's number."""
    merger = merger_at(100)
    passed(merger, "orders", 1, 1)
    passed(merger, "users", 100, 100, 1)
    merger.on_processed(Processed(wall=1, read={"orders": offsets(1), "users": offsets(1, 2, 3)}))
    merger.on_processed(Processed(wall=1, read={}, facts=[FactTimes(partition=7, earliest=1, latest=2)]))
    merger.on_source_read(SourceRead(at=120, wall=1, ends={"orders": offsets(1), "users": offsets(1)}))
    assert emitted(merger, 150) == {}


@pytest.mark.parametrize(("fast", "goes_on"), [(20 * 60_000, True), (20_000, False)])
def test_after_our_clock_was_set_back_time_begins_again(fast: int, goes_on: bool) -> None:
    """Beyond the bound at once, as soon as everybody has reported again; within it when time is there."""
    merger = WatermarkMerger(SOURCES, 2, STALE, ahead_ms=30_000)
    no_addresses(merger)
    now = 10_000_000

    def reported(at: int, wall: int) -> dict[str, tuple[int, list[str]]]:
        for topic in SOURCES:
            report(merger, topic, at)
        return emitted(merger, wall)

    assert reported(now + fast, now + fast)["inbox"] == (now + fast, [])
    before = emitted(merger, now)
    assert before == ({"inbox": (0, list(SOURCES))} if goes_on else {})
    after = reported(now, now + 1)
    assert after == ({"inbox": (now, [])} if goes_on else {})
