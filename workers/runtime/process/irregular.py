"""Counts what is irregular in records, and tells of wrong clocks, which nobody looks for in a metric."""

from dataclasses import dataclass

import structlog

from workers.runtime.metrics.records import IRREGULAR

TELL_MS = 600_000  # between two lines on the same
AHEAD = "ahead of this machine's clock by more than KAIROS_AHEAD_SECONDS: they count as now"
TIMESTAMP_AHEAD = "timestamp-ahead"
WRONG_TIMES = {
    "no-timestamp": "records without a timestamp: they count as written now",
    TIMESTAMP_AHEAD: f"records with a timestamp {AHEAD}",
    "watermark-ahead": f"watermarks {AHEAD}",
}
log = structlog.get_logger()


@dataclass
class Untold:
    """How many of a kind were counted since the last line, and when that was, in epoch ms."""

    count: int
    told_at: int


class IrregularCounter:
    """What is irregular in the records that one worker reads."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._untold: dict[tuple[str, str], Untold] = {}

    def add(self, topic: str, kind: str, count: int, now: int) -> None:
        """Count so many of a kind in a topic; a wrong time is told at once, then every TELL_MS at most.

        `now` is in epoch ms.
        """
        IRREGULAR.labels(self._worker, topic, kind).inc(count)
        if kind not in WRONG_TIMES:
            return
        untold = self._untold.setdefault((topic, kind), Untold(0, now - TELL_MS))
        untold.count += count
        if now - untold.told_at >= TELL_MS:
            log.warning(WRONG_TIMES[kind], topic=topic, records=untold.count)
            self._untold[topic, kind] = Untold(0, now)
