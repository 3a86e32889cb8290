"""Follows the topics into the read model: one life of the worker, ended by the first failure.

Redis holds the positions with the data, so it says from where to read. What Kafka is told is for the lag that
others see, and comes after Redis has acknowledged.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError

from workers.runtime.dead_letters.writing import dead_letter, reason_of
from workers.runtime.kafka.broker import TopicInfo
from workers.runtime.kafka.fencing import Newest
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.runtime.process.metrics import BATCH_SECONDS, DEAD_LETTERS, LAG, OLDEST_SECONDS, RECORDS_IN
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings
from workers.serve.changes import KINDS, KeyMissing, ReadModelChange, read
from workers.serve.dead_letters import DeadLetterWriter
from workers.serve.read_model import Move, ReadModel

WORKER = "serve"
POLL_MS = 100
LOOK_SECONDS = 1.0  # between looks at the positions in Redis and the ends of the topics
BROKER_MS = 5_000
RECONNECT_MS = 1_000
Batches = Mapping[TopicPartition, list[Any]]
log = structlog.get_logger()


class Assigned(ConsumerRebalanceListener):  # type: ignore[misc]
    """Notes that partitions came, so that nothing is applied before their positions are known."""

    def __init__(self) -> None:
        self.anew = False

    def on_partitions_revoked(self, revoked: Any) -> None:
        """Nothing is kept of them."""

    def on_partitions_assigned(self, assigned: Any) -> None:
        """Wherever the group stands, Redis says where to go on."""
        self.anew = True


@contextmanager
def consuming(settings: Settings, listener: Assigned) -> Iterator[Any]:
    """A consumer of the three topics, closed at the end; raises KafkaError when no broker answers."""
    session = int(settings.kairos_session_seconds * 1000)
    consumer = KafkaConsumer(
        bootstrap_servers=settings.brokers,
        **kafka_options(settings),
        client_id=settings.name(WORKER),
        group_id=settings.name(WORKER),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
        session_timeout_ms=session,
        heartbeat_interval_ms=session // 6,
        bootstrap_timeout_ms=BROKER_MS,
        reconnect_backoff_max_ms=RECONNECT_MS,
        fetch_max_wait_ms=POLL_MS,
        metadata_max_age_ms=BROKER_MS,
        max_poll_records=2_000,
    )
    try:
        names = [settings.name(topic) for topic in KINDS]
        for name in names:
            # known before the group is joined: the client may miss topics then, and be given no partition
            consumer.partitions_for_topic(name)
        consumer.subscribe(names, listener=listener)
        yield consumer
    finally:
        with suppress(KafkaError):
            consumer.close(autocommit=False, timeout_ms=2_000)


class TopicTail:
    """Reads with `consumer`, writes to `model`; `facts` has the ids of the topics.

    `well` is called whenever Kafka and Redis have both answered.
    """

    def __init__(
        self,
        settings: Settings,
        facts: Mapping[str, TopicInfo],
        model: ReadModel,
        dead_letters: DeadLetterWriter,
        well: Callable[[], None],
    ) -> None:
        self._settings, self._facts, self._model, self._dead_letters = settings, facts, model, dead_letters
        self._well = well
        self._stands: dict[TopicPartition, bytes | None] = {}  # the positions as Redis has them
        self._commits: dict[TopicPartition, int] = {}
        self._looked = 0.0
        self._newest = Newest()

    def follow(self, stop: threading.Event) -> None:
        """Follow until `stop` is set; raises KafkaError or RedisError when one of them fails."""
        listener = Assigned()
        with consuming(self._settings, listener) as consumer:
            self._consumer = consumer
            while not stop.is_set():
                batches = consumer.poll(timeout_ms=POLL_MS)
                if listener.anew:
                    listener.anew = False
                    self._place("partitions were assigned")
                elif batches:
                    self._take(batches)
                if time.monotonic() - self._looked > LOOK_SECONDS:
                    self._look()
            with suppress(KafkaError):  # Redis knows where to go on
                consumer.commit(self._offsets(), timeout_ms=2_000)

    def _place(self, why: str) -> None:
        """Go to where Redis stands; to the beginning where it knows nothing."""
        places = sorted(self._consumer.assignment())
        for gone in self._stands.keys() - set(places):
            with suppress(KeyError):
                LAG.remove(*self._labels(gone))
        found = self._model.positions([self._position(place) for place in places])
        self._stands = dict(zip(places, found, strict=True))
        offsets = {place: self._offset(place) for place in places}
        for place, offset in offsets.items():
            self._consumer.seek(place, offset)
        self._newest = Newest()  # what is read again begins with older generations
        self._commits.clear()
        log.info("reading", why=why, partitions=len(places), anew=[*offsets.values()].count(0))

    def _take(self, batches: Batches) -> None:
        """Apply what came; poison goes to the dead letters first."""
        began = time.perf_counter()
        records = [record for batch in batches.values() for record in batch]
        changes, letters = self._read(records)
        self._dead_letters.write(letters)
        ends = {place: batch[-1].offset + 1 for place, batch in batches.items()}
        moves = [
            Move(self._position(place), self._stands.get(place), self._said(place, end))
            for place, end in ends.items()
        ]
        if not self._model.apply(changes, moves):
            self._place("the read model is not where it was left")
            return
        self._stands |= {place: self._said(place, end) for place, end in ends.items()}
        self._commits |= ends
        self._measure(batches, time.perf_counter() - began)

    def _read(self, records: list[Any]) -> tuple[list[ReadModelChange], list[ProducerRecord]]:
        changes, letters = [], []
        for record in records:
            topic = self._settings.logical(record.topic)
            if self._newest.overtaken(record.headers):
                log.warning("left out: a replaced worker wrote it", topic=topic, offset=record.offset)
                continue
            try:
                changes.append(read(topic, record.key, record.value, record.timestamp))
            except ValueError as error:
                reason = "key" if isinstance(error, KeyMissing) else reason_of(error)
                letters.append(dead_letter(record, topic, record.partition, WORKER, reason, error))
                DEAD_LETTERS.labels(WORKER, reason).inc()
                place = f"{topic}/{record.partition}/{record.offset}"
                log.warning("a record could not be used", place=place, reason=reason)
        return changes, letters

    def _look(self) -> None:
        """Every second: are Redis and Kafka there, is the read model what we left, how far behind are we."""
        self._looked = time.monotonic()
        places = list(self._stands)
        if self._model.positions([self._position(place) for place in places]) != [*self._stands.values()]:
            self._place("the read model is not where it was left")
        ends = self._consumer.end_offsets(places or [self._any()], timeout_ms=BROKER_MS)
        for place in places:
            if place in self._consumer.assignment():
                self._lag(place, ends[place] - self._offset(place))
        if self._commits:
            self._consumer.commit_async(self._offsets())
            self._commits.clear()
        self._well()

    def _measure(self, batches: Batches, seconds: float) -> None:
        oldest = min(batch[0].timestamp for batch in batches.values())
        for place, batch in batches.items():
            RECORDS_IN.labels(WORKER, self._settings.logical(place.topic)).inc(len(batch))
            self._lag(place, (self._consumer.highwater(place) or 0) - self._offset(place))
        BATCH_SECONDS.labels(WORKER).observe(seconds)
        OLDEST_SECONDS.labels(WORKER).set(max(0, now_ms() - oldest) / 1000)

    def _lag(self, place: TopicPartition, records: int) -> None:
        LAG.labels(*self._labels(place)).set(max(0, records))

    def _labels(self, place: TopicPartition) -> tuple[str, str, str]:
        return WORKER, self._settings.logical(place.topic), str(place.partition)

    def _any(self) -> TopicPartition:
        """A partition to ask the broker about when none is ours."""
        return TopicPartition(self._settings.name(next(iter(KINDS))), 0)

    def _position(self, place: TopicPartition) -> str:
        return f"position:{self._settings.logical(place.topic)}:{place.partition}"

    def _said(self, place: TopicPartition, offset: int) -> bytes:
        return b"%s:%d" % (self._id(place), offset)

    def _offset(self, place: TopicPartition) -> int:
        """Where to go on; the beginning without a position, or with that of another topic of this name."""
        id_, _, offset = (self._stands.get(place) or b"").rpartition(b":")
        return int(offset) if id_ == self._id(place) else 0

    def _id(self, place: TopicPartition) -> bytes:
        return self._facts[self._settings.logical(place.topic)].id.hex().encode()

    def _offsets(self) -> dict[TopicPartition, Any]:
        return {place: OffsetAndMetadata(end, "", -1) for place, end in self._commits.items()}
