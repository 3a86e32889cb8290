"""The Faust runner: stages on a consumer group, state in changelogs, one process.

Faust gives the group, the co-partitioned assignment, the tables' recovery and the worker's life; `consumer`
takes whole batches out of it, and `engine.rounds` keeps the order of acknowledgements.
"""

import asyncio
import gc
import os
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, NoReturn

import structlog
from faust.types import TP

from topics.catalog import CATALOG
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.engine.engine import Engine, StagePartition, TopicRecreated
from workers.runtime.engine.round_result import Stop
from workers.runtime.engine.rounds import Interrupted, Rounds, StageRecords
from workers.runtime.kafka.broker import TopicInfo, check_partitions, check_sizes, describe
from workers.runtime.kafka.group import abort, overtaken
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import FetchedRecord
from workers.runtime.kafka.refusals import WriteRefused
from workers.runtime.kafka.sizes import SizeLimits
from workers.runtime.kafka.topic_watch import TopicsChanged, TopicWatch
from workers.runtime.metrics.probes import PROBES
from workers.runtime.process import exits, garbage
from workers.runtime.process.settings import Settings
from workers.runtime.runner.app import QuietWorker, new_app
from workers.runtime.runner.backlog import PartitionBatch
from workers.runtime.runner.changelog_gap import foreign_records
from workers.runtime.runner.consumer import BatchConsumer, BatchTransport
from workers.runtime.runner.engines import PartitionEngines, partitions_of
from workers.runtime.runner.instrumentation import Instrumentation
from workers.runtime.runner.liveness import Liveness
from workers.runtime.runner.progress import NO_REPORTS, ProgressReporter, Reports
from workers.runtime.runner.round_size import LEAST_GATHER, RoundSize
from workers.runtime.stage import Stage

GRACE = 0.4  # of a session have open effects when partitions leave
DELIVERY = 0.5  # of a session may a delivery take, and half of it may be over when it begins
UNMENDABLE = (TopicRecreated, TopicsChanged, WriteRefused)  # by a restart
log = structlog.get_logger()
Background = Callable[[BatchProducer], Coroutine[Any, Any, None]]


