"""A fleet's topics on a real broker, under a prefix of their own: write documents and watermarks, read."""

import uuid
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Protocol

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError

from schemas.control import Watermark
from schemas.model import Model, Version
from topics.catalog import BY_NAME, CATALOG, DOCUMENTS
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
PARTITIONS = 2  # two workers share them; each more costs in every topic of every test
RUN_PARTITIONS = 4  # of the runs under load, as a fleet has them by default
NEWEST = 100  # records of an inbox partition, among which there is a watermark if it is not under load
SESSION_SECONDS = 30  # unless a test is about it: a worker that stalls for half of it ends itself


class Addressed(Protocol):
    """Services whose addresses are known."""

    def environment(self) -> dict[str, str]: ...


@dataclass
class Wire:
    """The topics of one test. Times are epoch milliseconds; versions count up by themselves."""

    settings: Settings
    producer: Any = None
    consumer: Any = None
    versions: int = 0
    sent: list[ConsumerRecord] = field(default_factory=list)

    @classmethod
    def create(cls, services: Addressed, **settings: Any) -> "Wire":
        """Create topics under a prefix of their own."""
        prefix = f"t{uuid.uuid4().hex[:8]}-"
        given = {"KAIROS_SESSION_SECONDS": str(SESSION_SECONDS), "KAIROS_PARTITIONS": str(PARTITIONS)}
        given["KAIROS_MAIL_NICENESS"] = "0"  # other tests use the processors meanwhile
        given |= {name.upper(): str(value) for name, value in settings.items()}
        loaded = load(services.environment() | {"KAIROS_PREFIX": prefix} | given)
        apply(Cluster(loaded.brokers, prefix, loaded.kairos_partitions, 1))
        return cls(loaded, KafkaProducer(bootstrap_servers=loaded.brokers, enable_idempotence=True))

    def reconnected(self) -> "Wire":
        """The same topics over another connection."""
        return Wire(self.settings, KafkaProducer(bootstrap_servers=self.settings.brokers))

    def close(self) -> None:
        """Disconnect."""
        self.producer.close()
        if self.consumer is not None:
            self.consumer.close()
            self.consumer = None

    def put(self, topic: str, key: str, value: Model | bytes | None, at: int) -> None:
        """Append a document as capture would."""
        self.versions += 1
        version: Version = (1, self.versions)
        headers = cloud_headers(event_type(topic), "/test", f"{topic}/{key}", at, version)
        data = value.dumps() if isinstance(value, Model) else value
        self.send(topic, key.encode(), data, headers, at)
        self.sent.append(ConsumerRecord(topic, 0, self.versions, key.encode(), data, at, tuple(headers)))

    def watermark(self, at: int, topics: Iterable[str] = TOPICS) -> None:
        """Write a watermark to every partition of some topics."""
        value = Watermark(at=at, wall=at).dumps()
        for topic in topics:
            for partition in range(self.settings.kairos_partitions):
                self.send(topic, WATERMARK_KEY, value, watermark_headers("/test", at), at, partition)

    def send(
        self, topic: str, key: bytes, value: bytes | None, headers: Any, at: int, partition: int | None = None
    ) -> None:
        """Append a record."""
        name = self.settings.name(topic)
        self.producer.send(name, key=key, value=value, headers=headers, timestamp_ms=at, partition=partition)

    def records(
        self, topic: str, *, watermarks: bool = False, newest: int | None = None
    ) -> list[ConsumerRecord]:
        """Every record of a topic, partition by partition; `newest`: so many of each partition at most."""
        consumer, partitions = self._reader(), partitions_of(self.settings, topic)
        begins, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
        filled = [partition for partition in partitions if begins[partition] < ends[partition]]
        consumer.assign(filled)
        for partition in filled:
            begin = begins[partition] if newest is None else ends[partition] - newest
            consumer.seek(partition, max(begins[partition], begin))
        batches: dict[int, list[ConsumerRecord]] = {partition.partition: [] for partition in partitions}
        while any(consumer.position(partition) < ends[partition] for partition in filled):
            for partition, batch in consumer.poll(200).items():
                batches[partition.partition] += [consumer_record(topic, record) for record in batch]
        return [
            raw for batch in batches.values() for raw in batch if watermarks or not is_watermark(raw.headers)
        ]

    def latest(self, topic: str) -> dict[str, bytes]:
        """The values of a topic after compaction, by key."""
        values = {(raw.key or b"").decode(): raw.value for raw in self.records(topic)}
        return {key: value for key, value in values.items() if value is not None}

    def inbox_time(self) -> int:
        """The lowest last watermark of the inbox's partitions; 0 before the first."""
        times = self._last_watermarks(NEWEST)
        return min((times if all(times.values()) else self._last_watermarks()).values())

    def _last_watermarks(self, newest: int | None = None) -> dict[int, int]:
        """The last watermark of each inbox partition, 0 for none, among the newest records (all: None)."""
        times = dict.fromkeys(range(self.settings.kairos_partitions), 0)
        for raw in self.records("inbox", watermarks=True, newest=newest):
            if is_watermark(raw.headers):
                times[raw.partition] = max(times[raw.partition], Watermark.loads(raw.value or b"").at)
        return times

    def ends(self, groups: Mapping[str, Iterable[str]]) -> dict[Any, int]:
        """The ends of all partitions of the topics that the groups read."""
        with closing(Lags(self.settings, groups)) as lags:
            return lags.ends()

    def lag(self, groups: Mapping[str, Iterable[str]], ends: Mapping[Any, int] | None = None) -> int:
        """How many records before some ends (the present ones by default) the groups have not committed."""
        with closing(Lags(self.settings, groups)) as lags:
            return lags.lag(lags.ends() if ends is None else ends)

    def keep_all(self) -> None:
        """Let no topic be compacted or deleted: the records of a test may be as old as it likes."""
        configs = {"cleanup.policy": "delete", "retention.ms": "-1"}
        names = [self.settings.name(topic.name) for topic in CATALOG]
        with closing(KafkaAdminClient(bootstrap_servers=self.settings.brokers)) as admin:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs) for name in names])

    def _reader(self) -> Any:
        """The consumer of everything that is read here: a connection costs more than a short topic."""
        if self.consumer is None:
            self.consumer = KafkaConsumer(bootstrap_servers=self.settings.brokers, enable_auto_commit=False)
        return self.consumer


