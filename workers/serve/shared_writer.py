"""Writes the records of many requests with one producer; each is acknowledged before it counts as written."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

import structlog

from workers.runtime.kafka.broker import describe
from workers.runtime.kafka.producer import BatchProducer, PartitionRef
from workers.runtime.kafka.records import ProducerRecord, partition_of
from workers.runtime.metrics.records import RECORDS_OUT
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.error_text import one_line
from workers.runtime.process.settings import Settings

WORKER = "serve"
SPACING_SECONDS = 0.02  # between two batches of a partition: one costs as much as 20 records in it
ANSWER_SECONDS = 2.0  # after which a record counts as not written, though it may still arrive
MOST_WAITING = 20_000  # records that wait for Kafka; more are refused at once
Acknowledgement = asyncio.Future[bool]
log = structlog.get_logger()


class PartitionQueue:
    """The records that wait for one partition, with their acknowledgements, while a batch is on its way.

    `deadline` is the time of the event loop at which the first of them counts as not written.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[ProducerRecord, Acknowledgement]] = []
        self.deadline = 0.0
        self.is_busy = False

    def add(self, record: ProducerRecord, acknowledgement: Acknowledgement, now: float) -> None:
        """Let a record wait."""
        if not self.waiting:
            self.deadline = now + ANSWER_SECONDS
        self.waiting.append((record, acknowledgement))

    def take(self) -> list[tuple[ProducerRecord, Acknowledgement]]:
        """All that wait."""
        taken, self.waiting = self.waiting, []
        return taken


class SharedWriter:
    """Collects records for a moment and writes them together, one batch of a partition after the other.

    A record that comes alone is written at once; where many come, or Kafka is slow, batches become larger.
    A partition that does not answer delays no other. Use it from one event loop, which runs `keep_connected`
    beside it. `topics` are those it writes to.
    """

    def __init__(self, settings: Settings, topics: Iterable[str]) -> None:
        self._settings = settings
        self._topics = tuple(topics)
        self._partitions: dict[str, int] = {}
        self._producer: BatchProducer | None = None
        self._queues: dict[PartitionRef, PartitionQueue] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._sent_at = 0.0
        self._unanswered = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_failing = False

    @property
    def is_connected(self) -> bool:
        """Whether Kafka has acknowledged what was written last, or was just connected to."""
        return self._producer is not None and not self._is_failing

    async def keep_connected(self) -> None:
        """Connect, trying again until a broker answers, and stay connected until this is cancelled."""
        backoff = Backoff()
        while self._producer is None:
            try:
                self._producer = await self._connect()
            except Exception as error:
                delay = backoff.failed()
                log.warning("requests cannot be written yet", error=one_line(error), in_seconds=delay)
                await asyncio.sleep(delay)
        try:
            await asyncio.Event().wait()
        finally:
            producer, self._producer = self._producer, None
            await asyncio.gather(*self._tasks)
            await producer.stop()

    def write(self, record: ProducerRecord) -> Acknowledgement:
        """Take a record; the result is True when Kafka has acknowledged it, within ANSWER_SECONDS."""
        loop = asyncio.get_running_loop()
        acknowledgement: Acknowledgement = loop.create_future()
        if self._producer is None or self._unanswered >= MOST_WAITING:
            acknowledgement.set_result(False)
            return acknowledgement
        self._unanswered += 1
        self._queue_of(record).add(record, acknowledgement, loop.time())
        self._send_soon(loop)
        return acknowledgement

    def _queue_of(self, record: ProducerRecord) -> PartitionQueue:
        number = partition_of(record.key or b"", self._partitions[record.topic])
        place = record.topic, number
        queue = self._queues.get(place)
        if queue is None:
            queue = self._queues[place] = PartitionQueue()
        return queue

    async def _connect(self) -> BatchProducer:
        topics = await asyncio.to_thread(describe, self._settings, self._topics)
        self._partitions = {topic: info.partitions for topic, info in topics.items()}
        producer = BatchProducer(self._settings, self._partitions, ANSWER_SECONDS)
        try:
            await producer.start()
        except BaseException:
            with suppress(Exception):
                await producer.stop()
            raise
        return producer

    def _send_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Send what waits when the time has come for the next batch."""
        if self._timer is None:
            wait = self._sent_at + SPACING_SECONDS - loop.time()
            self._timer = loop.call_later(max(0.0, wait), self._send, loop)

    def _send(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer, self._sent_at = None, loop.time()
        for place, queue in self._queues.items():
            if queue.waiting and not queue.is_busy:
                task = loop.create_task(self._deliver(place, queue))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _deliver(self, place: PartitionRef, queue: PartitionQueue) -> None:
        """Write what waits for a partition; those who wait for it are told, whatever fails."""
        queue.is_busy, deadline, batch = True, queue.deadline, queue.take()
        written = False
        try:
            written = await self._written(place, [record for record, _ in batch], deadline)
        finally:
            queue.is_busy, self._is_failing = False, not written
            self._unanswered -= len(batch)
            for _, acknowledgement in batch:
                if not acknowledgement.done():
                    acknowledgement.set_result(written)
            if queue.waiting:
                self._send_soon(asyncio.get_running_loop())

    async def _written(self, place: PartitionRef, records: Sequence[ProducerRecord], deadline: float) -> bool:
        """Whether Kafka has acknowledged records by a time of the event loop."""
        if self._producer is None:
            return False
        topic, partition = place
        try:
            async with asyncio.timeout_at(deadline):
                await self._producer.write_partition((self._settings.name(topic), partition), records)
        except Exception as error:
            if not self._is_failing:
                log.warning("waiting for Kafka", error=one_line(error), records=len(records))
            return False
        RECORDS_OUT.labels(WORKER, topic).inc(len(records))
        return True
