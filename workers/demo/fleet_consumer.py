"""Reads the fleet's output topics from outside: a Kafka consumer without a group."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition

from workers.runtime.dead_letters.reading import is_mark
from workers.runtime.kafka.escaping_batch import read_any_header_name
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings


class FleetRecord(NamedTuple):
    """One record: the topic's name in the catalogue, the key, the value (None: a tombstone)."""

    topic: str
    key: str
    value: bytes | None


class FleetConsumer:
    """Reads all records of some topics, from the first on. Raises KafkaError when the broker fails."""

    def __init__(self, settings: Settings, topics: Iterable[str]) -> None:
        self._settings = settings
        read_any_header_name()
        self._consumer: Any = KafkaConsumer(
            bootstrap_servers=settings.brokers,
            **kafka_options(settings),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=100,
        )
        names = [settings.name(topic) for topic in topics]
        partitions = [
            TopicPartition(name, number)
            for name in names
            for number in sorted(self._consumer.partitions_for_topic(name) or ())
        ]
        self._consumer.assign(partitions)
        # explicit offsets: seek_to_beginning would ask for them partition by partition
        for partition, offset in self._consumer.beginning_offsets(partitions).items():
            self._consumer.seek(partition, offset)

    def poll(self, wait_ms: int) -> Iterator[FleetRecord]:
        """The next records; waits at most `wait_ms` for the first."""
        for partition, records in self._consumer.poll(timeout_ms=wait_ms).items():
            for record in records:
                if is_mark(record):
                    continue
                key = (record.key or b"").decode("utf-8", "replace")
                yield FleetRecord(self._settings.logical(partition.topic), key, record.value)

    def read_to_end(self) -> list[FleetRecord]:
        """Every record up to the end that the topics have now."""
        ends = self._consumer.end_offsets(list(self._consumer.assignment()))
        records: list[FleetRecord] = []
        while any(self._consumer.position(partition) < end for partition, end in ends.items()):
            records.extend(self.poll(100))
        return records

    def close(self) -> None:
        """Close the consumer."""
        self._consumer.close()
