"""Applies the topics to the read model, until the first failure.

Redis stores the positions together with the data, and reading starts at them. Offsets are committed to Kafka
after Redis has acknowledged, and only so that others see the lag.
"""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import structlog
from kafka import OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError

from workers.runtime.dead_letters.writing import announce_dead_letters, dead_letter, reason_of
from workers.runtime.kafka.broker import TopicInfo
from workers.runtime.kafka.fencing import GenerationTracker
from workers.runtime.kafka.headers import WATERMARK_KEY, is_watermark
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sizes import DEFAULT_LIMIT
from workers.runtime.kafka.tolerant import REPLACED, pass_over
from workers.runtime.metrics.probes import PROBES
from workers.runtime.metrics.records import CONTROL, DEAD_LETTERS, IRREGULAR, LAG, RECORDS_IN
from workers.runtime.metrics.rounds import BATCH_SECONDS, INPUT_AGE_SECONDS, ROUND_AT
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.serve.changes import TOPICS, KeyMissing, ReadModelChange, decode_change, person_of
from workers.serve.consuming import BROKER_MS, POLL_MS, WORKER, AssignmentListener, consuming
from workers.serve.dead_letters import DeadLetterWriter
from workers.serve.position import encode_position, offset_of, position_key
from workers.serve.read_model import PositionUpdate, ReadModel
from workers.serve.timeline import INBOX, TimelineEntry, entry_of_fact

SPACING_SECONDS = 0.1  # between two batches: reading and storing one costs as much as 20 changes in it
CHECK_SECONDS = 1.0  # between two checks of the positions in Redis and of the lag
Batches = Mapping[TopicPartition, list[Any]]
log = structlog.get_logger()


class Decoded(NamedTuple):
    """What some records say: changes, entries of timelines for facts, dead letters."""

    changes: list[ReadModelChange]
    facts: list[tuple[str, TimelineEntry]]
    letters: list[ProducerRecord]


def is_mark(record: Any) -> bool:
    """Whether a record of the inbox is a watermark, and about nobody."""
    return record.key == WATERMARK_KEY and is_watermark(record.headers)


def fact_entries(record: Any) -> list[tuple[str, TimelineEntry]]:
    """Person and entry of a record of the inbox; none for a watermark, and for what cannot be read.

    That is no dead letter of ours: `people` makes one.
    """
    if record.value is None or is_mark(record):
        return []
    try:
        return [(person_of(record.key), entry_of_fact(record.value, record.timestamp))]
    except Exception:
        IRREGULAR.labels(WORKER, INBOX, "unreadable").inc()
        return []


