"""Writes the records of many requests with one producer; each is acknowledged before it counts as written."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import structlog

from workers.runtime.kafka.broker import describe
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.error_text import one_line
from workers.runtime.process.metrics import RECORDS_OUT
from workers.runtime.process.settings import Settings

WORKER = "serve"
LINGER_SECONDS = 0.005  # how long a record waits for others, so that they share a batch
ANSWER_SECONDS = 2.0  # after which a record counts as not written, though it may still arrive
MOST_WAITING = 20_000  # records that wait for Kafka; more are refused at once
Acknowledgement = asyncio.Future[bool]
log = structlog.get_logger()


class SharedWriter:
    """Collects records for a moment and writes them together.

    Use it from one event loop, which runs `keep_connected` beside it. `topics` are those it writes to.
    """

    def __init__(self, settings: Settings, topics: Iterable[str]) -> None:
        self._settings = settings
        self._topics = tuple(topics)
        self._producer: BatchProducer | None = None
        self._waiting: list[ProducerRecord] = []
        self._acknowledgement: Acknowledgement | None = None  # of the records that wait
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
        """Take a record; the result is True when Kafka has acknowledged it, within ANSWER_SECONDS.

        The acknowledgement is shared with other records: await it through `asyncio.shield`.
        """
        loop = asyncio.get_running_loop()
        if self._producer is None or self._unanswered >= MOST_WAITING:
            refused: Acknowledgement = loop.create_future()
            refused.set_result(False)
            return refused
        self._waiting.append(record)
        self._unanswered += 1
        if self._acknowledgement is None:
            self._acknowledgement = loop.create_future()
            loop.call_later(LINGER_SECONDS, self._send)
        return self._acknowledgement

    async def _connect(self) -> BatchProducer:
        topics = await asyncio.to_thread(describe, self._settings, self._topics)
        partitions = {topic: info.partitions for topic, info in topics.items()}
        producer = BatchProducer(self._settings, partitions, ANSWER_SECONDS)
        try:
            await producer.start()
        except BaseException:
            with suppress(Exception):
                await producer.stop()
            raise
        return producer

    def _send(self) -> None:
        records, acknowledgement = self._waiting, self._acknowledgement
        self._waiting, self._acknowledgement = [], None
        assert acknowledgement is not None
        task = asyncio.ensure_future(self._deliver(records, acknowledgement))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, records: list[ProducerRecord], acknowledgement: Acknowledgement) -> None:
        """Write records; whatever fails, those who wait for them are told."""
        written = False
        try:
            if self._producer is not None:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._producer.write(records)
                written = True
        except Exception as error:
            if not self._is_failing:
                log.warning("waiting for Kafka", error=one_line(error), records=len(records))
        finally:
            self._is_failing = not written
            self._unanswered -= len(records)
            if not acknowledgement.done():
                acknowledgement.set_result(written)
        if written:
            for topic in {record.topic for record in records}:
                count = sum(record.topic == topic for record in records)
                RECORDS_OUT.labels(WORKER, topic).inc(count)
