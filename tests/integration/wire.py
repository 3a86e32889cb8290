"""A fleet's topics on a real broker, under a prefix of their own: write documents and marks, read all."""

import uuid
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Protocol

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient

from schemas.control import Watermark
from schemas.model import Model, Version
from topics.catalog import DOCUMENTS
from topics.plan import Cluster, apply
from workers.runtime.kafka.headers import (
    WATERMARK_KEY,
    cloud_headers,
    event_type,
    is_watermark,
    watermark_headers,
)
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.settings import Settings, load

TOPICS = tuple(topic.name for topic in DOCUMENTS)


class Addressed(Protocol):
    """Services that say where they are."""

    def environment(self) -> dict[str, str]: ...


@dataclass
class Wire:
    """The topics of one test. Times are epoch milliseconds; versions count up by themselves."""

    settings: Settings
    producer: Any = None
    versions: int = 0
    sent: list[ConsumerRecord] = field(default_factory=list)

    @classmethod
    def create(cls, services: Addressed, **settings: Any) -> "Wire":
        """Create topics under a prefix of their own."""
        prefix = f"t{uuid.uuid4().hex[:8]}-"
        given = {name.upper(): str(value) for name, value in settings.items()}
        found = load(services.environment() | {"KAIROS_PREFIX": prefix} | given)
        apply(Cluster(found.brokers, prefix, found.kairos_partitions, 1))
        return cls(found, KafkaProducer(bootstrap_servers=found.brokers, enable_idempotence=True))

    def again(self) -> "Wire":
        """The same topics over another connection."""
        return Wire(self.settings, KafkaProducer(bootstrap_servers=self.settings.brokers))

    def close(self) -> None:
        """Disconnect."""
        self.producer.close()

    def put(self, topic: str, key: str, value: Model | bytes | None, at: int) -> None:
        """Append a document as capture would."""
        self.versions += 1
        version: Version = (1, self.versions)
        headers = cloud_headers(event_type(topic), "/test", f"{topic}/{key}", at, version)
        data = value.dumps() if isinstance(value, Model) else value
        self.send(topic, key.encode(), data, headers, at)
        self.sent.append(ConsumerRecord(topic, 0, self.versions, key.encode(), data, at, tuple(headers)))

    def watermark(self, at: int, topics: Iterable[str] = TOPICS) -> None:
        """Say in every partition of some topics that everything up to a time is in them."""
        mark = Watermark(at=at, wall=at).dumps()
        for topic in topics:
            for partition in range(self.settings.kairos_partitions):
                self.send(topic, WATERMARK_KEY, mark, watermark_headers("/test", at), at, partition)

    def send(
        self, topic: str, key: bytes, value: bytes | None, headers: Any, at: int, to: int | None = None
    ) -> None:
        """Append a record."""
        name = self.settings.name(topic)
        self.producer.send(name, key=key, value=value, headers=headers, timestamp_ms=at, partition=to)

    def records(self, topic: str, *, watermarks: bool = False) -> list[ConsumerRecord]:
        """Every record of a topic, partition by partition."""
        with closing(self._reader()) as consumer:
            places = self._places(consumer, topic)
            consumer.assign(places)
            consumer.seek_to_beginning(*places)
            ends = consumer.end_offsets(places)
            found: dict[int, list[ConsumerRecord]] = {place.partition: [] for place in places}
            while any(consumer.position(place) < ends[place] for place in places):
                for place, batch in consumer.poll(200).items():
                    found[place.partition] += [raw_of(topic, record) for record in batch]
        return [
            raw for batch in found.values() for raw in batch if watermarks or not is_watermark(raw.headers)
        ]

    def latest(self, topic: str) -> dict[str, bytes]:
        """What a compacted topic holds in the end."""
        found = {(raw.key or b"").decode(): raw.value for raw in self.records(topic)}
        return {key: value for key, value in found.items() if value is not None}

    def inbox_time(self) -> int:
        """The last time that every partition of the inbox has been told; 0 before the first."""
        found = dict.fromkeys(range(self.settings.kairos_partitions), 0)
        for raw in self.records("inbox", watermarks=True):
            if is_watermark(raw.headers):
                found[raw.partition] = max(found[raw.partition], Watermark.loads(raw.value or b"").at)
        return min(found.values())

    def lag(self, groups: Mapping[str, Iterable[str]]) -> int:
        """How many records the groups have not committed, over their topics."""
        with closing(self._reader()) as consumer:
            places = {
                group: [place for topic in topics for place in self._places(consumer, topic)]
                for group, topics in groups.items()
            }
            ends = consumer.end_offsets([place for some in places.values() for place in some])
        with closing(KafkaAdminClient(bootstrap_servers=self.settings.brokers)) as admin:
            done = admin.list_group_offsets(
                {self.settings.name(group): some for group, some in places.items()}
            )
        return sum(
            ends[place] - max(0, done[self.settings.name(group)][place].offset)
            for group, some in places.items()
            for place in some
        )

    def _reader(self) -> Any:
        return KafkaConsumer(bootstrap_servers=self.settings.brokers, enable_auto_commit=False)

    def _places(self, consumer: Any, topic: str) -> list[Any]:
        name = self.settings.name(topic)
        return [TopicPartition(name, number) for number in sorted(consumer.partitions_for_topic(name))]


def raw_of(topic: str, record: Any) -> ConsumerRecord:
    """A consumed record as the replay runner takes it."""
    return ConsumerRecord(
        topic,
        record.partition,
        record.offset,
        record.key,
        record.value,
        record.timestamp,
        tuple((name, value) for name, value in record.headers),
    )
