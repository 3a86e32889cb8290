"""The clock: from what each part of the fleet says it has read to one time for every inbox.

Two phases, so that the cost is linear in partitions. `documents` reports for every source partition; the
minimum goes to every partition of `addresses`; its stage reports again; that minimum goes to every inbox
partition. Both are written only after everything before them was acknowledged. Pure: no Kafka here.
"""

from collections.abc import Iterable

from schemas.control import Watermark


class WatermarkMerger:
    """The state of the clock; `topics` are the configured sources, `stale_ms` the oldest a source may be."""

    def __init__(self, topics: Iterable[str], partitions: int, stale_ms: int) -> None:
        self._topics = tuple(topics)
        self._partitions = partitions
        self._stale_ms = stale_ms
        self._marks: dict[str, int] = {}
        self._said: dict[str, Watermark] = {}

    def observe(self, who: str, mark: Watermark) -> None:
        """Take a report from `stage/topic/partition`; time never goes back."""
        self._marks[who] = max(self._marks.get(who, 0), mark.at)

    def emit(self, wall: int) -> list[tuple[str, Watermark]]:
        """What is to be appended now, as (topic, watermark): only what is new since the last time."""
        waiting = self._waiting(wall)
        said = []
        if not waiting:
            said.append(("addresses", Watermark(at=self._lowest("documents", self._topics), wall=wall)))
        inbox = 0 if self._missing("addresses", "addresses") else self._lowest("addresses", ("addresses",))
        if inbox or waiting:
            said.append(("inbox", Watermark(at=inbox, wall=wall, waiting=waiting)))
        fresh = [(topic, mark) for topic, mark in said if self._is_new(topic, mark)]
        self._said.update(fresh)
        return fresh

    def _is_new(self, topic: str, mark: Watermark) -> bool:
        last = self._said.get(topic)
        return last is None or mark.at > last.at or mark.waiting != last.waiting

    def _names(self, stage: str, topic: str) -> list[str]:
        return [f"{stage}/{topic}/{partition}" for partition in range(self._partitions)]

    def _missing(self, stage: str, topic: str) -> bool:
        return any(name not in self._marks for name in self._names(stage, topic))

    def _lowest(self, stage: str, topics: Iterable[str]) -> int:
        return min(self._marks[name] for topic in topics for name in self._names(stage, topic))

    def _waiting(self, wall: int) -> list[str]:
        return [
            topic
            for topic in self._topics
            if self._missing("documents", topic)
            or wall - self._lowest("documents", (topic,)) > self._stale_ms
        ]