class Runner:
    """One worker: its stages, the engines of the partitions it owns, and the loop that feeds them.

    The catalogue says which topics it writes, `others` names those that it uses besides, such as topics that
    it holds in memory. `background` runs beside the loop, such as the service that merges watermarks.
    `on_caught_up` is called when a record comes after none was waiting. `reports`: where those stages report
    that do. `gather_ms`: for how long more records are gathered for a round, where nobody waits for it.
    """

    def __init__(
        self,
        worker: str,
        stages: Sequence[Stage[Any]],
        settings: Settings,
        background: Background | None = None,
        others: Sequence[str] = (),
        on_caught_up: Callable[[], None] = lambda: None,
        reports: Reports = NO_REPORTS,
        gather_ms: int = LEAST_GATHER,
    ) -> None:
        self._worker, self._settings = worker, settings
        self._on_caught_up, self._background = on_caught_up, background
        self._stage_of = {topic: stage.name for stage in stages for topic in stage.inputs}
        changelogs = {stage.name: f"{worker}-{stage.name}-changelog" for stage in stages}
        self._stage_of_changelog = {settings.name(topic): stage for stage, topic in changelogs.items()}
        needed = {topic: partitions_of(stage, settings) for stage in stages for topic in stage.inputs}
        topics, sizes = self._describe_topics(needed, others, changelogs.values())
        self._watch, session = TopicWatch(settings, topics), settings.kairos_session_seconds
        self._liveness = Liveness(session, self._heartbeat_age)
        partitions = {topic: info.partitions for topic, info in topics.items()}
        partitions |= {changelogs[stage.name]: partitions_of(stage, settings) for stage in stages}
        most_seconds, exit_if_stalled = session * DELIVERY, self._liveness.exit_if_stalled
        self._producer = BatchProducer(settings, partitions, most_seconds, exit_if_stalled, sizes)
        inputs = frozenset(map(settings.name, needed))
        self._app = new_app(worker, settings, inputs, self._producer, self)
        self._app.transport = BatchTransport(self._app.conf.broker, self._app)
        self._app.task(self._main)
        fence, on_written = self._liveness.exit_if_fenced, self._on_changelog_written
        self._progress = ProgressReporter(worker, reports, stages, settings, topics, self._producer, fence)
        offsets, revoking = self._progress.offsets, self._app.revoking
        most_open = max(stage.most_open for stage in stages)
        self._rounds = Rounds(
            worker, self._producer, changelogs, fence, on_written, offsets, revoking, most_open
        )
        limit = DlqLimit(settings.kairos_dead_letter_run, settings.kairos_dead_letter_share)
        topic_ids = {topic: info.id for topic, info in topics.items()}
        self._engines = PartitionEngines(self._app, stages, topic_ids, limit, sizes, changelogs, partitions)
        self._round_size = RoundSize(any(stage.act for stage in stages), gather_ms)
        self._instrumentation = Instrumentation(worker, settings, self._consumer, self._engines.all)

    def run(self) -> NoReturn:
        """Run until a signal; ends the process."""
        self._instrumentation.answer(PROBES, self._liveness.stalled)
        gc.freeze()
        gc.set_threshold(*garbage.THRESHOLDS)
        worker = QuietWorker(self._app, quiet=True, redirect_stdouts=False, blocking_timeout=0.0)
        worker.execute_from_commandline()
        raise SystemExit(0)

    def _describe_topics(
        self, needed: Mapping[str, int], others: Iterable[str], changelogs: Iterable[str]
    ) -> tuple[Mapping[str, TopicInfo], SizeLimits]:
        """What the broker has of every topic that the worker reads or writes, and the sizes that they take.

        `needed` is the number of partitions of each input. Raises TopicsMissing and TopicsUnfit.
        """
        written = {topic.name for topic in CATALOG if self._worker in topic.producers}
        written |= {*others, "dead-letters"}
        topics = describe(self._settings, {*self._stage_of, *written}, changelogs)
        check_partitions(topics, needed)
        return topics, check_sizes(self._settings, topics, written | (topics.keys() & {*changelogs}))

    def _consumer(self) -> BatchConsumer | None:
        return self._app.known_consumer

    def _heartbeat_age(self) -> float:
        consumer = self._consumer()
        return 0.0 if consumer is None else consumer.heartbeat_age()

    async def guard(self) -> None:
        """Watch the broker and the topics, so that the start of a worker does not wait for them for ever."""
        watched = (self._liveness.watch_broker(self._producer), self._watch.run(), self._liveness.beat())
        await self._run_beside(*watched)

    async def _main(self) -> None:
        """Run the loop and what is beside it, from the end of the recovery until Faust stops."""
        jobs = [self._background(self._producer)] if self._background else []
        own = (self._loop(), self._settle(), self._progress.run(), self._liveness.note_turns())
        await self._run_beside(*own, *jobs)

    def on_seek(self, starts: Mapping[TP, int]) -> None:
        """Reading goes on at these offsets of the inputs."""
        self._progress.begin(starts)
        self._instrumentation.on_seek(starts)

    async def end_effects(self) -> None:
        """Let open effects end for a while, before partitions leave."""
        await self._rounds.end_effects(self._settings.kairos_session_seconds * GRACE)

    def forget_effects(self) -> None:
        """Those that have not ended come again."""
        self._rounds.forget_effects()

    def first_open(self, tp: TP) -> int | None:
        """The first offset of an input that must be read again after a crash, because of open effects."""
        return self._rounds.first_open(*self._stage_partition(tp))

    async def _run_beside(self, *jobs: Coroutine[Any, Any, None]) -> None:
        """Run jobs until they are cancelled, and let them end well; whatever fails ends the process."""
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(self._run_or_die(job))

    async def _run_or_die(self, job: Coroutine[Any, Any, None]) -> None:
        try:
            await job
        except Exception as error:
            self._die(error)

    def _die(self, error: BaseException) -> NoReturn:
        code = exits.REFUSED if isinstance(error, UNMENDABLE) else exits.INFRASTRUCTURE
        log.error("leaving without a commit", worker=self._worker, error=f"{type(error).__name__}: {error}")
        os._exit(code)

    async def _loop(self) -> None:
        """Take batches from the backlog, run their rounds, and mark their offsets as committable."""
        consumer: BatchConsumer = self._app.consumer
        while True:
            room = await self._rounds.room()
            is_caught_up = consumer.backlog.is_empty
            batches = await consumer.backlog.take(min(room, self._round_size.records))
            if is_caught_up:
                self._on_caught_up()
            began = time.perf_counter()
            try:
                await self._engines.repair(self._rounds)
                stops = await self._rounds.run(*self._by_stage(batches))
            except Interrupted:
                consumer.backlog.release(batches)
                continue
            if stops:
                await self._exit_poisoned(consumer, batches, stops)
            consumer.commit_later(batches)
            self._progress.processed(batches)
            seconds = time.perf_counter() - began
            self._round_size.adapt(sum(batch.count for _, batch in batches), seconds)
            consumer.gather_ms = self._round_size.gather_ms
            self._instrumentation.on_round(seconds, batches)

    async def _settle(self) -> None:
        """Apply the results of effects as they end."""
        while True:
            if stops := await self._rounds.settle():
                await self._exit_poisoned(self._app.consumer, (), stops)

    def _by_stage(
        self, batches: Iterable[PartitionBatch]
    ) -> tuple[dict[StagePartition, Engine], StageRecords]:
        """The engines that batches concern, and the batches by engine."""
        groups: dict[StagePartition, list[tuple[str, Iterable[FetchedRecord]]]] = defaultdict(list)
        for tp, batch in batches:
            partition, topic = self._stage_partition(tp)
            groups[partition].append((topic, batch))
        return {partition: self._engines.get(partition) for partition in groups}, groups

    def _stage_partition(self, tp: TP) -> tuple[StagePartition, str]:
        topic = self._settings.logical(tp.topic)
        return (self._stage_of[topic], tp.partition), topic

    async def _exit_poisoned(
        self, consumer: BatchConsumer, batches: Iterable[PartitionBatch], stops: dict[StagePartition, Stop]
    ) -> NoReturn:
        """Too many dead letters: commit what was used, and end the process until somebody has looked."""
        for tp, batch in batches:
            partition, topic = self._stage_partition(tp)
            stop = stops.get(partition)
            if stop is None:
                consumer.mark_committable(tp, batch.last)
            elif stop.topic == topic and batch.offset <= stop.raw.offset:
                consumer.mark_committable(tp, min(batch.last, stop.raw.offset))
        await consumer.commit()
        for (_, number), stop in stops.items():
            last = f"{stop.topic}/{number}/{stop.raw.offset}"
            look = f"kairos dead-letters show {last}"
            log.error("too many dead letters", why=stop.verdict, last=last, reason=stop.reason, look=look)
        os._exit(exits.POISONED)

    async def _on_changelog_written(self, changelog: str, partition: int, first: int, count: int) -> None:
        """Note our records; what is in front of them may be foreign, or a successor's: then end."""
        tp, consumer = TP(changelog, partition), self._app.consumer
        if gap := consumer.gap_before(tp, first):
            session = self._settings.kairos_session_seconds
            foreign = await foreign_records(self._settings, tp, gap, session * 2)
            if foreign is not None:
                self._engines.pass_foreign(self._stage_of_changelog[tp.topic], foreign)
                consumer.skip_foreign(tp, first)
        if not consumer.skip_own(tp, first, count):
            abort(exits.FENCED, overtaken(f"{changelog}/{partition}", self._settings.kairos_instance))
