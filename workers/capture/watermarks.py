"""Says in every document topic how far the source has been read.

What keeps a watermark true is `at`: a change that comes after a watermark gets a later time than the
watermark, even when the database's clocks (or a commit that took its time) say otherwise.
"""

import time
from collections.abc import Callable, Sequence

from schemas.control import Watermark
from workers.runtime.kafka.headers import WATERMARK_KEY, watermark_headers
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.metrics import WATERMARK_SECONDS

GAP_MS = 50  # between two watermarks while changes come
IDLE_TICK_MS = 1_000
IDLE_AFTER_MS = 10_000


def monotonic_ms() -> float:
    """Milliseconds that only grow."""
    return time.monotonic() * 1000


class Watermarks:
    """Decides when to say a watermark, and says it. All times in epoch ms, but for `clock`."""

    def __init__(
        self,
        producer: SyncProducer,
        topics: Sequence[str],
        tick_ms: int,
        clock: Callable[[], float] = monotonic_ms,
        wall: Callable[[], int] = now_ms,
    ) -> None:
        self._producer = producer
        self._topics = topics
        self._tick = tick_ms
        self._clock = clock
        self._wall = wall
        self._said_at = self._changed_at = clock() - IDLE_AFTER_MS
        self._dirty = False
        self.said = 0
        self.read_to = 0

    def assign_timestamp(self, changed_at: int) -> int:
        """The time that a change is given: its own, or the next one after what has been said."""
        return max(changed_at, self.said + 1)

    def changed(self, at: int) -> None:
        """A change of this time (as `assign_timestamp` gave it) was handed to the sink."""
        self.read_to = max(self.read_to, at)
        self._dirty = True
        self._changed_at = self._clock()

    def on_idle(self, since: int) -> None:
        """Nothing was there when the source was asked at this time of its own."""
        self.read_to = max(self.read_to, since)

    def wait_ms(self) -> int:
        """For how long to wait for a change before it is time to say something."""
        now = self._clock()
        return max(1, int(self._said_at + self._interval(now, backlog=False) - now) + 1)

    def emit_if_due(self, *, backlog: bool) -> None:
        """Say how far the source was read, when that is new and time; `backlog`: more changes wait."""
        now = self._clock()
        if self.read_to > self.said and now - self._said_at >= self._interval(now, backlog=backlog):
            self._producer.flush()
            self.emit(self._topics, self.read_to)
            self._said_at = now
            self._dirty = False

    def emit(self, topics: Sequence[str], at: int) -> None:
        """Write a watermark to every partition of topics; what is before it must be acknowledged."""
        self.said = max(self.said, at)
        wall = self._wall()
        value = Watermark(at=at, wall=wall).dumps()
        WATERMARK_SECONDS.labels("capture").set((wall - at) / 1000)
        headers = tuple(watermark_headers("/kairos/capture", at))
        for topic in topics:
            for partition in self._producer.partitions(topic):
                self._producer.send(ProducerRecord(topic, WATERMARK_KEY, value, headers, at, partition))

    def _interval(self, now: float, *, backlog: bool) -> float:
        if self._dirty and not backlog:
            return min(GAP_MS, self._tick)
        return self._tick if now - self._changed_at < IDLE_AFTER_MS else max(self._tick, IDLE_TICK_MS)