class Lags:
    """How far consumer groups have read the topics that each of them reads; it keeps its connections."""

    def __init__(self, settings: Settings, groups: Mapping[str, Iterable[str]]) -> None:
        self._topics = {
            settings.name(group): {settings.name(topic) for topic in topics}
            for group, topics in groups.items()
        }
        names = {topic for topics in groups.values() for topic in topics}
        self._partitions = [partition for name in names for partition in partitions_of(settings, name)]
        self._reader = KafkaConsumer(bootstrap_servers=settings.brokers, enable_auto_commit=False)
        self._admin = KafkaAdminClient(bootstrap_servers=settings.brokers)

    def ends(self) -> dict[Any, int]:
        """The ends of all partitions of the topics."""
        ends: dict[Any, int] = self._reader.end_offsets(self._partitions)
        return ends

    def lag(self, ends: Mapping[Any, int]) -> int:
        """How many records before these ends the groups have not committed; all while no group is known."""
        partitions = {
            group: [partition for partition in ends if partition.topic in topics]
            for group, topics in self._topics.items()
        }
        try:
            committed = self._admin.list_group_offsets(partitions)
        except (CoordinatorNotAvailableError, CoordinatorLoadInProgressError):  # of a new broker
            return sum(ends.values())
        return sum(
            max(0, ends[partition] - max(0, committed[group][partition].offset))
            for group, of_group in partitions.items()
            for partition in of_group
        )

    def close(self) -> None:
        """Disconnect."""
        self._reader.close()
        self._admin.close()


def partitions_of(settings: Settings, topic: str) -> list[Any]:
    """The partitions of a topic of the catalogue or of a changelog.

    They are not asked for: a client that does not know a topic asks for those of all tests before.
    """
    row = BY_NAME.get(topic)
    count = (row.partitions if row else None) or settings.kairos_partitions
    return [TopicPartition(settings.name(topic), number) for number in range(count)]


def consumer_record(topic: str, record: Any) -> ConsumerRecord:
    """A record of kafka-python as the replay runner reads it."""
    return ConsumerRecord(
        topic,
        record.partition,
        record.offset,
        record.key,
        record.value,
        record.timestamp,
        tuple((name, value) for name, value in record.headers),
    )
