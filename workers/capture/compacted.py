"""Reads topics of ours from beginning to end, without a group: where we stand, and what the topics hold."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from workers.capture.failure import CaptureError
from workers.runtime.headers import is_watermark, version_of
from workers.runtime.settings import Settings

POLL_MS = 200
STUCK_SECONDS = 30.0


class Reader:
    """Reads one topic after the other; make one with `reading`."""

    def __init__(self, consumer: Any, settings: Settings) -> None:
        self._consumer = consumer
        self._settings = settings

    def read(self, topic: str, partitions: list[int]) -> Iterator[Any]:
        """Every record that the partitions hold now (ConsumerRecord); raises CaptureError when it sticks."""
        places = [TopicPartition(self._settings.name(topic), number) for number in partitions]
        consumer = self._consumer
        consumer.assign(places)
        starts, ends = consumer.beginning_offsets(places), consumer.end_offsets(places)
        for place in places:
            consumer.seek(place, starts[place])
        progress = time.monotonic()
        while left := [place for place in places if consumer.position(place) < ends[place]]:
            found = consumer.poll(timeout_ms=POLL_MS)
            for place, records in found.items():
                yield from (record for record in records if record.offset < ends[place])
            if found:
                progress = time.monotonic()
            elif time.monotonic() - progress > STUCK_SECONDS:
                raise CaptureError(f"topic {self._settings.name(topic)} cannot be read to its end: {left}")

    def stale_keys(self, topic: str, partitions: list[int], epoch: int) -> set[bytes]:
        """The keys that a document topic still holds, and whose last record is not of this epoch."""
        stale: set[bytes] = set()
        for record in self.read(topic, partitions):
            if record.key is None or is_watermark(record.headers):
                continue
            if record.value is None or epoch_of(record) == epoch:
                stale.discard(record.key)
            else:
                stale.add(record.key)
        return stale

    def highest_epoch(self, topic: str, partitions: list[int]) -> int:
        """The highest epoch that a document topic mentions, 0 when it holds nothing of ours."""
        return max((epoch_of(record) for record in self.read(topic, partitions)), default=0)


@contextmanager
def reading(settings: Settings) -> Iterator[Reader]:
    """A reader; what Kafka refuses to it is a CaptureError."""
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=settings.brokers,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            isolation_level="read_committed",
        )
        try:
            yield Reader(consumer, settings)
        finally:
            consumer.close()
    except KafkaError as error:
        raise CaptureError(f"Kafka cannot be read: {type(error).__name__} {error}".strip()) from error


def epoch_of(record: Any) -> int:
    """The epoch of a record; 0 for one that is not capture's."""
    try:
        version = version_of(record.headers)
    except ValueError:
        return 0
    return version[0] if version else 0
