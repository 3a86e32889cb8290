"""Reads topics of ours from beginning to end, as of now, without a group."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from topics.connecting import connecting
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

POLL_MS = 200
CONNECT_MS = 10_000
STUCK_SECONDS = 30.0


class ReadingError(RuntimeError):
    """A topic is missing, or cannot be read to the end it had; the text names it."""


class Reader:
    """Reads one topic after the other; make one with `reading`."""

    def __init__(self, consumer: Any, settings: Settings) -> None:
        self._consumer = consumer
        self._settings = settings

    def partitions(self, topic: str) -> list[int]:
        """The numbers of a topic's partitions; raises ReadingError when there is no such topic."""
        name = self._settings.name(topic)
        found = self._consumer.partitions_for_topic(name)
        if not found:
            raise ReadingError(f"the broker has no topic {name}")
        return sorted(found)

    def read(self, topic: str, partitions: Iterable[int] | None = None) -> Iterator[ConsumerRecord]:
        """Every record that the partitions (all by default) hold now; raises ReadingError when it sticks."""
        chosen = self.partitions(topic) if partitions is None else partitions
        return self.read_from(topic, dict.fromkeys(chosen, 0))

    def read_from(self, topic: str, offsets: Mapping[int, int]) -> Iterator[ConsumerRecord]:
        """As `read`, from an offset on in each partition that is named; they must exist."""
        name = self._settings.name(topic)
        return self._read(
            topic, {TopicPartition(name, number): offsets[number] for number in sorted(offsets)}
        )

    def _read(self, topic: str, offsets: Mapping[TopicPartition, int]) -> Iterator[ConsumerRecord]:
        consumer, places = self._consumer, list(offsets)
        consumer.assign(places)
        starts, ends = consumer.beginning_offsets(places), consumer.end_offsets(places)
        for place in places:
            consumer.seek(place, max(starts[place], offsets[place]))
        progress = time.monotonic()
        while left := [place for place in places if consumer.position(place) < ends[place]]:
            found = consumer.poll(timeout_ms=POLL_MS)
            for place, records in found.items():
                yield from (raw(topic, record) for record in records if record.offset < ends[place])
            if found:
                progress = time.monotonic()
            elif time.monotonic() - progress > STUCK_SECONDS:
                raise ReadingError(f"topic {self._settings.name(topic)} cannot be read to its end: {left}")


def raw(topic: str, record: Any) -> ConsumerRecord:
    """A consumer's record as the engine takes it, under the topic's name in the catalogue."""
    headers = tuple(record.headers)
    return ConsumerRecord(
        topic, record.partition, record.offset, record.key, record.value, record.timestamp, headers
    )


@contextmanager
def reading(settings: Settings) -> Iterator[Reader]:
    """A reader; raises ReadingError when no broker answers."""
    with connecting(settings.brokers, ReadingError):
        consumer = KafkaConsumer(bootstrap_timeout_ms=CONNECT_MS, **options(settings))
    try:
        yield Reader(consumer, settings)
    finally:
        consumer.close()


def options(settings: Settings) -> dict[str, Any]:
    """A consumer that belongs to no group and creates nothing."""
    return {
        "bootstrap_servers": settings.brokers,
        **kafka_options(settings),
        "group_id": None,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "allow_auto_create_topics": False,
        "isolation_level": "read_committed",
    }