class TopicTail:
    """Reads the topics and writes them to `model`; `topics` has their ids.

    `on_healthy` is called whenever Kafka and Redis have both answered.
    """

    def __init__(
        self,
        settings: Settings,
        topics: Mapping[str, TopicInfo],
        model: ReadModel,
        dead_letters: DeadLetterWriter,
        on_healthy: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._topics = topics
        self._model = model
        self._dead_letters = dead_letters
        self._on_healthy = on_healthy
        self._positions: dict[TopicPartition, bytes | None] = {}  # as Redis has them
        self._uncommitted: dict[TopicPartition, int] = {}  # offsets to commit to Kafka
        self._checked_at = 0.0
        self._newest = GenerationTracker()
        announce_dead_letters(WORKER)
        self._letter_bytes = min(topics["dead-letters"].limit, DEFAULT_LIMIT)

    def run(self, stop: threading.Event) -> None:
        """Apply the topics until `stop` is set; raises KafkaError or RedisError when one of them fails."""
        listener = AssignmentListener()
        with consuming(self._settings, listener) as consumer:
            self._consumer = consumer
            while not stop.is_set():
                batches = consumer.poll(timeout_ms=POLL_MS)
                if listener.is_new:
                    listener.is_new = False
                    self._seek_to_positions("partitions were assigned")
                elif batches:
                    began = time.monotonic()
                    self._apply(batches)
                    stop.wait(began + SPACING_SECONDS - time.monotonic())
                if time.monotonic() - self._checked_at > CHECK_SECONDS:
                    self._check()
            with suppress(
                KafkaError
            ):  # a lost commit costs nothing: reading starts at the positions in Redis
                consumer.commit(self._offsets_to_commit(), timeout_ms=2_000)

    def _seek_to_positions(self, why: str) -> None:
        """Read the positions of the assigned partitions from Redis and seek to them; without one to 0."""
        partitions = sorted(self._consumer.assignment())
        for revoked in self._positions.keys() - set(partitions):
            with suppress(KeyError):
                LAG.remove(*self._labels(revoked))
        positions = self._model.positions([self._key(partition) for partition in partitions])
        self._positions = dict(zip(partitions, positions, strict=True))
        offsets = {partition: self._stored_offset(partition) for partition in partitions}
        for partition, offset in offsets.items():
            self._consumer.seek(partition, offset)
        self._newest = GenerationTracker()  # records that are read again begin with older generations
        self._uncommitted.clear()
        PROBES.ready()
        log.info("reading", why=why, partitions=len(partitions), anew=[*offsets.values()].count(0))

    def _apply(self, batches: Batches) -> None:
        """Write the dead letters of the batches, then their changes and positions at once."""
        began = time.perf_counter()
        records = [record for batch in batches.values() for record in batch]
        changes, facts, letters = self._decode(records)
        self._dead_letters.write(letters)
        ends = {partition: batch[-1].offset + 1 for partition, batch in batches.items()}
        positions = {
            partition: encode_position(self._topic_id(partition), end) for partition, end in ends.items()
        }
        updates = [
            PositionUpdate(self._key(partition), self._positions.get(partition), position)
            for partition, position in positions.items()
        ]
        if not self._model.apply(changes, updates, facts):
            self._seek_to_positions("the read model is not where it was left")
            return
        self._positions |= positions
        self._uncommitted |= ends
        self._measure(batches, time.perf_counter() - began)

    def _decode(self, records: list[Any]) -> Decoded:
        """The changes and facts of records, and the dead letters of those that cannot be decoded."""
        changes: list[ReadModelChange] = []
        facts: list[tuple[str, TimelineEntry]] = []
        letters: list[ProducerRecord] = []
        for record in records:
            topic = self._settings.logical(record.topic)
            if self._newest.is_fenced(record.headers):
                IRREGULAR.labels(WORKER, topic, "replaced-worker").inc()
                pass_over(topic, record, REPLACED)
                continue
            if topic == INBOX:
                facts += fact_entries(record)
                continue
            try:
                changes.append(decode_change(topic, record.key, record.value, record.timestamp))
            except Exception as error:
                reason = "key" if isinstance(error, KeyMissing) else reason_of(error)
                place = topic, record.partition, WORKER
                letters.append(
                    dead_letter(record, *place, reason, error, written_at=now_ms(), limit=self._letter_bytes)
                )
                DEAD_LETTERS.labels(WORKER, reason).inc()
                position = f"{topic}/{record.partition}/{record.offset}"
                log.warning("a record could not be used", place=position, reason=reason)
        return Decoded(changes, facts, letters)

    def _check(self) -> None:
        """Compare the positions in Redis with ours, measure the lag and commit; fails when one is down."""
        self._checked_at = time.monotonic()
        partitions = list(self._positions)
        positions = self._model.positions([self._key(partition) for partition in partitions])
        if positions != [*self._positions.values()]:
            self._seek_to_positions("the read model is not where it was left")
        ends = self._consumer.end_offsets(partitions or [self._any_partition()], timeout_ms=BROKER_MS)
        for partition in self._consumer.assignment().intersection(partitions):
            self._set_lag(partition, ends[partition] - self._stored_offset(partition))
        if self._uncommitted:
            self._consumer.commit_async(self._offsets_to_commit())
            self._uncommitted.clear()
        self._on_healthy()

    def _measure(self, batches: Batches, seconds: float) -> None:
        oldest = min(batch[0].timestamp for batch in batches.values())
        for partition, batch in batches.items():
            topic, marks = self._settings.logical(partition.topic), sum(map(is_mark, batch))
            RECORDS_IN.labels(WORKER, topic).inc(len(batch) - marks)
            CONTROL.labels(WORKER, topic, "read").inc(marks)
            end = self._consumer.highwater(partition) or 0
            self._set_lag(partition, end - self._stored_offset(partition))
        BATCH_SECONDS.labels(WORKER).observe(seconds)
        now = now_ms()
        INPUT_AGE_SECONDS.labels(WORKER).observe(max(0, now - oldest) / 1000)
        ROUND_AT.labels(WORKER).set(now / 1000)

    def _set_lag(self, partition: TopicPartition, records: int) -> None:
        LAG.labels(*self._labels(partition)).set(max(0, records))

    def _labels(self, partition: TopicPartition) -> tuple[str, str, str]:
        return WORKER, self._settings.logical(partition.topic), str(partition.partition)

    def _any_partition(self) -> TopicPartition:
        """A partition to ask the broker about when none is assigned."""
        return TopicPartition(self._settings.name(TOPICS[0]), 0)

    def _key(self, partition: TopicPartition) -> str:
        return position_key(self._settings.logical(partition.topic), partition.partition)

    def _topic_id(self, partition: TopicPartition) -> str:
        return self._topics[self._settings.logical(partition.topic)].id.hex()

    def _stored_offset(self, partition: TopicPartition) -> int:
        return offset_of(self._positions.get(partition), self._topic_id(partition))

    def _offsets_to_commit(self) -> dict[TopicPartition, Any]:
        return {partition: OffsetAndMetadata(end, "", -1) for partition, end in self._uncommitted.items()}
