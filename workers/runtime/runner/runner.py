"""The Faust runner: stages on a consumer group, state in changelogs, one process.

Faust gives the group, the co-partitioned assignment, the tables' recovery and the worker's life;
`consumer` takes whole batches out of it, and `engine.rounds` keeps the order of acknowledgements.
"""

import asyncio
import gc
import os
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, NoReturn

import structlog
from faust.types import TP

from topics.catalog import CATALOG
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.engine.engine import Engine, TopicRecreated
from workers.runtime.engine.round_result import Stop
from workers.runtime.engine.rounds import Interrupted, Rounds, StagePartition, StageRecords
from workers.runtime.kafka.broker import check_partitions, describe
from workers.runtime.kafka.group import abort, overtaken
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import FetchedRecord
from workers.runtime.process import exits
from workers.runtime.process.settings import Settings
from workers.runtime.runner import instrumentation as measures
from workers.runtime.runner.app import QuietWorker, new_app
from workers.runtime.runner.backlog import Batch
from workers.runtime.runner.consumer import BatchConsumer, BatchTransport
from workers.runtime.runner.store import PartitionStore
from workers.runtime.stage import Stage

ACTING_ROUND = 64  # records of a round with effects: it lasts as long as they do
SMALLEST_ROUND, LARGEST_ROUND = 500, 40_000  # records
ROUND_SECONDS = 2.0  # of a backlog; a stop, a rebalance and a watermark wait for a round
DELIVERY = 0.5  # of a session may a delivery take, and half of it may be over when it begins
COLLECT = (100_000, 20, 100)  # a round holds many short-lived objects; looking at them often cost a third
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
        self.worker, self.settings, self.background = worker, settings, background
        self.stages = {stage.name: stage for stage in stages}
        self.stage_of = {topic: stage for stage in stages for topic in stage.inputs}
        self.engines: dict[StagePartition, Engine] = {}
        written = {topic.name for topic in CATALOG if worker in topic.producers}
        facts = describe(settings, {*self.stage_of, *written, *outputs, "dead-letters"})
        check_partitions(facts, self.stage_of, settings.kairos_partitions)
        self.topic_ids = {topic: fact.id for topic, fact in facts.items()}
        self.changelogs = {name: f"{worker}-{name}-changelog" for name in self.stages}
        counts = {topic: fact.partitions for topic, fact in facts.items()}
        counts |= dict.fromkeys(self.changelogs.values(), settings.kairos_partitions)
        self.app = new_app(worker, settings, frozenset(map(settings.name, self.stage_of)))
        self.app.transport = BatchTransport(self.app.conf.broker, self.app)
        self.app.task(self._main)
        self.stores = {name: self._new_store(name) for name in self.stages}
        session = settings.kairos_session_seconds
        self.producer = BatchProducer(settings, counts, session * DELIVERY, self.exit_if_stalled)
        self.rounds = Rounds(
            worker,
            self.producer,
            self.changelogs,
            self.exit_if_fenced,
            self._acknowledged,
            self.app.revoking,
            session / 2,
        )
        self.limit = DlqLimit(settings.kairos_dead_letter_run, settings.kairos_dead_letter_share)
        self._alive_at = 0.0
        self._acting = any(stage.act for stage in stages)
        self._most = ACTING_ROUND if self._acting else SMALLEST_ROUND

    def run(self) -> NoReturn:
        """Run until a signal; ends the process."""
        gc.freeze()
        gc.set_threshold(*COLLECT)
        worker = QuietWorker(self.app, quiet=True, redirect_stdouts=False, blocking_timeout=0.0)
        worker.execute_from_commandline()
        raise SystemExit(0)

    def _new_store(self, stage: str) -> PartitionStore:
        table = self.app.Table(
            stage, key_type=bytes, value_type=bytes, partitions=self.settings.kairos_partitions
        )
        store = PartitionStore("memory://", self.app, table, on_ready=partial(self._ready, stage))
        table._data = store
        return store

    def exit_if_fenced(self) -> None:
        """End the process when half a session has passed without a turn or a heartbeat.

        Another may own its partitions by the time a delivery that begins now is over.
        """
        self.exit_if_stalled(self.app.consumer.heartbeat_age() if self.app.consumer else 0.0)

    def exit_if_stalled(self, unheard: float = 0.0) -> None:
        """End the process when half a session has passed without a turn, or was `unheard` (seconds)."""
        still = max(unheard, time.monotonic() - self._alive_at if self._alive_at else 0.0)
        if still > self.settings.kairos_session_seconds / 2:
            log.error("stood still for too long, leaving without a commit", seconds=round(still, 1))
            os._exit(exits.FENCED)

    async def _heartbeat(self) -> None:
        while True:
            self.exit_if_stalled()
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
        code = exits.REFUSED if isinstance(error, TopicRecreated) else exits.INFRASTRUCTURE
        log.error("leaving without a commit", worker=self.worker, error=f"{type(error).__name__}: {error}")
        os._exit(code)

    async def _loop(self) -> None:
        consumer: BatchConsumer = self.app.consumer
        while True:
            batches = await consumer.backlog.take(self._most)
            began = time.perf_counter()
            try:
                await self._repair()
                stops = await self.rounds.run(*self._groups(batches))
            except Interrupted:
                consumer.backlog.done(batches)
                continue
            if stops:
                await self._refuse(consumer, batches, stops)
            consumer.finished(batches)
            self._adapt(sum(packed.count for _, packed in batches), time.perf_counter() - began)
            measures.of_round(self.worker, time.perf_counter() - began, batches)
            measures.of_consumer(self.worker, self.settings, consumer, batches)
            measures.of_engines(self.worker, self.engines.values())

    def _groups(self, batches: Iterable[Batch]) -> tuple[dict[StagePartition, Engine], StageRecords]:
        groups: dict[StagePartition, list[tuple[str, Iterable[FetchedRecord]]]] = defaultdict(list)
        for tp, packed in batches:
            place, topic = self._place(tp)
            groups[place].append((topic, packed))
        return {place: self._engine(place) for place in groups}, groups

    def _place(self, tp: TP) -> tuple[StagePartition, str]:
        topic = self.settings.logical(tp.topic)
        return (self.stage_of[topic].name, tp.partition), topic

    async def _refuse(
        self, consumer: BatchConsumer, batches: Iterable[Batch], stops: dict[StagePartition, Stop]
    ) -> NoReturn:
        """Too many dead letters: commit what was used, and end the process until somebody has looked."""
        for tp, packed in batches:
            place, topic = self._place(tp)
            stop = stops.get(place)
            if stop is None:
                consumer.used(tp, packed.last)
            elif stop.topic == topic and packed.offset <= stop.raw.offset:
                consumer.used(tp, min(packed.last, stop.raw.offset))
        await consumer.commit()
        for (_, partition), stop in stops.items():
            where = f"{stop.topic}/{partition}/{stop.raw.offset}"
            look = f"kairos dead-letters show {where}"
            log.error("too many dead letters", why=stop.verdict, last=where, reason=stop.reason, look=look)
        os._exit(exits.POISONED)

    def _adapt(self, size: int, seconds: float) -> None:
        """Let the next round be as large as fits its time: the larger, the less is written per record."""
        if not self._acting and size >= self._most / 2:
            self._most = min(LARGEST_ROUND, max(SMALLEST_ROUND, int(size / seconds * ROUND_SECONDS)))

    async def _repair(self) -> None:
        """Write again what a replaced worker has written over in our changelogs."""
        for name, store in self.stores.items():
            for partition, keys in list(store.replaced.items()):
                engine = self._engine((name, partition))
                log.warning("states repaired", stage=name, partition=partition, keys=len(keys))
                await self.rounds.write_states(engine, {key: engine.store.get(key) for key in keys})
                store.replaced.pop(partition, None)

    def _ready(self, stage: str) -> None:
        """After a recovery: the engines of a stage's partitions that are here, with their timers."""
        began = time.perf_counter()
        for place in [place for place in self.engines if place[0] == stage]:
            del self.engines[place]
        found = [self._engine((stage, partition)) for partition in self.stores[stage].partitions]
        measures.of_recovery(self.worker, time.perf_counter() - began)
        measures.of_engines(self.worker, self.engines.values())
        keys = sum(engine.size() for engine in found)
        log.info("recovered", stage=stage, keys=keys, partitions=sorted(engine.partition for engine in found))

    def _engine(self, place: StagePartition) -> Engine:
        engine = self.engines.get(place)
        if engine is None:
            name, partition = place
            store = self.stores[name]
            data = store.partition(partition)
            engine = Engine(self.stages[name], self.worker, partition, self.topic_ids, data, self.limit)
            engine.generation = store.new_generation(partition, self.app.consumer_generation_id)
            self.engines[place] = engine
        return engine

    def _acknowledged(self, changelog: str, partition: int, first: int, count: int) -> None:
        if not self.app.consumer.written(TP(changelog, partition), first, count):
            abort(exits.FENCED, overtaken(f"{changelog}/{partition}", self.settings.kairos_instance))
