"""Which partitions of the inbox get a watermark. Pure.

Those in which facts wait for one, at once; all others often enough for what happens there by time alone.
"""

from collections.abc import Iterable

from schemas.control import FactTimes, Watermark

ALL_EVERY_MS = 1_900  # of our clock or of the sources' time; an idle source tells its time once a second
FIRST_READING_MS = 60_000  # of our clock, in which nothing of what is waited for came


class InboxMarks:
    """What the partitions have been given, and the times of the facts that wait in them."""

    def __init__(self, partitions: int) -> None:
        self._all = tuple(range(partitions))
        self._waiting: dict[int, tuple[int, int]] = {}  # by partition: the earliest and the latest fact
        self._last: Watermark | None = None  # that some were given
        self._given: Watermark | None = None  # that all were given
        self._read_at = 0  # when a source was read last that has no time yet, by our clock

    def wrote(self, facts: Iterable[FactTimes]) -> None:
        """Facts were written."""
        for each in facts:
            earliest, latest = self._waiting.get(each.partition, (each.earliest, each.latest))
            self._waiting[each.partition] = min(earliest, each.earliest), max(latest, each.latest)

    def is_being_read(self, wall: int) -> None:
        """At this time (epoch ms) more was read of a source that is read for the first time."""
        self._read_at = wall

    def due(self, mark: Watermark, goes_on: bool) -> tuple[int, ...]:
        """The partitions that get a watermark now; all of them when something else than its time is new.

        While the sources are read for the first time there is no time. That is told once, and again when
        nothing more comes: each of these watermarks makes everybody wait anew.
        `goes_on`: what is waited for goes on. That they get it is taken for granted.
        """
        last = self._last
        told = (mark.waiting, mark.paused)
        if not mark.at:
            is_read = 0 <= mark.wall - self._read_at < FIRST_READING_MS and self._given is not None
            return () if is_read or self._is_within(mark, FIRST_READING_MS) else self._give_all(mark)
        if last is None or told != (last.waiting, last.paused) or goes_on:
            return self._give_all(mark)
        if mark.at <= last.at:
            return ()
        if not self._is_within(mark, ALL_EVERY_MS) or self._leaps(mark):
            return self._give_all(mark)
        due = tuple(sorted(each for each, (earliest, _) in self._waiting.items() if earliest <= mark.at))
        if due:
            self._give(due, mark)
        return due

    def forget_after(self, latest: int) -> None:
        """Forget what is later: it was told by a clock that was corrected since."""
        if self._last is not None and self._last.at > latest:
            self._last = None

    def _is_within(self, mark: Watermark, milliseconds: int) -> bool:
        """Whether all partitions got one so short a time ago, by a clock that was not set back since."""
        return self._given is not None and 0 <= mark.wall - self._given.wall < milliseconds

    def _leaps(self, mark: Watermark) -> bool:
        """Whether the sources' time has gone on as far, in a backlog: what is due by time alone is due."""
        return self._given is not None and mark.at - self._given.at >= ALL_EVERY_MS

    def _give_all(self, mark: Watermark) -> tuple[int, ...]:
        self._given = mark
        self._give(self._all, mark)
        return self._all

    def _give(self, partitions: tuple[int, ...], mark: Watermark) -> None:
        self._last = mark
        for partition in partitions:
            earliest, latest = self._waiting.get(partition, (mark.at, mark.at))
            if latest <= mark.at:
                self._waiting.pop(partition, None)
            else:  # the facts in between are no later than that
                self._waiting[partition] = max(earliest, mark.at + 1), latest
