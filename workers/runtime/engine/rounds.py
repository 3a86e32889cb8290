"""The order of a round: outputs before state before offset, effects under a lease, reports at the end.

Before its first output an owner is in the changelog: the generation of the next one is above its own.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any

from workers.runtime.engine.attempts import FinishedRound, attempts
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round import Round
from workers.runtime.engine.round_result import Pending, RoundResult, Stop
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord
from workers.runtime.process import metrics
from workers.runtime.process.clock import now_ms
from workers.runtime.stage import Stage

TURN_SECONDS = 0.02  # after which others on the event loop, the heartbeat among them, get a turn
StagePartition = tuple[str, int]  # (stage, partition)
Records = list[tuple[str, Iterable[FetchedRecord]]]  # by topic, in their order
Groups = Mapping[StagePartition, Records]
Changelogs = Mapping[str, str]  # stage's name -> changelog's name, without the prefix
Acknowledged = Callable[[str, int, int, int], None]  # changelog, partition, first offset, count


class Interrupted(Exception):
    """The partitions are wanted elsewhere while effects or due keys are pending: their records come again."""


class Rounds:
    """Runs rounds of several engines at once, so that they share the waiting for acknowledgements.

    `exit_if_fenced` is called before everything that is written. Once `revoking` is set, effects have
    `grace_seconds` to end.
    """

    def __init__(
        self,
        worker: str,
        producer: BatchProducer,
        changelogs: Changelogs,
        exit_if_fenced: Callable[[], None],
        acknowledged: Acknowledged,
        revoking: asyncio.Event | None = None,
        grace_seconds: float = 5.0,
    ) -> None:
        self._revoking = revoking or asyncio.Event()
        self._worker = worker
        self._producer = producer
        self._changelogs = changelogs
        self._exit_if_fenced = exit_if_fenced
        self._acknowledged = acknowledged
        self._grace_seconds = grace_seconds

    async def run(
        self, engines: Mapping[StagePartition, Engine], groups: Groups
    ) -> dict[StagePartition, Stop]:
        """Process records; returns when all they caused is acknowledged. Raises KafkaError, Interrupted.

        Where there were too many dead letters, what is behind the last of them was not read: the stops.
        """
        await self.keep({engine: engine.claim() for engine in engines.values() if not engine.claimed})
        last: dict[StagePartition, FinishedRound] = {}
        reports: list[ProducerRecord] = []
        read: Counter[str] = Counter()
        for place, records in groups.items():
            async for one, work in self._step(engines[place], records):
                reports += work.reports
                read.update(work.read)
                last[place] = one, work
                if one.more is not None:
                    await self._finish({place: last[place]})
                    if self._revoking.is_set():
                        raise Interrupted
        await self._finish(last)
        await self._write(reports)
        for topic, count in read.items():
            metrics.RECORDS_IN.labels(self._worker, topic).inc(count)
        return {place: one.stop for place, (one, _) in last.items() if one.stop}

    def passed(self, point: str) -> None:
        """Do nothing: a test may end the process here, behind the "outputs" or the "states" of a round."""

    async def _step(self, engine: Engine, records: Records) -> AsyncIterator[FinishedRound]:
        turn = time.perf_counter()
        for done in attempts(engine, records):
            if done is not None:
                yield done
            elif time.perf_counter() - turn > TURN_SECONDS:
                await asyncio.sleep(0)
                turn = time.perf_counter()

    async def _finish(self, done: Mapping[StagePartition, FinishedRound]) -> None:
        """Write what rounds want written, perform their effects, and so on until nothing is left."""
        current = {place: one for place, (one, _) in done.items()}
        works = {place: work for place, (_, work) in done.items()}
        await self._commit(current, works)
        while any(work.effects for work in works.values()):
            works = await self._perform(current, works)
            await self._commit(current, works)

    async def _commit(
        self, current: Mapping[StagePartition, Round], works: Mapping[StagePartition, RoundResult]
    ) -> None:
        """Outputs, then changelogs; each acknowledged before what follows."""
        self._count(works.values())
        await self._write([output for work in works.values() for output in work.outputs])
        self.passed("outputs")
        await self.keep({current[place].engine: work.changes for place, work in works.items()})
        self.passed("states")

    async def keep(self, changes: Mapping[Engine, Mapping[bytes, bytes | None]]) -> None:
        """Write states to the changelogs; returns when they are acknowledged."""
        records = [
            ProducerRecord(self._changelogs[engine.stage.name], key, value, headers, 0, engine.partition)
            for engine, states in changes.items()
            for headers in [(fencing_header(engine.partition, engine.generation, engine.offset),)]
            for key, value in states.items()
        ]
        if records:
            self._exit_if_fenced()
            done = await self._producer.write(records)
            for (changelog, partition), (first, count) in done.items():
                self._acknowledged(changelog, partition, first, count)

    async def _write(self, records: list[ProducerRecord]) -> None:
        if not records:
            return
        self._exit_if_fenced()
        await self._producer.write(records)
        for topic, count in Counter(record.topic for record in records).items():
            metrics.RECORDS_OUT.labels(self._worker, topic).inc(count)

    async def _perform(
        self, current: Mapping[StagePartition, Round], works: Mapping[StagePartition, RoundResult]
    ) -> dict[StagePartition, RoundResult]:
        after = {}
        for place, work in works.items():
            if work.effects:
                current[place].resume(await self._act(current[place].stage, work.effects))
                after[place] = current[place].close()
        return after

    async def _act(self, stage: Stage[Any], effects: Iterable[Pending]) -> list[tuple[Pending, Any, int]]:
        """Perform effects, at most `stage.width` at once; each comes back with the time at which it ended."""
        assert stage.act is not None
        room = asyncio.Semaphore(stage.width)

        async def one(act: Callable[[Any], Awaitable[Any]], pending: Pending) -> tuple[Pending, Any, int]:
            async with room:
                began = time.perf_counter()
                result = await act(pending.request)
                metrics.EFFECT_SECONDS.labels(self._worker).observe(time.perf_counter() - began)
                return pending, result, now_ms()

        acting = asyncio.gather(*(one(stage.act, pending) for pending in effects))
        revoking: asyncio.Future[Any] = asyncio.ensure_future(self._revoking.wait())
        try:
            await asyncio.wait({acting, revoking}, return_when=asyncio.FIRST_COMPLETED)
            if not acting.done():
                await asyncio.wait({acting}, timeout=self._grace_seconds)
            if not acting.done():
                raise Interrupted
            return acting.result()
        finally:
            acting.cancel()
            revoking.cancel()

    def _count(self, works: Iterable[RoundResult]) -> None:
        for work in works:
            for reason, count in work.dead.items():
                metrics.DEAD_LETTERS.labels(self._worker, reason).inc(count)
            if work.skipped:
                metrics.SKIPPED.labels(self._worker).inc(work.skipped)
