"""Merging watermarks: two phases, which sources are waited for, and that no watermark goes back."""

from itertools import permutations

import pytest

from schemas.control import Watermark
from workers.route.watermark_merger import MARK_EVERY_MS, QUIET_MS, SIGNALS, WatermarkMerger

STALE, AHEAD = 60_000, 3_600_000
SOURCES = ("users", "messages")


def empty_merger() -> WatermarkMerger:
    """A merger of two sources with two partitions each."""
    return WatermarkMerger(SOURCES, 2, STALE, ahead_ms=AHEAD)


def report(merger: WatermarkMerger, stage: str, topic: str, at: int) -> None:
    """A report of both partitions."""
    for partition in (0, 1):
        merger.observe(f"{stage}/{topic}/{partition}", Watermark(at=at, wall=at))


def emitted(merger: WatermarkMerger, wall: int) -> dict[str, tuple[int, list[str]]]:
    """The watermarks emitted at a time: their own time and the sources waited for, by topic.

    Without those of the signals of jobs and mails, which follow the inbox's.
    """
    marks = {topic: (watermark.at, watermark.waiting) for topic, watermark in merger.emit(wall)}
    return {topic: mark for topic, mark in marks.items() if topic not in SIGNALS}


def test_without_reports_the_inbox_gets_the_sources_waited_for() -> None:
    """At once; the addresses get nothing, because there is no time yet."""
    assert emitted(empty_merger(), 5) == {"inbox": (0, ["users", "messages"])}


@pytest.mark.parametrize("order", list(permutations(SOURCES)))
def test_watermarks_pass_in_two_phases(order: tuple[str, ...]) -> None:
    """The minimum of the sources goes to the addresses; the minimum that they report goes to the inbox."""
    merger = empty_merger()
    for number, topic in enumerate(order):
        assert "addresses" not in emitted(merger, 100)
        report(merger, "documents", topic, 100 + number)
    assert emitted(merger, 200) == {"addresses": (100, [])}
    report(merger, "addresses", "addresses", 100)
    assert emitted(merger, 200) == {"inbox": (100, [])}


def test_a_source_with_a_missing_partition_is_waited_for() -> None:
    """All of its partitions must have reported."""
    merger = empty_merger()
    report(merger, "documents", "users", 100)
    merger.observe("documents/messages/0", Watermark(at=100, wall=100))
    assert emitted(merger, 100) == {"inbox": (0, ["messages"])}


def test_a_source_may_have_a_limit_of_its_own() -> None:
    """The others have the one of the fleet."""
    merger = WatermarkMerger(SOURCES, 2, STALE, ahead_ms=AHEAD, stale_ms_of={"messages": 2 * STALE})
    for topic in SOURCES:
        report(merger, "documents", topic, 1_000)
    report(merger, "addresses", "addresses", 1_000)

    waits = {wall: emitted(merger, 1_000 + wall)["inbox"][1] for wall in (0, STALE + 1, 2 * STALE + 1)}
    assert waits == {0: [], STALE + 1: ["users"], 2 * STALE + 1: ["users", "messages"]}


def test_the_slowest_partition_counts() -> None:
    """The minimum is taken over sources and partitions."""
    merger = empty_merger()
    report(merger, "documents", "users", 100)
    merger.observe("documents/messages/0", Watermark(at=90, wall=100))
    merger.observe("documents/messages/1", Watermark(at=80, wall=100))
    assert emitted(merger, 100) == {"addresses": (80, [])}


def merger_at(at: int) -> WatermarkMerger:
    """A merger that has emitted a time to the addresses and to the inbox."""
    merger = empty_merger()
    for topic in SOURCES:
        report(merger, "documents", topic, at)
    report(merger, "addresses", "addresses", at)
    assert emitted(merger, at) == {"addresses": (at, []), "inbox": (at, [])}
    return merger


def test_a_watermark_is_emitted_once() -> None:
    """Without new reports there is none."""
    assert emitted(merger_at(100), 150) == {}


def test_a_pause_is_told_at_once_and_to_the_inbox_alone() -> None:
    """Though no time has passed; so is its end."""
    merger = merger_at(100)
    paused = [(topic, mark.at, mark.paused) for topic, mark in merger.emit(150, ["all"])]
    assert paused == [("inbox", 100, ["all"])]
    assert merger.emit(160, ["all"]) == []
    assert [mark.paused for _, mark in merger.emit(170)] == [[]]


def test_an_older_report_does_not_move_a_watermark_back() -> None:
    """A worker that reads records again after a crash reports old times; the newer ones count."""
    merger = merger_at(100)
    report(merger, "documents", "users", 40)
    assert emitted(merger, 150) == {}
    for topic in SOURCES:
        report(merger, "documents", topic, 120)
    assert emitted(merger, 150) == {"addresses": (120, [])}


def test_a_stale_source_is_waited_for() -> None:
    """A source without reports for too long stops the time and is named, until it reports again."""
    merger = merger_at(100)
    report(merger, "documents", "users", 100 + STALE)
    wall = 101 + STALE
    assert emitted(merger, wall) == {"inbox": (100, ["messages"])}
    assert emitted(merger, wall + 1) == {}
    report(merger, "documents", "messages", wall)
    assert emitted(merger, wall + 1) == {"addresses": (100 + STALE, []), "inbox": (100, [])}
    report(merger, "addresses", "addresses", 100 + STALE)
    assert emitted(merger, wall + 1) == {"inbox": (100 + STALE, [])}


