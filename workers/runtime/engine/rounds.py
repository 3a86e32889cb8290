"""The order of a round: outputs, then states, then offsets. Effects are beside it.

An effect begins when the state that asked for it (its lease) is stored; its result comes back as a round of
its own, in which the stage says what comes of it. Until that is stored, `first_open` holds the offset back.
Before its first output an owner is in the changelog, so that the next owner's generation is higher.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence

from workers.runtime.engine.attempts import FinishedRound, attempts
from workers.runtime.engine.engine import Engine, StagePartition
from workers.runtime.engine.open_effects import MOST_OPEN, EndedEffect, OpenEffects
from workers.runtime.engine.processed_offsets import ProcessedOffsets
from workers.runtime.engine.round import Round
from workers.runtime.engine.round_result import RoundResult, Stop
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord
from workers.runtime.metrics.records import CONTROL, DEAD_LETTERS, RECORDS_IN, RECORDS_OUT, SKIPPED
from workers.runtime.process.clock import now_ms
from workers.runtime.process.irregular import IrregularCounter

TURN_SECONDS = 0.02  # after which others on the event loop, the heartbeat among them, may run
StageRecords = Mapping[StagePartition, list[tuple[str, Iterable[FetchedRecord]]]]  # by topic, in their order
Changelogs = Mapping[str, str]  # stage's name -> changelog's name, without the prefix
Acknowledged = Callable[[str, int, int, int], Awaitable[None]]  # changelog, partition, first offset, count


class Interrupted(Exception):
    """The partitions are being revoked while timers are pending: their records come again."""


class Rounds:
    """Runs rounds of several engines at once, so that they share the waiting for acknowledgements.

    `exit_if_fenced` is called before everything that is written. Once `revoking` is set, no further round of
    many begins. While `most_open` effects are open there is no room for more. One round is run at a time, of
    records or of results. What was written, and watermarks that were read, are noted in `processed`.
    """

    def __init__(
        self,
        worker: str,
        producer: BatchProducer,
        changelogs: Changelogs,
        exit_if_fenced: Callable[[], None],
        acknowledged: Acknowledged,
        processed: ProcessedOffsets,
        revoking: asyncio.Event | None = None,
        most_open: int = MOST_OPEN,
    ) -> None:
        self._processed = processed
        self._revoking = revoking or asyncio.Event()
        self._worker = worker
        self._irregular = IrregularCounter(worker)
        self._producer = producer
        self._changelogs = changelogs
        self._exit_if_fenced = exit_if_fenced
        self._acknowledged = acknowledged
        self._effects = OpenEffects(worker, most_open)
        self._open: dict[StagePartition, tuple[Engine, dict[str, int]]] = {}
        self._turn = asyncio.Lock()

    async def run(
        self, engines: Mapping[StagePartition, Engine], groups: StageRecords
    ) -> dict[StagePartition, Stop]:
        """Process records; returns when what they caused is acknowledged. Raises KafkaError, Interrupted.

        Their effects may still be open. The stops say where there were too many dead letters: what is behind
        the last of them was not read.
        """
        async with self._turn:
            return await self._run(engines, groups)

    async def room(self) -> int:
        """For how many effects there is room; waits until it is one at least."""
        return await self._effects.room()

    async def settle(self) -> dict[StagePartition, Stop]:
        """Wait until effects have ended, and give their results to their stages; stops are as of `run`."""
        ended = await self._effects.ended()
        async with self._turn:
            return await self._settle(ended)

    async def end_effects(self, seconds: float) -> None:
        """Before partitions leave: let effects end for some seconds, and cancel the rest; no more begin.

        Commit what is processed, up to `first_open`; then `forget_effects`, and they come again.
        """
        await self._effects.end_all(seconds)
        async with self._turn:
            await self._settle(self._effects.take_ended())

    def forget_effects(self) -> None:
        """No effect is open any more: the records that asked for them are read again."""
        self._effects.forget()
        for engine, _ in self._open.values():
            engine.forget_open()
        self._open.clear()

    def first_open(self, partition: StagePartition, topic: str) -> int | None:
        """The first record of a topic that must come again after a crash, though later ones are processed."""
        _, first = self._open.get(partition, (None, {}))
        return first.get(topic)

    async def _run(
        self, engines: Mapping[StagePartition, Engine], groups: StageRecords
    ) -> dict[StagePartition, Stop]:
        await self._register_owners(engines.values())
        last: dict[StagePartition, FinishedRound] = {}
        marks: list[tuple[str, int, int]] = []
        read, control = Counter[str](), Counter[str]()
        for partition, records in groups.items():
            async for finished in self._rounds_of(engines[partition], records):
                marks += ((topic, partition[1], at) for topic, at in finished.result.marks.items())
                read.update(finished.result.read)
                control.update(finished.result.control)
                last[partition] = finished
                if finished.round.unfinished is not None:
                    await self._complete([finished])
                    if self._revoking.is_set():
                        raise Interrupted
        await self._complete([*last.values()])
        for mark in marks:
            self._processed.passed_mark(*mark)
        for topic, count in read.items():
            RECORDS_IN.labels(self._worker, topic).inc(count - control[topic])
        for topic, count in control.items():
            CONTROL.labels(self._worker, topic, "read").inc(count)
        return {each: finished.round.stop for each, finished in last.items() if finished.round.stop}

    async def write_states(self, engine: Engine, changes: Mapping[bytes, bytes | None]) -> None:
        """Write states of an engine to its changelog; returns when they are acknowledged."""
        async with self._turn:
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
        """Commit rounds, and begin their effects, whose leases are stored now."""
        await self._commit(rounds)
        for current, result in rounds:
            engine = current.engine
            self._effects.begin(engine, result.effects)
            self._open[engine.stage.name, engine.partition] = engine, engine.first_open()

    async def _settle(self, ended: Sequence[EndedEffect]) -> dict[StagePartition, Stop]:
        """A round of results for every engine whose effects have ended, and are still asked for."""
        if self._effects.is_ending:  # the effect that a provisional result leads to would not begin
            ended = [each for each in ended if not each.engine.stage.is_provisional(each.result)]
        by_engine: dict[Engine, list[EndedEffect]] = defaultdict(list)
        for each in ended:
            if each.engine.has_open(each.effect):
                by_engine[each.engine].append(each)
        rounds: list[FinishedRound] = []
        for engine, results in by_engine.items():
            engine.wall = now_ms()
            current = Round(engine)
            current.settle((each.effect, each.result, each.ended_at) for each in results)
            rounds.append(FinishedRound(current, current.close()))
        await self._complete(rounds)
        self._effects.settled(len(ended))
        stopped = [current for current, _ in rounds if current.stop]
        return {(each.stage.name, each.engine.partition): each.stop for each in stopped if each.stop}

    async def _commit(self, rounds: Sequence[FinishedRound]) -> None:
        """Write outputs, then changelogs; each is acknowledged before what follows."""
        for finished in rounds:
            self._count(finished.result)
        await self._write_outputs([output for finished in rounds for output in finished.result.outputs])
        await self._commit_states(rounds)
        now = now_ms()
        for current, result in rounds:
            for measured in result.measured:
                current.stage.measure(measured, now)

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
        written = await self._producer.write(records)
        self._processed.wrote(records, written)
        for topic, count in Counter(record.topic for record in records).items():
            RECORDS_OUT.labels(self._worker, topic).inc(count)

    def _count(self, result: RoundResult) -> None:
        for reason, count in result.dead_letters.items():
            DEAD_LETTERS.labels(self._worker, reason).inc(count)
        for (topic, kind), count in result.irregular.items():
            self._irregular.add(topic, kind, count, now_ms())
        if result.skipped:
            SKIPPED.labels(self._worker).inc(result.skipped)
