"""Tells the fleet up to which time the source has been read.

While changes are streamed that is one record in the topic `watermarks`, with the offset behind the last
record of every partition. A watermark in every partition says the same in the topics themselves. It comes
first, so that every partition has an offset, and now and then, for whoever has lost it.

A watermark stays true because of `assign_timestamp`: a change that is read after a watermark gets a later
timestamp than the watermark, even when the database's clock went back or a commit took long. No time is ahead
of our own clock by more than a bound: the database's clock may be wrong, and nobody could take it back.
"""

import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from schemas.control import Offsets, SourceRead, Watermark
from workers.runtime.kafka.headers import WATERMARK_KEY, cloud_headers, event_type, watermark_headers
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.metrics.records import CONTROL
from workers.runtime.metrics.sources import SOURCE_READ_AT
from workers.runtime.process.clock import AHEAD_MS, not_ahead, now_ms

TOPIC, KEY = "watermarks", "capture/"  # before the name of the source
IDLE_TICK_MS = 1_000  # between two reports of an idle source
IDLE_AFTER_MS = 10_000  # without a change
IN_TOPICS_EVERY_MS = 60_000  # between two watermarks in the topics themselves
FLUSH_SHARE = 4  # the gap is at least so many times as long as the last flush took
NO_IDS: Mapping[str, bytes] = {}
log = structlog.get_logger()


def monotonic_ms() -> float:
    """The monotonic clock in milliseconds."""
    return time.monotonic() * 1000


class Watermarks:
    """Decides when it is due to tell how far was read, and does it. Times are epoch ms, of `clock` monotonic.

    `gap_ms` is the least time between two reports while changes come, `tick_ms` that of a quiet source or a
    backlog. `topic_ids` are the first 8 bytes of the ids of the topics of the source `source`; without them
    the watermarks stand in the topics alone.
    """

    def __init__(
        self,
        producer: SyncProducer,
        topics: Sequence[str],
        tick_ms: int,
        clock: Callable[[], float] = monotonic_ms,
        wall: Callable[[], int] = now_ms,
        ahead_ms: int = AHEAD_MS,
        gap_ms: int = 20,
        source: str = "",
        topic_ids: Mapping[str, bytes] = NO_IDS,
    ) -> None:
        self._producer = producer
        self._topics = topics
        self._tick_ms, self._gap_ms = tick_ms, gap_ms
        self._source, self._topic_ids = source, topic_ids
        self._flush_ms = 0.0  # how long the last flush took
        self._in_topics_at = -float("inf")
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
        """Flush, and tell how far was read, if it is due and later than the last; `backlog`: more waits."""
        now = self._clock()
        is_due = now - self._emitted_at >= self._interval(now, backlog=backlog)
        if self.read_up_to > self.emitted_up_to and is_due:
            self._producer.flush()
            self._flush_ms = self._clock() - now
            ends = self._ends() if now - self._in_topics_at < IN_TOPICS_EVERY_MS else {}
            if ends:
                self._report(self.read_up_to, ends)
            else:
                self.emit(self._topics, self.read_up_to)
                self._in_topics_at = now
            self._emitted_at = now
            self._dirty = False

    def emit(self, topics: Sequence[str], at: int) -> None:
        """Write a watermark to every partition of the topics; all records before it must be acknowledged."""
        at, wall = self._advance(at)
        value = Watermark(at=at, wall=wall).dumps()
        headers = tuple(watermark_headers("/kairos/capture", at))
        for topic in topics:
            for partition in self._producer.partitions(topic):
                self._producer.send(ProducerRecord(topic, WATERMARK_KEY, value, headers, at, partition))
                CONTROL.labels("capture", topic, "written").inc()

    def _ends(self) -> dict[str, Offsets]:
        """Where the topics end, as far as we have written them; nothing if that is not known of all."""
        ends: dict[str, Offsets] = {}
        for topic in self._topics if self._topic_ids else ():
            if (known := self._producer.ends(topic)) is None:
                return {}
            ends[topic] = Offsets(topic_id=self._topic_ids[topic].hex(), next=[*known])
        return ends

    def _report(self, at: int, ends: dict[str, Offsets]) -> None:
        """Tell in one record how far was read."""
        at, wall = self._advance(at)
        key = KEY + self._source
        headers = cloud_headers(event_type(TOPIC), "/kairos/capture", f"{key}/{at}", at)
        value = SourceRead(at=at, wall=wall, ends=ends).dumps()
        self._producer.send(ProducerRecord(TOPIC, key.encode(), value, tuple(headers), at, 0))
        CONTROL.labels("capture", TOPIC, "written").inc()

    def _advance(self, at: int) -> tuple[int, int]:
        """The time up to which is told that all was read, within the bound, and our own."""
        wall = self._wall_time()
        at = not_ahead(at, wall, self._ahead_ms)
        self.emitted_up_to = max(self.emitted_up_to, at)
        if self._source:
            SOURCE_READ_AT.labels(self._source).set(at / 1000)
        return at, wall

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
            return min(max(self._gap_ms, FLUSH_SHARE * self._flush_ms), self._tick_ms)
        is_idle = now - self._changed_at >= IDLE_AFTER_MS
        return max(self._tick_ms, IDLE_TICK_MS) if is_idle else self._tick_ms
