"""The order of a round: outputs, then states, then offsets; effects under a lease; reports at the end.

Before its first output an owner is in the changelog, so that the next owner's generation is higher.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from workers.runtime.engine.attempts import FinishedRound, attempts
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round_result import PendingEffect, RoundResult, Stop
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord
from workers.runtime.process import metrics
from workers.runtime.process.clock import now_ms
from workers.runtime.stage import Stage

TURN_SECONDS = 0.02  # after which others on the event loop, the heartbeat among them, may run
StagePartition = tuple[str, int]  # stage, partition
StageRecords = Mapping[StagePartition, list[tuple[str, Iterable[FetchedRecord]]]]  # by topic, in their order
Changelogs = Mapping[str, str]  # stage's name -> changelog's name, without the prefix
Acknowledged = Callable[[str, int, int, int], Awaitable[None]]  # changelog, partition, first offset, count


class Interrupted(Exception):
    """The partitions are being revoked while effects or timers are pending: their records come again."""


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
        self, engines: Mapping[StagePartition, Engine], groups: StageRecords
    ) -> dict[StagePartition, Stop]:
        """Process records; returns when all they caused is acknowledged. Raises KafkaError, Interrupted.

        The stops say where there were too many dead letters: what is behind the last of them was not read.
        """
        await self._register_owners(engines.values())
        last: dict[StagePartition, FinishedRound] = {}
        reports: list[ProducerRecord] = []
        read: Counter[str] = Counter()
        for partition, records in groups.items():
            async for finished in self._rounds_of(engines[partition], records):
                reports += finished.result.reports
                read.update(finished.result.read)
                last[partition] = finished
                if finished.round.unfinished is not None:
                    await self._complete([finished])
                    if self._revoking.is_set():
                        raise Interrupted
        await self._complete([*last.values()])
        await self._write_outputs(reports)
        for topic, count in read.items():
            metrics.RECORDS_IN.labels(self._worker, topic).inc(count)
        return {each: finished.round.stop for each, finished in last.items() if finished.round.stop}

    async def write_states(self, engine: Engine, changes: Mapping[bytes, bytes | None]) -> None:
        """Write states of an engine to its changelog; returns when they are acknowledged."""
        await self._write_changelogs(self._changelog_records(engine, changes, engine.offset))

    async def _register_owners(self, engines: Iterable[Engine]) -> None:
        records: list[ProducerRecord] = []
        for engine in engines:
            if not engine.registered:
                records += self._changelog_records(engine, engine.register_owner(), engine.offset)
        await self._write_changelogs(records)

    async def _rounds_of(
        self, engine: Engine, records: list[tuple[str, Iterable[FetchedRecord]]]
    ) -> AsyncIterator[FinishedRound]:
        """The rounds of one engine, with turns for others on the event loop in between."""
        turn = time.perf_counter()
        engine.wall = now_ms()
        for event in attempts(engine, records):
            if isinstance(event, FinishedRound):
                yield event
            elif time.perf_counter() - turn > TURN_SECONDS:
                await asyncio.sleep(0)
                turn = time.perf_counter()

    async def _complete(self, rounds: Sequence[FinishedRound]) -> None:
        """Commit rounds, perform their effects, commit what comes of those, until no effects are left."""
        await self._commit(rounds)
        while with_effects := [finished for finished in rounds if finished.result.effects]:
            rounds = [await self._perform(finished) for finished in with_effects]
            await self._commit(rounds)

    async def _commit(self, rounds: Sequence[FinishedRound]) -> None:
        """Write outputs, then changelogs; each is acknowledged before what follows."""
        for finished in rounds:
            self._count(finished.result)
        await self._write_outputs([output for finished in rounds for output in finished.result.outputs])
        await self._commit_states(rounds)

    async def _commit_states(self, rounds: Sequence[FinishedRound]) -> None:
        records: list[ProducerRecord] = []
        for current, result in rounds:
            records += self._changelog_records(current.engine, result.changes, result.offset)
        await self._write_changelogs(records)

    def _changelog_records(
        self, engine: Engine, changes: Mapping[bytes, bytes | None], offset: int
    ) -> list[ProducerRecord]:
        """The changelog records of an engine's changes, up to an input offset."""
        changelog, partition = self._changelogs[engine.stage.name], engine.partition
        headers = (fencing_header(partition, engine.generation, offset),)
        return [
            ProducerRecord(changelog, key, value, headers, 0, partition) for key, value in changes.items()
        ]

    async def _write_changelogs(self, records: list[ProducerRecord]) -> None:
        if records:
            self._exit_if_fenced()
            written = await self._producer.write(records)
            for (changelog, partition), spans in written.items():
                for first, count in spans:
                    await self._acknowledged(changelog, partition, first, count)

    async def _write_outputs(self, records: list[ProducerRecord]) -> None:
        if not records:
            return
        self._exit_if_fenced()
        await self._producer.write(records)
        for topic, count in Counter(record.topic for record in records).items():
            metrics.RECORDS_OUT.labels(self._worker, topic).inc(count)

    async def _perform(self, finished: FinishedRound) -> FinishedRound:
        """Perform the effects of a round, and give their results to its stage."""
        current, result = finished
        current.resume(await self._act(current.stage, result.effects))
        return FinishedRound(current, current.close())

    async def _act(
        self, stage: Stage[Any], effects: Iterable[PendingEffect]
    ) -> list[tuple[PendingEffect, Any, int]]:
        """Perform effects, at most `stage.width` at once; each comes back with the time at which it ended."""
        assert stage.act is not None
        slots = asyncio.Semaphore(stage.width)

        async def perform(
            act: Callable[[Any], Awaitable[Any]], effect: PendingEffect
        ) -> tuple[PendingEffect, Any, int]:
            async with slots:
                began = time.perf_counter()
                result = await act(effect.request)
                metrics.EFFECT_SECONDS.labels(self._worker).observe(time.perf_counter() - began)
                return effect, result, now_ms()

        acting = asyncio.gather(*(perform(stage.act, effect) for effect in effects))
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

    def _count(self, result: RoundResult) -> None:
        for reason, count in result.dead_letters.items():
            metrics.DEAD_LETTERS.labels(self._worker, reason).inc(count)
        for (topic, kind), count in result.irregular.items():
            metrics.IRREGULAR.labels(self._worker, topic, kind).inc(count)
        if result.skipped:
            metrics.SKIPPED.labels(self._worker).inc(result.skipped)
