"""The Faust runner: stages on a consumer group, state in changelogs, one process.

Faust gives the group, the co-partitioned assignment, the tables' recovery and the worker's life;
`faust_consumer` takes whole batches out of it, and `rounds` keeps the order of acknowledgements.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, NoReturn

import faust
import structlog
from faust.types import TP

from topics.catalog import CATALOG
from workers.process import exits, metrics
from workers.process.clock import now_ms
from workers.process.settings import Settings
from workers.runtime.engine import Engine
from workers.runtime.faust_consumer import ACTING_ROUND, ROUND, Batch, BatchConsumer, BatchTransport
from workers.runtime.faust_store import PartitionStore
from workers.runtime.faust_worker import App, QuietWorker, never
from workers.runtime.rounds import Groups, Rounds
from workers.runtime.stage import Stage
from workers.wire.broker import check_partitions, describe
from workers.wire.producer import BatchProducer

log = structlog.get_logger()
Background = Callable[[BatchProducer], Coroutine[Any, Any, None]]


class Runner:
    """One worker: its stages, the engines of the partitions it owns, and the loop that feeds them.

    The catalogue says which topics it writes, `outputs` names others. `background` runs beside the loop,
    such as the clock.
    """

    def __init__(
        self,
        worker: str,
        stages: Sequence[Stage[Any]],
        settings: Settings,
        background: Background | None = None,
        outputs: Sequence[str] = (),
    ) -> None:
        self.worker = worker
        self.settings = settings
        self.stages = {stage.name: stage for stage in stages}
        self.stage_of = {topic: stage for stage in stages for topic in stage.inputs}
        self.engines: dict[tuple[str, int], Engine] = {}
        self.background = background
        written = {topic.name for topic in CATALOG if worker in topic.producers}
        facts = describe(settings, {*self.stage_of, *written, *outputs, "dead-letters"})
        check_partitions(facts, self.stage_of, settings.kairos_partitions)
        self.topic_ids = {topic: fact.id for topic, fact in facts.items()}
        self.changelogs = {name: f"{worker}-{name}-changelog" for name in self.stages}
        counts = {topic: fact.partitions for topic, fact in facts.items()}
        counts |= dict.fromkeys(self.changelogs.values(), settings.kairos_partitions)
        self.app = self._new_app()
        self.stores = {name: self._new_store(name) for name in self.stages}
        self.producer = BatchProducer(
            settings.brokers, settings.kairos_prefix, counts, settings.kairos_session_seconds * 0.6
        )
        self.rounds = Rounds(worker, self.producer, self.changelogs, self.fence, self._acknowledged)
        self._alive_at = 0.0

    def run(self) -> NoReturn:
        """Run until a signal; ends the process."""
        worker = QuietWorker(self.app, quiet=True, redirect_stdouts=False, blocking_timeout=0.0)
        worker.execute_from_commandline()
        raise SystemExit(0)

    def _new_app(self) -> faust.App:
        settings, seconds = self.settings, self.settings.kairos_session_seconds
        acting = any(stage.act for stage in self.stages.values())
        BatchConsumer.round_size = ACTING_ROUND if acting else ROUND
        app = App(
            settings.name(self.worker),
            broker=";".join(f"kafka://{broker}" for broker in settings.brokers),
            store="memory://",
            topic_partitions=settings.kairos_partitions,
            topic_replication_factor=settings.kairos_replication,
            consumer_auto_offset_reset="earliest",
            consumer_group_instance_id=settings.kairos_instance or None,
            table_standby_replicas=0,
            broker_max_poll_records=BatchConsumer.round_size // 2,
            broker_commit_interval=0.5,
            broker_session_timeout=seconds,
            broker_heartbeat_interval=seconds / 6,
            broker_rebalance_timeout=seconds * 2,
            broker_request_timeout=max(40.0, seconds * 2),
            stream_wait_empty=True,
            web_enabled=False,
        )
        app.transport = BatchTransport(app.conf.broker, app)
        BatchConsumer.batch_topics = frozenset(settings.name(topic) for topic in self.stage_of)
        source = app.topic(
            *sorted(BatchConsumer.batch_topics),
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
        )
        app.agent(source, name=f"{self.worker}-subscription")(never)
        app.task(self._main)
        return app

    def _new_store(self, stage: str) -> PartitionStore:
        table = self.app.Table(
            stage, key_type=bytes, value_type=bytes, partitions=self.settings.kairos_partitions
        )
        store = PartitionStore("memory://", self.app, table, on_ready=partial(self._ready, stage))
        table._data = store
        return store

    def fence(self) -> None:
        """End the process when it stood still for half a session: another may own its partitions."""
        still = time.monotonic() - self._alive_at
        if self._alive_at and still > self.settings.kairos_session_seconds / 2:
            log.error("stood still for too long, leaving without a commit", seconds=round(still, 1))
            os._exit(exits.FENCED)

    async def _heartbeat(self) -> None:
        while True:
            self.fence()
            self._alive_at = time.monotonic()
            await asyncio.sleep(0.2)

    async def _watch(self) -> None:
        """Notice that no broker answers, also while there is nothing to write; raises ConnectionError."""
        patience = self.settings.kairos_session_seconds
        heard = time.monotonic()
        while True:
            if await self.producer.answers():
                heard = time.monotonic()
            elif time.monotonic() - heard > patience:
                raise ConnectionError(f"no broker has answered for {patience:.0f} s")
            await asyncio.sleep(patience / 5)

    async def _main(self) -> None:
        """Run the loop and what is beside it until Faust stops; whatever fails ends the process."""
        try:
            await self.producer.start()
        except Exception as error:
            self._die(error)
        jobs = [self._loop(), self._heartbeat(), self._watch()]
        if self.background:
            jobs.append(self.background(self.producer))
        tasks = [asyncio.ensure_future(job) for job in jobs]
        try:
            await asyncio.gather(*tasks)
        except Exception as error:
            self._die(error)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.producer.stop()

    def _die(self, error: BaseException) -> NoReturn:
        log.error("leaving without a commit", worker=self.worker, error=f"{type(error).__name__}: {error}")
        os._exit(exits.INFRASTRUCTURE)

    async def _loop(self) -> None:
        consumer: BatchConsumer = self.app.consumer
        while True:
            batches = await consumer.take()
            began = time.perf_counter()
            groups = self._group(batches)
            await self.rounds.run({place: self._engine(place) for place in groups}, groups)
            consumer.finished(batches)
            metrics.BATCH_SECONDS.labels(self.worker).observe(time.perf_counter() - began)
            self._measure(consumer, batches)

    def _group(self, batches: Sequence[Batch]) -> Groups:
        groups: Groups = defaultdict(list)
        for tp, records in batches:
            topic = self.settings.logical(tp.topic)
            groups[self.stage_of[topic].name, tp.partition].append((topic, records))
        return groups

    def _ready(self, stage: str) -> None:
        """After a recovery: the engines of a stage's partitions that are here, with their timers."""
        began = time.perf_counter()
        for place in [place for place in self.engines if place[0] == stage]:
            del self.engines[place]
        found = [self._engine((stage, partition)) for partition in self.stores[stage].partitions]
        metrics.RECOVERY_SECONDS.labels(self.worker).set(time.perf_counter() - began)
        self._count_keys()
        keys = sum(len(engine.store) for engine in found)
        log.info("recovered", stage=stage, keys=keys, partitions=sorted(engine.partition for engine in found))

    def _engine(self, place: tuple[str, int]) -> Engine:
        engine = self.engines.get(place)
        if engine is None:
            name, partition = place
            store = self.stores[name].partition(partition)
            engine = Engine(self.stages[name], self.worker, partition, self.topic_ids, store)
            self.engines[place] = engine
        return engine

    def _count_keys(self) -> None:
        for name, store in self.stores.items():
            metrics.KEYS.labels(self.worker, name).set(sum(map(len, store.partitions.values())))

    def _acknowledged(self, changelog: str, partition: int, first: int, count: int) -> None:
        self.app.consumer.written(TP(changelog, partition), first, count)

    def _measure(self, consumer: BatchConsumer, batches: Sequence[Batch]) -> None:
        oldest = min(records[0].timestamp for _, records in batches)
        metrics.OLDEST_SECONDS.labels(self.worker).set(max(0, now_ms() - oldest) / 1000)
        for tp, records in batches:
            topic = self.settings.logical(tp.topic)
            metrics.RECORDS_IN.labels(self.worker, topic).inc(len(records))
            end = consumer.highwater(tp)
            lag = max(0, (end or 0) - records[-1].offset - 1)
            metrics.LAG.labels(self.worker, topic, str(tp.partition)).set(lag)
        self._count_keys()
        marks = [engine.now for engine in self.engines.values() if engine.now is not None]
        if marks:
            metrics.WATERMARK_SECONDS.labels(self.worker).set(max(0, now_ms() - min(marks)) / 1000)
