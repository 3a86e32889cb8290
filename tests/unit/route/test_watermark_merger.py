"""The clock: two phases, what it waits for, and that its time never goes back."""

from itertools import permutations

import pytest

from schemas.control import Watermark
from workers.route.watermark_merger import WatermarkMerger

STALE = 60_000
SOURCES = ("users", "messages")


def clock() -> WatermarkMerger:
    """A clock over two sources with two partitions each."""
    return WatermarkMerger(SOURCES, 2, STALE)


def hear(clock: WatermarkMerger, stage: str, topic: str, at: int) -> None:
    """A report of both partitions."""
    for partition in (0, 1):
        clock.observe(f"{stage}/{topic}/{partition}", Watermark(at=at, wall=at))


def said(clock: WatermarkMerger, wall: int) -> dict[str, tuple[int, list[str]]]:
    """What is said now: time and missing sources, by topic."""
    return {topic: (mark.at, mark.waiting) for topic, mark in clock.emit(wall)}


def test_nothing_has_been_heard() -> None:
    """The inbox hears at once for what it waits; the addresses hear nothing, for there is no time yet."""
    assert said(clock(), 5) == {"inbox": (0, ["users", "messages"])}


@pytest.mark.parametrize("order", list(permutations(SOURCES)))
def test_time_goes_in_two_phases(order: tuple[str, ...]) -> None:
    """The sources' minimum goes to the addresses; what they have passed on goes to the inbox."""
    some = clock()
    for number, topic in enumerate(order):
        assert "addresses" not in said(some, 100)
        hear(some, "documents", topic, 100 + number)
    assert said(some, 200) == {"addresses": (100, [])}
    hear(some, "addresses", "addresses", 100)
    assert said(some, 200) == {"inbox": (100, [])}


def test_one_partition_is_missing() -> None:
    """A source counts when all of its partitions have reported."""
    some = clock()
    hear(some, "documents", "users", 100)
    some.observe("documents/messages/0", Watermark(at=100, wall=100))
    assert said(some, 100) == {"inbox": (0, ["messages"])}


def test_the_slowest_partition_counts() -> None:
    """The minimum is taken over sources and partitions."""
    some = clock()
    hear(some, "documents", "users", 100)
    some.observe("documents/messages/0", Watermark(at=90, wall=100))
    some.observe("documents/messages/1", Watermark(at=80, wall=100))
    assert said(some, 100) == {"addresses": (80, [])}


def running(at: int) -> WatermarkMerger:
    """A clock that has said a time to everybody."""
    some = clock()
    for topic in SOURCES:
        hear(some, "documents", topic, at)
    hear(some, "addresses", "addresses", at)
    assert said(some, at) == {"addresses": (at, []), "inbox": (at, [])}
    return some


def test_nothing_is_said_twice() -> None:
    """Without news there is nothing to say."""
    assert said(running(100), 150) == {}


def test_a_repeated_older_report_does_not_turn_time_back() -> None:
    """A worker that reads again after a crash reports old times; the clock keeps the newer ones."""
    some = running(100)
    hear(some, "documents", "users", 40)
    assert said(some, 150) == {}
    for topic in SOURCES:
        hear(some, "documents", topic, 120)
    assert said(some, 150) == {"addresses": (120, [])}


def test_a_stale_source_is_waited_for() -> None:
    """A source silent for too long stops the time and is named; when it is back, time goes on."""
    some = running(100)
    hear(some, "documents", "users", 100 + STALE)
    wall = 101 + STALE
    assert said(some, wall) == {"inbox": (100, ["messages"])}
    assert said(some, wall + 1) == {}
    hear(some, "documents", "messages", wall)
    assert said(some, wall + 1) == {"addresses": (100 + STALE, []), "inbox": (100, [])}
    hear(some, "addresses", "addresses", 100 + STALE)
    assert said(some, wall + 1) == {"inbox": (100 + STALE, [])}


def test_a_report_of_nobody_known_is_no_source() -> None:
    """Topics that are not configured, and partitions beyond the fleet's, change nothing."""
    some = running(100)
    some.observe("documents/orders/0", Watermark(at=1, wall=1))
    some.observe("documents/users/7", Watermark(at=1, wall=1))
    assert said(some, 150) == {}
