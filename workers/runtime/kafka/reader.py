"""Reads topics from an offset to their present end, without a consumer group."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.protocol.consumer.offsets import IsolationLevel

from topics.connecting import connecting
from workers.runtime.kafka.escaping_batch import read_any_header_name
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
        partitions = self._consumer.partitions_for_topic(name)
        if not partitions:
            raise ReadingError(f"the broker has no topic {name}")
        return sorted(partitions)

    def beginnings(self, topic: str) -> dict[int, int]:
        """The first offset of every partition: what stood before it was deleted. Raises ReadingError."""
        name = self._settings.name(topic)
        partitions = [TopicPartition(name, number) for number in self.partitions(topic)]
        return {tp.partition: offset for tp, offset in self._consumer.beginning_offsets(partitions).items()}

    def ends(self, topic: str) -> dict[int, int]:
        """The offset behind the last record of every partition, as of now. Raises ReadingError."""
        name = self._settings.name(topic)
        partitions = [TopicPartition(name, number) for number in self.partitions(topic)]
        return {tp.partition: offset for tp, offset in real_ends(self._consumer, partitions).items()}

    def read_to(self, topic: str, ends: Mapping[int, int]) -> Iterator[ConsumerRecord]:
        """Every record of the partitions in `ends` below that offset; raises ReadingError when it sticks."""
        name = self._settings.name(topic)
        upto = {TopicPartition(name, number): ends[number] for number in sorted(ends)}
        return self._read(topic, dict.fromkeys(upto, 0), upto)

    def read(self, topic: str, partitions: Iterable[int] | None = None) -> Iterator[ConsumerRecord]:
        """Every record that the partitions (all by default) hold now; raises ReadingError when it sticks."""
        numbers = self.partitions(topic) if partitions is None else partitions
        return self.read_from(topic, dict.fromkeys(numbers, 0))

    def read_from(self, topic: str, offsets: Mapping[int, int]) -> Iterator[ConsumerRecord]:
        """As `read`, from an offset on in each partition that is named; they must exist."""
        name = self._settings.name(topic)
        return self._read(
            topic, {TopicPartition(name, number): offsets[number] for number in sorted(offsets)}
        )

    def _read(
        self,
        topic: str,
        offsets: Mapping[TopicPartition, int],
        upto: Mapping[TopicPartition, int] | None = None,
    ) -> Iterator[ConsumerRecord]:
        consumer, partitions = self._consumer, list(offsets)
        consumer.assign(partitions)
        starts, ends = consumer.beginning_offsets(partitions), upto or real_ends(consumer, partitions)
        for tp in partitions:
            consumer.seek(tp, max(starts[tp], offsets[tp]))
        progress_at, left = time.monotonic(), partitions
        while left := [tp for tp in left if consumer.position(tp) < ends[tp]]:
            fetched = consumer.poll(timeout_ms=POLL_MS)
            for tp, records in fetched.items():
                yield from (consumer_record(topic, each) for each in records if each.offset < ends[tp])
            if fetched:
                progress_at = time.monotonic()
            elif time.monotonic() - progress_at > STUCK_SECONDS:
                places = ", ".join(f"partition {tp.partition} from {consumer.position(tp)} on" for tp in left)
                raise ReadingError(
                    f"topic {self._settings.name(topic)} cannot be read to its end: {places};"
                    " another program may have a transaction open in it (kafka-transactions.sh)"
                )


def real_ends(
    consumer: Any, partitions: list[TopicPartition], timeout_ms: int | None = None
) -> dict[TopicPartition, int]:
    """The ends of partitions, also where a transaction is open; raises KafkaError.

    kafka-python would say where the first one begins; what we have written behind it would be missing.
    """
    fetcher = consumer._fetcher
    level, fetcher._isolation_level = fetcher._isolation_level, IsolationLevel.READ_UNCOMMITTED
    try:
        ends: dict[TopicPartition, int] = consumer.end_offsets(partitions, timeout_ms=timeout_ms)
        return ends
    finally:
        fetcher._isolation_level = level


def consumer_record(topic: str, record: Any) -> ConsumerRecord:
    """A record of kafka-python as ours, under the topic's name in the catalogue."""
    headers = tuple(record.headers)
    return ConsumerRecord(
        topic, record.partition, record.offset, record.key, record.value, record.timestamp, headers
    )


@contextmanager
def reading(settings: Settings) -> Iterator[Reader]:
    """A reader; raises ReadingError when no broker answers."""
    read_any_header_name()
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
