"""The watermark service: reads `watermarks`, appends to `inbox` and the signals.

One per fleet is active. Where capture feeds no topic, it appends to the document topics, too (see
watermark_merger.py).

The consumer group of the topic's single partition decides which one. Two at the same time do no harm, because
watermarks only grow. The service stores no state: it reads the compacted topic from its beginning.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from schemas.control import Processed, SourceRead
from schemas.model import from_epoch_ms
from schemas.permissions import MailPause, paused_subjects
from workers.route.watermark_merger import NO_LIMITS, MergedMark, WatermarkMerger
from workers.runtime.engine.state_header import check_time
from workers.runtime.engine.times import WATERMARK_AHEAD
from workers.runtime.kafka.escaping_batch import read_any_header_name
from workers.runtime.kafka.headers import WATERMARK_KEY, watermark_headers
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.kafka.whole_topic import WholeTopic
from workers.runtime.metrics.records import CONTROL
from workers.runtime.metrics.rounds import WATERMARK_AT
from workers.runtime.metrics.sources import SOURCE_WAITING
from workers.runtime.process.clock import not_ahead, now_ms
from workers.runtime.process.irregular import IrregularCounter
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

INBOX = "inbox"
POLL_MS = 200  # the longest wait for a report; after it the service checks whether a source has become stale
REPORTS: Mapping[str, type[SourceRead | Processed]] = {"capture": SourceRead, "processed": Processed}
FORMER = (b"documents/", b"addresses/")  # reports of earlier versions, which stay in the topic for ever
log = structlog.get_logger()


class FromBeginning(ConsumerRebalanceListener):  # type: ignore[misc]
    """Starts again from the beginning of the partition whenever it is assigned to this process."""

    def __init__(self, consumer: AIOKafkaConsumer, reset: Callable[[], None]) -> None:
        self._consumer = consumer
        self._reset = reset

    async def on_partitions_revoked(self, revoked: list[TopicPartition]) -> None:
        """Nothing to do: there is no stored state."""

    async def on_partitions_assigned(self, assigned: list[TopicPartition]) -> None:
        """Forget all reports, and read them from the beginning."""
        self._reset()
        if assigned:
            await self._consumer.seek_to_beginning(*assigned)


class WatermarkService:
    """Runs a `WatermarkMerger` for the configured sources `topics`, with the worker's started producer.

    The pauses in `controls` are in the watermarks of the inbox; while they are not known, there are none.
    `are_external`: programs from outside feed all of them. `stale_ms_of` has the limits of topics that have
    one of their own.
    """

    def __init__(
        self,
        topics: Iterable[str],
        settings: Settings,
        producer: BatchProducer,
        controls: WholeTopic[MailPause],
        are_external: bool = False,
        stale_ms_of: Mapping[str, int] = NO_LIMITS,
    ) -> None:
        self._stale_ms_of = stale_ms_of
        self._topics = tuple(topics)
        self._are_external = are_external
        self._settings = settings
        self._producer = producer
        self._controls = controls
        self._is_known = False
        self._irregular = IrregularCounter("route")
        self._reset()

    async def run(self) -> None:
        """Run for ever; raises KafkaError when the broker fails."""
        settings = self._settings
        read_any_header_name()
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.brokers,
            **kafka_options(settings),
            group_id=settings.name("clock"),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=int(settings.kairos_session_seconds * 1000),
            heartbeat_interval_ms=int(settings.kairos_session_seconds * 1000 / 6),
        )
        consumer.subscribe([settings.name("watermarks")], listener=FromBeginning(consumer, self._reset))
        await consumer.start()
        try:
            while True:
                await self._poll(consumer)
        finally:
            await consumer.stop()

    def _reset(self) -> None:
        SOURCE_WAITING.clear()  # another one may be active now
        WATERMARK_AT.clear()
        stale_ms = int(self._settings.kairos_stale_seconds * 1000)
        partitions = self._settings.kairos_partitions
        self._merger = WatermarkMerger(
            self._topics,
            partitions,
            stale_ms,
            self._are_external,
            ahead_ms=self._settings.ahead_ms,
            stale_ms_of=self._stale_ms_of,
        )

    async def _poll(self, consumer: AIOKafkaConsumer) -> None:
        for batch in (await consumer.getmany(timeout_ms=POLL_MS)).values():
            current = [record for record in batch if not (record.key or b"").startswith(FORMER)]
            for told in read_each("watermarks", current, read_report):
                if isinstance(told, Processed):
                    self._merger.on_processed(told)
                else:
                    self._merger.on_source_read(self._bounded(told))
        if not consumer.assignment() or await self._has_lag(consumer):
            return
        now = now_ms()
        if not self._knows_pauses(now):
            return
        paused = paused_subjects(self._controls.values(), from_epoch_ms(now))
        marks = self._merger.emit(now, paused)
        for mark in marks:
            if mark.watermark.waiting:
                log.info("waiting for sources", topics=mark.watermark.waiting)
        if marks:  # in one round trip, since decisions wait for it
            records = [record for mark in marks for record in records_of(mark)]
            await self._producer.write(records)
            self._measure(marks, records)

    def _measure(self, marks: Iterable[MergedMark], records: Iterable[ProducerRecord]) -> None:
        """Say in the metrics how far the inbox is, which sources are waited for, and what was written."""
        for record in records:
            CONTROL.labels("route", record.topic, "written").inc()
        for mark in marks:
            if mark.topic == INBOX:
                WATERMARK_AT.labels("route").set(mark.watermark.at / 1000)
                for topic in self._topics:
                    SOURCE_WAITING.labels(topic).set(topic in mark.watermark.waiting)

    def _bounded(self, told: SourceRead) -> SourceRead:
        """How far a source was read; a time of it that is too far ahead counts as now."""
        now = now_ms()
        at = not_ahead(told.at, now, self._settings.ahead_ms)
        if at == told.at:
            return told
        self._irregular.add("watermarks", WATERMARK_AHEAD.kind, 1, now)
        return told.model_copy(update={"at": at})

    def _knows_pauses(self, now: int) -> bool:
        """Whether the pauses are known; without them nobody is to be written to, so no time passes."""
        is_known = self._controls.is_current(now)
        if is_known != self._is_known:
            log.info("the pauses are known" if is_known else "no watermarks while the pauses are not known")
        self._is_known = is_known
        return is_known

    async def _has_lag(self, consumer: AIOKafkaConsumer) -> bool:
        """Whether there are unread reports; all of them must be merged before a watermark is emitted."""
        for tp in consumer.assignment():
            end = consumer.last_stable_offset(tp)
            if end is None or end < 0:
                end = (await consumer.end_offsets([tp]))[tp]
            if await consumer.position(tp) < end:
                return True
        return False


def records_of(mark: MergedMark) -> Iterable[ProducerRecord]:
    """A watermark for each of its partitions."""
    watermark = mark.watermark
    headers = tuple(watermark_headers("/kairos/clock", watermark.at))
    value = watermark.dumps()
    return (
        ProducerRecord(mark.topic, WATERMARK_KEY, value, headers, watermark.wall, partition)
        for partition in mark.partitions
    )


def read_report(record: Any) -> SourceRead | Processed:
    """What is reported; raises for a record that is no report (a tombstone, another's)."""
    kind, _, who = record.key.decode().partition("/")
    if kind not in REPORTS or not who:
        raise ValueError("the key names neither a source that was read nor a worker that has processed")
    told = REPORTS[kind].loads(record.value or b"")
    if isinstance(told, SourceRead):
        check_time(told.at)
    return told
