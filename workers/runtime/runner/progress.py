"""Reports how far the stages have processed what they read: one record for all, beside their rounds."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from faust.types import TP

from schemas.control import Watermark
from workers.runtime.engine.processed_offsets import ProcessedOffsets, ReportedTopic
from workers.runtime.kafka.broker import TopicInfo
from workers.runtime.kafka.headers import WATERMARK_KEY, cloud_headers, event_type, watermark_headers
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.metrics.records import CONTROL
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.runner.backlog import PartitionBatch
from workers.runtime.stage import Stage

KEY = "processed/"  # before the lowest partition of a worker, so that there are not more keys than partitions
LEAST_GAP = 0.005  # seconds between two reports


class Reports(NamedTuple):
    """Where a worker reports how far it is: in the topic `to`, of its own topics `own` and of `facts`.

    The former are those that it both writes to and reads, the latter are told by the times of their records.
    """

    to: str
    own: tuple[str, ...]
    facts: tuple[str, ...]


NO_REPORTS = Reports("", (), ())


class ProgressReporter:
    """Reports after every round, and after every change of partitions; what comes meanwhile is gathered.

    When the partitions have changed it is not known what was written to the worker's own topics before. So a
    watermark without a time is written behind it, and nothing is reported until that is acknowledged.
    """

    def __init__(
        self,
        worker: str,
        reports: Reports,
        stages: Sequence[Stage[Any]],
        settings: Settings,
        topics: Mapping[str, TopicInfo],
        producer: BatchProducer,
        exit_if_fenced: Callable[[], None],
    ) -> None:
        def reported(topic: str) -> ReportedTopic:
            return ReportedTopic(settings.name(topic), topics[topic].id, topics[topic].partitions)

        inputs = {topic: reported(topic) for stage in stages if stage.reports for topic in stage.inputs}
        self.offsets = ProcessedOffsets(
            inputs, reports.own, {topic: reported(topic) for topic in reports.facts}
        )
        self._worker, self._reports, self._inputs = worker, reports, inputs
        self._settings = settings
        self._producer = producer
        self._exit_if_fenced = exit_if_fenced
        self._changed = asyncio.Event()

    def begin(self, starts: Mapping[TP, int]) -> None:
        """Other partitions are read from now on, from these offsets."""
        self.offsets.begin(
            {(self._settings.logical(tp.topic), tp.partition): at for tp, at in starts.items()}
        )
        self._changed.set()

    def processed(self, batches: Iterable[PartitionBatch]) -> None:
        """What these batches have caused is acknowledged."""
        for tp, batch in batches:
            self.offsets.read_up_to(self._settings.logical(tp.topic), tp.partition, batch.last + 1)
        self._changed.set()

    async def run(self) -> None:
        """Report for ever; raises KafkaError when the broker fails."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            began = time.perf_counter()
            while not self.offsets.is_complete:
                await self._write_marks()
            if self.offsets.partitions:
                await self._write([self._report()])
            await asyncio.sleep(max(LEAST_GAP, time.perf_counter() - began))

    async def _write_marks(self) -> None:
        """Find out where the worker's own topics end, behind all that it may have written."""
        wall = now_ms()
        headers = tuple(watermark_headers(f"/kairos/{self._worker}", 0))
        value = Watermark(at=0, wall=wall).dumps()
        await self._write(
            [
                ProducerRecord(topic, WATERMARK_KEY, value, headers, wall, partition)
                for topic in self._reports.own
                for partition in range(self._inputs[topic].partitions)
            ]
        )

    async def _write(self, records: Sequence[ProducerRecord]) -> None:
        self._exit_if_fenced()
        self.offsets.wrote(records, await self._producer.write(records))
        for record in records:
            CONTROL.labels(self._worker, record.topic, "written").inc()

    def _report(self) -> ProducerRecord:
        told = self.offsets.take(now_ms())
        key, to = f"{KEY}{self.offsets.partitions[0]}", self._reports.to
        headers = cloud_headers(event_type(to), f"/kairos/{self._worker}", f"{key}/{told.wall}", told.wall)
        return ProducerRecord(to, key.encode(), told.dumps(), tuple(headers), told.wall, 0)
