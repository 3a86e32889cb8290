"""Reads what the fleet says, from outside: a plain Kafka consumer without a group."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition

from workers.runtime.dead_letters.reading import is_mark
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings


class Heard(NamedTuple):
    """One record: the topic's name in the catalogue, the key, the value (None: deleted)."""

    topic: str
    key: str
    value: bytes | None


class Watch:
    """All records of some topics, from the first on. Raises KafkaError when the broker fails."""

    def __init__(self, settings: Settings, topics: Iterable[str]) -> None:
        self._settings = settings
        self._consumer: Any = KafkaConsumer(
            bootstrap_servers=settings.brokers,
            **kafka_options(settings),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
        )
        names = [settings.name(topic) for topic in topics]
        places = [
            TopicPartition(name, partition)
            for name in names
            for partition in sorted(self._consumer.partitions_for_topic(name) or ())
        ]
        self._consumer.assign(places)
        # explicit offsets: seek_to_beginning would ask for them partition by partition
        for place, offset in self._consumer.beginning_offsets(places).items():
            self._consumer.seek(place, offset)

    def poll(self, ms: int) -> Iterator[Heard]:
        """What has come, waiting at most so many milliseconds for the first."""
        for place, records in self._consumer.poll(timeout_ms=ms).items():
            for record in records:
                if is_mark(record):
                    continue
                key = (record.key or b"").decode("utf-8", "replace")
                yield Heard(self._settings.logical(place.topic), key, record.value)

    def all_so_far(self) -> list[Heard]:
        """Every record up to the end that the topics have now."""
        ends = self._consumer.end_offsets(list(self._consumer.assignment()))
        found: list[Heard] = []
        while any(self._consumer.position(place) < end for place, end in ends.items()):
            found.extend(self.poll(100))
        return found

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()
