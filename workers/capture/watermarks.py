"""Emits watermarks: in every document topic, up to which time the source has been read.

A watermark stays true because of `assign_timestamp`: a change that is read after a watermark gets a later
timestamp than the watermark, even when the database's clock went back or a commit took long. No time is ahead
of our own clock by more than a bound: the database's clock may be wrong, and nobody could take it back.
"""

import time
from collections.abc import Callable, Sequence

import structlog

from schemas.control import Watermark
from workers.runtime.kafka.headers import WATERMARK_KEY, watermark_headers
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.clock import AHEAD_MS, not_ahead, now_ms
from workers.runtime.process.metrics import WATERMARK_SECONDS

GAP_MS = 50  # between two watermarks while changes come
IDLE_TICK_MS = 1_000  # between two watermarks of an idle source
IDLE_AFTER_MS = 10_000  # without a change
log = structlog.get_logger()


def monotonic_ms() -> float:
    """The monotonic clock in milliseconds."""
    return time.monotonic() * 1000


class Watermarks:
    """Decides when a watermark is due, and emits it. Times are epoch ms, those of `clock` monotonic ms."""

    def __init__(
        self,
        producer: SyncProducer,
        topics: Sequence[str],
        tick_ms: int,
        clock: Callable[[], float] = monotonic_ms,
        wall: Callable[[], int] = now_ms,
        ahead_ms: int = AHEAD_MS,
    ) -> None:
        self._producer = producer
        self._topics = topics
        self._tick_ms = tick_ms
        self._clock = clock
        self._wall = wall
        self._ahead_ms = ahead_ms
        self._emitted_at = clock() - IDLE_AFTER_MS
        self._changed_at = self._emitted_at
        self._dirty = False  # a change was read since the last watermark
        self.emitted_up_to = 0
        self.read_up_to = 0

    def assign_timestamp(self, changed_at: int) -> int:
        """The timestamp of a change: its own time, within the bound, but later than the last watermark."""
        wall = self._wall_time()
        return max(not_ahead(changed_at, wall, self._ahead_ms), self.emitted_up_to + 1)

    def on_change(self, at: int) -> None:
        """Record that a change with this timestamp was handed to the producer."""
        self.read_up_to = max(self.read_up_to, at)
        self._dirty = True
        self._changed_at = self._clock()

    def on_idle(self, asked_at: int) -> None:
        """Record that the source had no change when it was asked, at this time of its own clock."""
        self.read_up_to = max(self.read_up_to, not_ahead(asked_at, self._wall_time(), self._ahead_ms))

    def wait_ms(self) -> int:
        """For how long to wait for a change until the next watermark is due."""
        now = self._clock()
        return max(1, int(self._emitted_at + self._interval(now, backlog=False) - now) + 1)

    def emit_if_due(self, *, backlog: bool) -> None:
        """Flush and emit a watermark if it is due and later than the last; `backlog`: more changes wait."""
        now = self._clock()
        is_due = now - self._emitted_at >= self._interval(now, backlog=backlog)
        if self.read_up_to > self.emitted_up_to and is_due:
            self._producer.flush()
            self.emit(self._topics, self.read_up_to)
            self._emitted_at = now
            self._dirty = False

    def emit(self, topics: Sequence[str], at: int) -> None:
        """Write a watermark to every partition of the topics; all records before it must be acknowledged."""
        wall = self._wall_time()
        at = not_ahead(at, wall, self._ahead_ms)
        self.emitted_up_to = max(self.emitted_up_to, at)
        value = Watermark(at=at, wall=wall).dumps()
        WATERMARK_SECONDS.labels("capture").set((wall - at) / 1000)
        headers = tuple(watermark_headers("/kairos/capture", at))
        for topic in topics:
            for partition in self._producer.partitions(topic):
                self._producer.send(ProducerRecord(topic, WATERMARK_KEY, value, headers, at, partition))

    def _wall_time(self) -> int:
        """Our clock; what was emitted before it was set back by more than the bound is forgotten."""
        wall = self._wall()
        ahead = max(self.emitted_up_to, self.read_up_to) - wall
        if ahead > self._ahead_ms:
            log.warning(
                "the clock was set back: watermarks start again at its time", by_seconds=ahead // 1000
            )
            self.emitted_up_to = min(self.emitted_up_to, wall)
            self.read_up_to = min(self.read_up_to, wall)
        return wall

    def _interval(self, now: float, *, backlog: bool) -> float:
        if self._dirty and not backlog:
            return min(GAP_MS, self._tick_ms)
        is_idle = now - self._changed_at >= IDLE_AFTER_MS
        return max(self._tick_ms, IDLE_TICK_MS) if is_idle else self._tick_ms
