"""Merges the watermarks that all parts of the fleet report into one watermark for every inbox. Pure.

It has two phases, so that the cost is linear in the number of partitions. The stage `documents` reports for
every source partition, and their minimum goes to every partition of `addresses`. The stage `addresses`
reports again, and that minimum goes to every partition of `inbox`. A report is written only after everything
before it was acknowledged. `job-signals` and `mail-signals` get the same time as the inbox, once a second and
only while no source is waited for: there it says when jobs and the windows of mails close, and not that all
signals of other workers stand before it.
The pauses of more than one person are in every watermark of the inbox. While sources are waited for its time
stands still; as theirs goes on it gets the same watermark again, for whom facts have come in the meantime.

Where capture feeds no topic, nothing writes watermarks into the source topics. Then they come from here, with
our own time less QUIET_MS, behind what stands in each topic by then: what was written before is read before.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from schemas.control import Watermark

QUIET_MS = 2_000  # how long a record of a program from outside may be under way without being waited for
NO_LIMITS: Mapping[str, int] = MappingProxyType({})
SIGNALS = ("job-signals", "mail-signals")
MARK_EVERY_MS = 1_000
WAITED_EVERY_MS = 10_000  # of the time of what is waited for


class WatermarkMerger:
    """Merges the reports on the sources `topics`; a source older than `stale_ms` is waited for.

    `stale_ms_of` has the limits of those topics that have one of their own.
    `are_external`: programs from outside feed all of them. Without any topic, time is our own. What is ahead
    of our clock by more than `ahead_ms` is from before it was corrected: it is forgotten, and reported again.
    """

    def __init__(
        self,
        topics: Iterable[str],
        partitions: int,
        stale_ms: int,
        are_external: bool = False,
        *,
        ahead_ms: int,
        stale_ms_of: Mapping[str, int] = NO_LIMITS,
    ) -> None:
        self._topics = tuple(topics)
        self._are_external = are_external
        self._partitions = partitions
        self._stale_ms = {topic: stale_ms_of.get(topic, stale_ms) for topic in self._topics}
        self._ahead_ms = ahead_ms
        self._reported: dict[str, int] = {}
        self._emitted: dict[str, Watermark] = {}
        self._waited_at = 0  # the time of what is waited for at the inbox's last watermark

    def observe(self, reporter: str, watermark: Watermark) -> None:
        """Apply a report of `stage/topic/partition`; a reporter's time does not go back."""
        self._reported[reporter] = max(self._reported.get(reporter, 0), watermark.at)

    def emit(self, wall: int, paused: Iterable[str] = ()) -> list[tuple[str, Watermark]]:
        """The watermarks to append now, as (topic, watermark), without those that were emitted before.

        Those of external sources come first. `wall` is the wall-clock time in epoch milliseconds, `paused`
        are the subjects of the pauses of more than one person, for the inbox.
        """
        self._forget_ahead(wall)
        waiting = self._waiting(wall)
        merged = self._marks(wall)
        if not waiting:
            at = self._lowest("documents", self._topics) if self._topics else wall - QUIET_MS
            merged.append(("addresses", Watermark(at=at, wall=wall)))
        inbox = 0 if self._is_missing("addresses", "addresses") else self._lowest("addresses", ("addresses",))
        if inbox or waiting:
            merged.append(("inbox", Watermark(at=inbox, wall=wall, waiting=waiting, paused=[*paused])))
        if inbox and not waiting:
            mark = Watermark(at=inbox, wall=wall)
            merged += [(topic, mark) for topic in SIGNALS if self._is_due(topic, inbox)]
        waited_at = self._waited_time(waiting)
        goes_on = waited_at >= self._waited_at + WAITED_EVERY_MS
        new = [
            (topic, watermark)
            for topic, watermark in merged
            if self._is_new(topic, watermark) or (topic == "inbox" and goes_on)
        ]
        self._emitted.update(new)
        if any(topic == "inbox" for topic, _ in new):
            self._waited_at = waited_at
        return new

    def _waited_time(self, waiting: list[str]) -> int:
        """The time of the sources that are waited for; 0 while one has none, and if there are none."""
        if not waiting or any(self._is_missing("documents", topic) for topic in waiting):
            return 0
        return self._lowest("documents", waiting)

    def _forget_ahead(self, wall: int) -> None:
        latest = wall + self._ahead_ms
        for reporter in [each for each, at in self._reported.items() if at > latest]:
            del self._reported[reporter]
        for topic in [each for each, watermark in self._emitted.items() if watermark.at > latest]:
            del self._emitted[topic]

    def _marks(self, wall: int) -> list[tuple[str, Watermark]]:
        """The watermarks of external sources that are due."""
        mark = Watermark(at=wall - QUIET_MS, wall=wall)
        topics = self._topics if self._are_external else ()
        return [(topic, mark) for topic in topics if self._is_due(topic, mark.at)]

    def _is_due(self, topic: str, at: int) -> bool:
        """Whether a topic that gets a watermark every MARK_EVERY_MS gets one of this time."""
        last = self._emitted.get(topic)
        return last is None or at >= last.at + MARK_EVERY_MS

    def _is_new(self, topic: str, watermark: Watermark) -> bool:
        last = self._emitted.get(topic)
        if last is None or watermark.at > last.at:
            return True
        return (watermark.waiting, watermark.paused) != (last.waiting, last.paused)

    def _reporters(self, stage: str, topic: str) -> list[str]:
        return [f"{stage}/{topic}/{partition}" for partition in range(self._partitions)]

    def _is_missing(self, stage: str, topic: str) -> bool:
        return any(reporter not in self._reported for reporter in self._reporters(stage, topic))

    def _lowest(self, stage: str, topics: Iterable[str]) -> int:
        return min(self._reported[reporter] for topic in topics for reporter in self._reporters(stage, topic))

    def _waiting(self, wall: int) -> list[str]:
        """The sources with a partition that has not reported, and those whose time is stale."""
        return [
            topic
            for topic in self._topics
            if self._is_missing("documents", topic)
            or wall - self._lowest("documents", (topic,)) > self._stale_ms[topic]
        ]
