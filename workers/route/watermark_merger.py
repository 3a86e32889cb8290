"""Merges what all parts of the fleet report into one watermark for every inbox. Pure.

Capture tells up to when a source was read, and where its topics ended then (or it writes a watermark into
them). When `documents` has processed all before that, the rest of the way are the addresses: what `documents`
had written there by then has to be processed by `addresses`, too. Then all facts up to that time stand in the
inboxes, and these get it as their watermark: those in which facts wait for it at once, the others often
enough. Nothing is reported before it is acknowledged. `job-signals` and `mail-signals` get the same time as
the inbox, every five seconds and only while no source is waited for: there it says when jobs and the windows
of mails close, and not that all signals of other workers stand before it.
The pauses of more than one person are in every watermark of the inbox. While sources are waited for its time
stands still; as theirs goes on it gets the same watermark again, for whom facts have come in the meantime.

Where capture feeds no topic, nothing tells how far the sources are read. Then watermarks come from here, with
our own time less QUIET_MS, behind what stands in each topic by then: what was written before is read before.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from schemas.control import Offsets, Processed, SourceRead, Watermark
from workers.route.inbox_marks import InboxMarks
from workers.route.topic_time import TopicTime, merge

QUIET_MS = 2_000  # how long a record of a program from outside may be under way without being waited for
NO_LIMITS: Mapping[str, int] = MappingProxyType({})
SIGNALS = ("job-signals", "mail-signals")
MARK_EVERY_MS, SIGNALS_EVERY_MS = 1_000, 5_000
WAITED_EVERY_MS = 10_000  # of the time of what is waited for
ADDRESSES = "addresses"


class MergedMark(NamedTuple):
    """A watermark, and the partitions of the topic that get it."""

    topic: str
    watermark: Watermark
    partitions: tuple[int, ...]


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
        self._stale_ms = {topic: stale_ms_of.get(topic, stale_ms) for topic in self._topics}
        self._ahead_ms = ahead_ms
        self._all = tuple(range(partitions))
        self._times = {topic: TopicTime(partitions) for topic in (*self._topics, ADDRESSES)}
        self._wrote: dict[str, list[int | None]] = {}  # where `addresses` ends, by the topic's id
        self._inbox = InboxMarks(partitions)
        self._emitted: dict[str, Watermark] = {}
        self._waited_at = 0  # the time of what is waited for at the inbox's last watermark

    def on_source_read(self, told: SourceRead) -> None:
        """Apply how far a source was read."""
        for topic, ends in told.ends.items():
            if topic in self._topics:
                self._times[topic].expect(told.at, ends)

    def on_processed(self, told: Processed) -> None:
        """Apply how far a worker has processed its partitions."""
        if (wrote := told.wrote.get(ADDRESSES)) is not None:
            known = self._wrote.get(wrote.topic_id) or [None] * len(self._all)
            merge(known, wrote.next)
            self._wrote = {wrote.topic_id: known}
        self._inbox.wrote(each for each in told.facts if each.partition in self._all)
        for topic, marks in told.marks.items():
            if topic in self._times:
                self._times[topic].marked(marks)
        for topic, offsets in told.read.items():
            time = self._times.get(topic)
            if time is not None and time.processed(offsets) and time.at is None:
                self._inbox.is_being_read(told.wall)

    def emit(self, wall: int, paused: Iterable[str] = ()) -> list[MergedMark]:
        """The watermarks to append now, without those that were emitted before.

        Those of external sources come first. `wall` is the wall-clock time in epoch milliseconds, `paused`
        are the subjects of the pauses of more than one person, for the inbox.
        """
        self._forget_ahead(wall)
        waiting = self._waiting(wall)
        merged = self._marks(wall)
        if not waiting:
            self._expect_addresses(self._lowest(self._topics) if self._topics else wall - QUIET_MS)
        inbox = self._times[ADDRESSES].at or 0
        if inbox or waiting:
            mark = Watermark(at=inbox, wall=wall, waiting=waiting, paused=[*paused])
            merged += self._inbox_marks(mark, self._waited_time(waiting))
        if inbox and not waiting:
            mark = Watermark(at=inbox, wall=wall)
            merged += [
                MergedMark(topic, mark, self._all)
                for topic in SIGNALS
                if self._is_due(topic, inbox, SIGNALS_EVERY_MS)
            ]
        self._emitted |= {topic: mark for topic, mark, _ in merged}
        return merged

    def _expect_addresses(self, at: int) -> None:
        """All that the sources held up to a time is processed, and has caused what stands in `addresses`."""
        for topic_id, ends in self._wrote.items():
            self._times[ADDRESSES].expect(at, Offsets(topic_id=topic_id, next=[*ends]))

    def _inbox_marks(self, mark: Watermark, waited_at: int) -> list[MergedMark]:
        """The watermark for those partitions of the inbox that are to get it now."""
        goes_on = waited_at >= self._waited_at + WAITED_EVERY_MS
        partitions = self._inbox.due(mark, goes_on)
        if partitions:
            self._waited_at = waited_at
        return [MergedMark("inbox", mark, partitions)] if partitions else []

    def _waited_time(self, waiting: list[str]) -> int:
        """The time of the sources that are waited for; 0 while one has none, and if there are none."""
        return self._lowest(waiting) if waiting else 0

    def _forget_ahead(self, wall: int) -> None:
        latest = wall + self._ahead_ms
        for time in self._times.values():
            time.forget_after(latest)
        self._inbox.forget_after(latest)
        for topic in [each for each, watermark in self._emitted.items() if watermark.at > latest]:
            del self._emitted[topic]

    def _marks(self, wall: int) -> list[MergedMark]:
        """The watermarks of external sources that are due."""
        mark = Watermark(at=wall - QUIET_MS, wall=wall)
        topics = self._topics if self._are_external else ()
        return [MergedMark(topic, mark, self._all) for topic in topics if self._is_due(topic, mark.at)]

    def _is_due(self, topic: str, at: int, every_ms: int = MARK_EVERY_MS) -> bool:
        """Whether a topic that gets a watermark every so often gets one of this time."""
        last = self._emitted.get(topic)
        return last is None or at >= last.at + every_ms

    def _lowest(self, topics: Iterable[str]) -> int:
        """The earliest time of topics, 0 while one has none."""
        return min(self._times[topic].at or 0 for topic in topics)

    def _waiting(self, wall: int) -> list[str]:
        """The sources without a time, and those whose time is stale."""
        times = ((topic, self._times[topic].at) for topic in self._topics)
        return [topic for topic, at in times if at is None or wall - at > self._stale_ms[topic]]
