"""Requests of people for a new snapshot of a topic: a record per topic in the topic of the positions.

A request stays until the snapshot has begun; capture follows them while it runs.
"""

import threading
from collections.abc import Iterable, Sequence

import structlog

from schemas.control import SourcePosition
from workers.capture.position import position_record, tombstone
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

KEY = "/resnapshot"  # behind the name of a topic
log = structlog.get_logger()


def request_record(topic: str, at: int) -> ProducerRecord:
    """The record that asks for a snapshot of a topic; `at` in epoch ms."""
    return position_record(SourcePosition(source=topic + KEY, epoch=0), at)


def answered_record(topic: str, at: int) -> ProducerRecord:
    """The record that takes a request back, because its snapshot has begun; `at` in epoch ms."""
    return tombstone(topic + KEY, at)


class SnapshotRequests:
    """The topics whose snapshot is asked for, read from the beginning again and again (a `Follower`)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._topics: set[str] = set()

    def begin(self) -> None:
        """The topic is read from its beginning."""
        with self._lock:
            self._topics.clear()

    def apply(self, records: Sequence[ConsumerRecord]) -> None:
        """Note requests, and those taken back; all other records are passed over."""
        for record in records:
            key = (record.key or b"").decode("utf-8", "replace")
            if key.endswith(KEY):
                with self._lock:
                    change = self._topics.discard if record.value is None else self._topics.add
                    change(key.removesuffix(KEY))

    def caught_up(self, at: int) -> None:
        """Nothing waits for that: a request that is not read yet is answered later."""

    def among(self, topics: Iterable[str]) -> tuple[str, ...]:
        """Those of some topics that are asked for."""
        with self._lock:
            return tuple(topic for topic in topics if topic in self._topics)

    def answered(self, topics: Iterable[str]) -> None:
        """Forget requests whose snapshot has begun, before what takes them back is read."""
        with self._lock:
            self._topics -= set(topics)
