"""The one place that knows Faust's inside: whole fetched batches go past its conductor and streams.

Faust keeps the group, assignment, flow control, commits and the end of recovery. This consumer takes records
of the input topics, and changelog records in recovery, out of `_wait_next_records`, which is where Faust's
fetcher gets them from. Written for faust-streaming 0.15.3; a test fails when that inside changes.
"""

from collections.abc import Iterable
from typing import Any

import faust.transport.drivers.aiokafka as driver
import structlog
from aiokafka.errors import IllegalStateError
from faust.types import TP

from workers.runtime.kafka.record_batch import RecordBatch
from workers.runtime.runner import instrumentation as measures
from workers.runtime.runner.app import App
from workers.runtime.runner.backlog import Backlog, Batch
from workers.runtime.runner.member import MemberThread
from workers.runtime.runner.store import PartitionStore

SMALL = 500  # records of a fetch after which the broker is to wait for more
log = structlog.get_logger()


def count(fetched: Iterable[Any]) -> int:
    """How many records were fetched of a partition, packed or one by one."""
    return sum(one.count if isinstance(one, RecordBatch) else 1 for one in fetched)


class BatchConsumer(driver.Consumer):  # type: ignore[misc]
    """Puts what is fetched of the app's `batch_topics` into the backlog; commits only what was `finished`."""

    app: App

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.backlog = Backlog()
        self._done: dict[TP, int] = {}
        self._next: dict[TP, int] = {}  # the offset that must come next, where something came before
        self._opened: int | None = None  # the generation whose inputs may be taken

    async def _wait_next_records(self, timeout: float) -> tuple[Any, Any]:  # noqa: ASYNC109 - Faust's name
        recovery = self.app.tables.recovery
        await self._open()
        records, active = await super()._wait_next_records(timeout)
        fetched = sum(count(found) for found in (records or {}).values())
        self._thread.gather(0 < fetched < SMALL and not recovery.in_recovery)
        if records and self.flow_active:
            if recovery.in_recovery:
                self._recover(recovery, records, active)
            self._queue(records, active)
            if not self.backlog.room.is_set():
                await self.wait_first(self.backlog.room.wait(), self.suspend_flow.wait())
        return records, active

    def _is_open(self) -> bool:
        return not self.app.rebalancing and self._opened == self.app.consumer_generation_id

    async def _open(self) -> None:
        """Once per generation, when its recovery is over: go back to the committed offsets, then take inputs.

        Faust leaves moments in which inputs are fetched while their partitions are still being handed out or
        recovered. Such records are dropped, so what follows them must not be taken either before this.
        """
        if self.app.rebalancing or not self.flow_active or self._is_open() or not self.assignment():
            return
        generation = self.app.consumer_generation_id
        try:
            await self.perform_seek()
        except IllegalStateError:  # the next rebalance has begun
            return
        self._opened = generation

    async def perform_seek(self) -> None:
        """Go back to the committed offsets, and to the beginning where nothing was committed yet.

        Faust leaves those without an offset where they are: behind records that it has dropped.
        """
        await super().perform_seek()
        inputs = [tp for tp in self.assignment() if tp.topic in self.app.batch_topics]
        self._next = {tp: self._read_offset[tp] for tp in inputs if self._read_offset[tp]}
        fresh = {tp: 0 for tp in inputs if not self._read_offset[tp]}
        if fresh:
            await self.seek_wait(fresh)

    def _recover(self, recovery: Any, records: dict[TP, list[Any]], active: set[TP] | None) -> None:
        """Apply changelog records directly, all but the one that reaches the high-water mark.

        That one goes Faust's way, so that Faust itself decides when recovery has ended; were any other to go
        there, its buffer would apply an old value after newer ones.
        """
        for tp in [tp for tp in records if tp in recovery.active_tps]:
            seen, top = recovery.active_offsets[tp], recovery.active_highwaters[tp]
            if not active or tp not in active or seen is None or top is None:
                continue
            new = [record for record in records[tp] if record.offset > seen]
            last = bool(new) and new[-1].offset >= top
            direct = new[:-1] if last else new
            if last:
                records[tp] = new[-1:]
            else:
                del records[tp]
            if direct:
                store: PartitionStore = recovery.tp_to_table[tp].data
                store.apply(tp.partition, direct)
                recovery.active_offsets[tp] = direct[-1].offset

    def _queue(self, records: dict[TP, list[Any]], active: set[TP] | None) -> None:
        is_open = self._is_open()
        for tp in [tp for tp in records if tp.topic in self.app.batch_topics]:
            fetched: list[RecordBatch] = records.pop(tp)
            if not is_open:
                self._opened = None
            elif active is None or tp in active:
                self._look_for_gap(tp, fetched[0].offset)
                self.backlog.add(tp, fetched)
                self._read_offset[tp] = fetched[-1].last
                self._next[tp] = fetched[-1].last + 1

    def _look_for_gap(self, tp: TP, first: int) -> None:
        """Say so when the broker went on behind the next offset: it has deleted what lies between."""
        lost = first - self._next.get(tp, first)
        if lost > 0:
            measures.of_deleted(self.app.worker, self.app.settings.logical(tp.topic), lost)
            log.error(
                "records were deleted before they were read; the topic keeps them too short a time",
                topic=tp.topic,
                partition=tp.partition,
                from_offset=first - lost,
                count=lost,
            )

    def finished(self, batches: Iterable[Batch]) -> None:
        """The outputs and states of these batches are acknowledged: their offsets may be committed."""
        for tp, packed in batches:
            self.used(tp, packed.last)
        self.backlog.done(batches)

    def used(self, tp: TP, offset: int) -> None:
        """What comes next after this offset may be committed."""
        self._done[tp] = offset + 1

    def written(self, changelog: TP, first: int, count: int) -> bool:
        """Our own changelog records need not be read again; False when another's may be in front of them."""
        offsets = self.app.tables.recovery.active_offsets
        known = offsets.get(changelog)
        if known is None or known + 1 != first:
            return known is None
        offsets[changelog] = first + count - 1
        return True

    def _filter_committable_offsets(self, tps: Iterable[TP]) -> dict[TP, int]:
        found: dict[TP, int] = super()._filter_committable_offsets(
            tp for tp in tps if tp.topic not in self.app.batch_topics
        )
        found.update((tp, offset) for tp, offset in self._done.items() if self._should_commit(tp, offset))
        return found

    async def wait_empty(self) -> None:
        """Before a rebalance or a stop: drop what waits, finish what is busy, commit."""
        self.app.revoking.set()
        await self.backlog.empty()
        await super().wait_empty()
        self.app.revoking.clear()

    def heartbeat_age(self) -> float:
        """Seconds since the group heard of this worker; 0 while it is no member yet."""
        return self._thread.heartbeats.age() if self._thread.heartbeats else 0.0

    _thread: MemberThread

    def _new_consumer_thread(self) -> MemberThread:
        return MemberThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Forget the positions of partitions that leave."""
        await super().on_partitions_revoked(revoked)
        for tp in revoked:
            self._done.pop(tp, None)


class BatchTransport(driver.Transport):  # type: ignore[misc]
    """Faust's Kafka transport, with the consumer above."""

    Consumer = BatchConsumer