def test_while_a_stale_source_goes_on_who_has_come_is_told_again() -> None:
    """The same watermark, each ten seconds of that source's time; none while it stands still."""
    merger = merger_at(100)
    told = {"inbox": (100, ["users", "messages"])}
    assert emitted(merger, 100 + STALE + 1) == told
    for topic, at in (("users", 10_100), ("messages", 10_099)):
        report(merger, "documents", topic, at)
        assert emitted(merger, 100 + 2 * STALE) == {}
    report(merger, "documents", "messages", 10_100)
    assert emitted(merger, 100 + 2 * STALE) == told
    assert emitted(merger, 100 + 3 * STALE) == {}


@pytest.mark.parametrize("signals", SIGNALS)
def test_signals_get_the_time_of_the_inbox_once_a_second(signals: str) -> None:
    """Not while a source is waited for: a job closes at a time that all sources have reached."""
    merger = empty_merger()
    assert signals not in dict(merger.emit(50))
    times = []
    for at in (100, 500, 100 + MARK_EVERY_MS, 200 + MARK_EVERY_MS):
        for topic in SOURCES:
            report(merger, "documents", topic, at)
        report(merger, "addresses", "addresses", at)
        times.append([mark.at for topic, mark in merger.emit(at) if topic == signals])
    assert times == [[100], [], [100 + MARK_EVERY_MS], []]
    assert signals not in dict(merger.emit(STALE * 2))


def test_reports_of_unknown_topics_and_partitions_are_ignored() -> None:
    """Topics that are not configured, and partitions beyond the fleet's number."""
    merger = merger_at(100)
    merger.observe("documents/orders/0", Watermark(at=1, wall=1))
    merger.observe("documents/users/7", Watermark(at=1, wall=1))
    assert emitted(merger, 150) == {}


def external_merger() -> WatermarkMerger:
    """A merger of two sources that programs from outside feed."""
    return WatermarkMerger(SOURCES, 2, STALE, are_external=True, ahead_ms=AHEAD)


def test_external_sources_are_given_watermarks_and_waited_for_as_others_are() -> None:
    """Behind what stands in their topics; what they report of it moves the fleet's time."""
    merger = external_merger()
    wall, at = 1_000_000, 1_000_000 - QUIET_MS
    assert emitted(merger, wall) == {
        "users": (at, []),
        "messages": (at, []),
        "inbox": (0, ["users", "messages"]),
    }
    report(merger, "documents", "users", at)
    assert emitted(merger, wall + 1) == {"inbox": (0, ["messages"])}
    report(merger, "documents", "messages", at)
    assert emitted(merger, wall + 2) == {"addresses": (at, [])}
    report(merger, "addresses", "addresses", at)
    assert emitted(merger, wall + 3) == {"inbox": (at, [])}


def test_external_sources_get_a_watermark_every_second() -> None:
    """And not at every poll."""
    merger, wall = external_merger(), 1_000_000
    for after in range(0, 3_000, 100):
        assert ("users" in emitted(merger, wall + after)) == (after % MARK_EVERY_MS == 0)


def test_an_external_source_that_is_read_slowly_is_waited_for() -> None:
    merger, wall = external_merger(), 1_000_000
    for topic in SOURCES:
        report(merger, "documents", topic, wall)
    report(merger, "addresses", "addresses", wall)
    report(merger, "documents", "users", wall + STALE + 1)
    assert emitted(merger, wall + STALE + 1)["inbox"] == (wall, ["messages"])


def test_without_any_source_time_passes_all_the_same() -> None:
    """All topics are switched off; outcomes of mails still reach people."""
    merger = WatermarkMerger((), 2, STALE, are_external=True, ahead_ms=AHEAD)
    assert emitted(merger, 1_000_000) == {"addresses": (1_000_000 - QUIET_MS, [])}
    report(merger, "addresses", "addresses", 1_000_000 - QUIET_MS)
    assert emitted(merger, 1_000_100) == {
        "addresses": (1_000_100 - QUIET_MS, []),
        "inbox": (1_000_000 - QUIET_MS, []),
    }


@pytest.mark.parametrize(("fast", "goes_on"), [(20 * 60_000, True), (20_000, False)])
def test_after_our_clock_was_set_back_time_begins_again(fast: int, goes_on: bool) -> None:
    """Beyond the bound at once, as soon as everybody has reported again; within it when time is there."""
    merger = WatermarkMerger(SOURCES, 2, STALE, ahead_ms=30_000)
    now = 10_000_000

    def reported(at: int, wall: int) -> dict[str, tuple[int, list[str]]]:
        for topic in SOURCES:
            report(merger, "documents", topic, at)
        report(merger, "addresses", "addresses", at)
        return emitted(merger, wall)

    assert reported(now + fast, now + fast)["inbox"] == (now + fast, [])
    before = emitted(merger, now)
    assert before == ({"inbox": (0, list(SOURCES))} if goes_on else {})
    after = reported(now, now + 1)
    assert after == ({"addresses": (now, []), "inbox": (now, [])} if goes_on else {})
