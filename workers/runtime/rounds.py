"""The order of a round: outputs before state before offset, effects under a lease, reports at the end."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from workers.process import metrics
from workers.process.clock import now_ms
from workers.runtime.engine import Engine
from workers.runtime.round import Round
from workers.runtime.stage import Stage
from workers.runtime.work import Pending, Work
from workers.wire.producer import BatchProducer
from workers.wire.records import RawRecord, Written

Changelogs = Mapping[str, str]  # stage's name -> changelog's name, without the prefix
Acknowledged = Callable[[str, int, int, int], None]  # changelog, partition, first offset, count
Groups = dict[tuple[str, int], list[tuple[str, list[RawRecord]]]]  # (stage, partition) -> (topic, records)

SLICE = 250  # records between which others on the event loop, the heartbeat among them, get a turn


class Rounds:
    """Runs rounds of several engines at once, so that they share the waiting for acknowledgements."""

    def __init__(
        self,
        worker: str,
        producer: BatchProducer,
        changelogs: Changelogs,
        fence: Callable[[], None],
        acknowledged: Acknowledged,
    ) -> None:
        self._worker = worker
        self._producer = producer
        self._changelogs = changelogs
        self._fence = fence
        self._acknowledged = acknowledged

    async def run(self, engines: Mapping[tuple[str, int], Engine], groups: Groups) -> None:
        """Process records; returns when everything they caused is acknowledged. Raises KafkaError."""
        rounds = {place: Round(engines[place]) for place in groups}
        works = {}
        for place, current in rounds.items():
            for topic, records in groups[place]:
                for start in range(0, len(records), SLICE):
                    current.feed(topic, records[start : start + SLICE])
                    await asyncio.sleep(0)
            works[place] = current.close()
            await asyncio.sleep(0)
        reports = [report for work in works.values() for report in work.reports]
        await self._commit(works)
        while any(work.effects for work in works.values()):
            works = await self._perform(rounds, works)
            await self._commit(works)
        await self._write(reports)

    async def _commit(self, works: Mapping[tuple[str, int], Work]) -> None:
        """Outputs, then changelogs; each acknowledged before what follows."""
        self._count(works.values())
        await self._write([output for work in works.values() for output in work.outputs])
        changes = [
            Written(self._changelogs[stage], key, value, (), 0, partition)
            for (stage, partition), work in works.items()
            for key, value in work.changes.items()
        ]
        if changes:
            self._fence()
            done = await self._producer.write(changes)
            for (changelog, partition), (first, count) in done.items():
                self._acknowledged(changelog, partition, first, count)

    async def _write(self, records: list[Written]) -> None:
        if not records:
            return
        self._fence()
        await self._producer.write(records)
        for topic, count in Counter(record.topic for record in records).items():
            metrics.RECORDS_OUT.labels(self._worker, topic).inc(count)

    async def _perform(
        self, rounds: Mapping[tuple[str, int], Round], works: Mapping[tuple[str, int], Work]
    ) -> dict[tuple[str, int], Work]:
        after = {}
        for place, work in works.items():
            if work.effects:
                rounds[place].resume(await self._act(rounds[place].stage, work.effects))
                after[place] = rounds[place].close()
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

        return list(await asyncio.gather(*(one(stage.act, pending) for pending in effects)))

    def _count(self, works: Iterable[Work]) -> None:
        for work in works:
            for reason, count in work.dead.items():
                metrics.DEAD_LETTERS.labels(self._worker, reason).inc(count)
            if work.skipped:
                metrics.SKIPPED.labels(self._worker).inc(work.skipped)
