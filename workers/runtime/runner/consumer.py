"""The one file that uses private parts of Faust: fetched batches go past its conductor and streams.

Faust keeps the group, assignment, flow control, commits and the end of recovery. This consumer takes records
of the input topics, and changelog records in recovery, out of `_wait_next_records`, which is where Faust's
fetcher gets them from. Written for faust-streaming 0.15.3; a test fails when those parts change.
"""

import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import faust.transport.drivers.aiokafka as driver
import structlog
from aiokafka.errors import IllegalStateError
from faust.types import TP

from workers.runtime.kafka.record_batch import RecordBatch
from workers.runtime.metrics.records import DELETED_UNREAD
from workers.runtime.runner.app import App
from workers.runtime.runner.backlog import Backlog, PartitionBatch
from workers.runtime.runner.member import MemberThread
from workers.runtime.runner.round_size import LEAST_GATHER
from workers.runtime.runner.store import PartitionStore

SMALL = 500  # records of a fetch after which the broker is to wait for more
WARN_SECONDS = 10.0  # between two lines that a recovery waits
Fetched = dict[TP, list[Any]]  # record batches of inputs, records of changelogs
log = structlog.get_logger()


def count_records(fetched: Iterable[Any]) -> int:
    """How many records were fetched of a partition, in batches or one by one."""
    return sum(item.count if isinstance(item, RecordBatch) else 1 for item in fetched)


class BatchConsumer(driver.Consumer):  # type: ignore[misc]
    """Puts what is fetched of the app's `batch_topics` into the backlog; commits only what was processed."""

    app: App

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.backlog = Backlog()
        self.gather_ms = LEAST_GATHER  # for which the broker is to wait for more when it has little
        self._committable: dict[TP, int] = {}
        self._expected: dict[TP, int] = {}  # the offset that must come next, where something came before
        self._opened: int | None = None  # the group's generation whose inputs may be taken
        self._warned_at = -WARN_SECONDS
        self._last_left: set[TP] = set()  # changelogs whose last record was left for Faust

    async def _wait_next_records(self, timeout: float) -> tuple[Any, Any]:  # noqa: ASYNC109 - Faust's name
        recovery = self.app.tables.recovery
        await self._open()
        fetched, active = await super()._wait_next_records(timeout)
        count = sum(count_records(records) for records in (fetched or {}).values())
        self._thread.gather_ms = self.gather_ms if count < SMALL and not recovery.in_recovery else 0
        if self.flow_active and recovery.in_recovery and not recovery.signal_recovery_start.is_set():
            self._end_without_records(recovery, fetched or {})
        if fetched and self.flow_active:
            if recovery.in_recovery:
                fetched = self._recover(recovery, fetched, active)
                self._last_left |= fetched.keys()
            fetched = self._queue(fetched, active)
            if not self.backlog.has_room.is_set():
                await self.wait_first(self.backlog.has_room.wait(), self.suspend_flow.wait())
        return fetched, active

    def is_open(self) -> bool:
        """Whether inputs are taken: the partitions are assigned, and their states are there."""
        return not self.app.rebalancing and self._opened == self.app.consumer_generation_id

    async def _open(self) -> None:
        """Once per generation, when its recovery is over: go back to the committed offsets, then take inputs.

        Faust leaves moments in which inputs are fetched while their partitions are still being handed out or
        recovered. Such records are dropped, so what follows them must not be taken either before this.
        """
        if self.app.rebalancing or not self.flow_active or self.is_open() or not self.assignment():
            return
        generation = self.app.consumer_generation_id
        with suppress(IllegalStateError):  # the next rebalance has begun
            await self.perform_seek()
            self._opened = generation

    async def perform_seek(self) -> None:
        """Go back to the committed offsets, and to the beginning where nothing was committed yet.

        Faust leaves those without an offset where they are: behind records that it has dropped.
        """
        await super().perform_seek()
        inputs = [tp for tp in self.assignment() if tp.topic in self.app.batch_topics]
        self._expected = {tp: self._read_offset[tp] for tp in inputs if self._read_offset[tp]}
        uncommitted = {tp: 0 for tp in inputs if not self._read_offset[tp]}
        if uncommitted:
            await self.seek_wait(uncommitted)
        self.app.owner.on_seek({tp: self._read_offset[tp] or 0 for tp in inputs})

    def _recover(self, recovery: Any, fetched: Fetched, active: set[TP] | None) -> Fetched:
        """Apply changelog records, all but the one that reaches the high-water mark; what is left for Faust.

        That one goes Faust's way, so that Faust itself decides when recovery has ended; were any other to go
        there, its buffer would apply an old value after newer ones.
        """
        remaining: Fetched = {}
        for tp, records in fetched.items():
            if tp not in recovery.active_tps or not active or tp not in active:
                remaining[tp] = records
                continue
            seen, highwater = recovery.active_offsets[tp], recovery.active_highwaters[tp]
            if seen is None or highwater is None:
                remaining[tp] = records
                continue
            unseen = [record for record in records if record.offset > seen]
            if unseen and unseen[-1].offset >= highwater:
                remaining[tp] = [unseen.pop()]
            if unseen:
                store: PartitionStore = recovery.tp_to_table[tp].data
                store.apply(tp.partition, unseen)
                recovery.active_offsets[tp] = unseen[-1].offset
        return remaining

    def _end_without_records(self, recovery: Any, fetched: Fetched) -> None:
        """Note changelogs as recovered that were read to their end, where only aborted records are left.

        Nothing comes of those, and Faust would wait for them for ever. What was applied stands before.
        """
        for tp in recovery.active_tps - fetched.keys() - self._last_left:
            seen, highwater = recovery.active_offsets[tp], recovery.active_highwaters[tp]
            if None in (seen, highwater) or seen >= highwater:
                continue
            position = self._thread.position_now(tp)
            if position is not None and position > highwater:
                recovery.active_offsets[tp] = highwater
            elif position is not None and position == self._thread.stable_end(tp):
                self._warn_of_transaction(tp, position)

    def _warn_of_transaction(self, changelog: TP, offset: int) -> None:
        """Log, now and then, that another program's open transaction holds a recovery back: we use none."""
        now = time.monotonic()
        if now < self._warned_at + WARN_SECONDS:
            return
        self._warned_at = now
        log.warning(
            "recovery waits for the end of a transaction that another program has opened in a changelog;"
            " the broker aborts it at its timeout, or kafka-transactions.sh does",
            topic=changelog.topic,
            partition=changelog.partition,
            offset=offset,
        )

    def _queue(self, fetched: Fetched, active: set[TP] | None) -> Fetched:
        """Put the inputs among fetched records into the backlog; what is left for Faust."""
        remaining: Fetched = {}
        is_open = self.is_open()
        for tp, batches in fetched.items():
            if tp.topic not in self.app.batch_topics:
                remaining[tp] = batches
            elif not is_open:
                self._opened = None
            elif active is None or tp in active:
                self._warn_of_gap(tp, batches[0].offset)
                self.backlog.add(tp, batches)
                self._read_offset[tp] = batches[-1].last
                self._expected[tp] = batches[-1].last + 1
        return remaining

    def _warn_of_gap(self, tp: TP, first: int) -> None:
        """Log when the broker went on behind the expected offset: it has deleted what lies between."""
        lost = first - self._expected.get(tp, first)
        if lost > 0:
            DELETED_UNREAD.labels(self.app.worker, self.app.settings.logical(tp.topic)).inc(lost)
            log.error(
                "records were deleted before they were read; the topic keeps them too short a time",
                topic=tp.topic,
                partition=tp.partition,
                from_offset=first - lost,
                count=lost,
            )

    def commit_later(self, batches: Iterable[PartitionBatch]) -> None:
        """The outputs and states of these batches are acknowledged: their offsets may be committed."""
        for tp, batch in batches:
            self.mark_committable(tp, batch.last)
        self.backlog.release(batches)

    def mark_committable(self, tp: TP, offset: int) -> None:
        """The record at this offset, and all before it, need not be read again, unless effects are open."""
        self._committable[tp] = offset + 1

    def gap_before(self, changelog: TP, first: int) -> range:
        """The offsets of a changelog in front of our records that we have neither written nor read."""
        known = self.app.tables.recovery.active_offsets.get(changelog)
        return range(0) if known is None else range(known + 1, first)

    def skip_foreign(self, changelog: TP, first: int) -> None:
        """Everything in front of this offset is ours or foreign."""
        self.app.tables.recovery.active_offsets[changelog] = first - 1

    def skip_own(self, changelog: TP, first: int, count: int) -> bool:
        """Our own changelog records need not be read again; False when another's may be in front of them."""
        offsets = self.app.tables.recovery.active_offsets
        known = offsets.get(changelog)
        if known is None or known + 1 != first:
            return known is None
        offsets[changelog] = first + count - 1
        return True

    def _filter_committable_offsets(self, tps: Iterable[TP]) -> dict[TP, int]:
        offsets: dict[TP, int] = super()._filter_committable_offsets(
            tp for tp in tps if tp.topic not in self.app.batch_topics
        )
        for tp, processed in self._committable.items():
            first_open = self.app.owner.first_open(tp)
            offset = processed if first_open is None else min(processed, first_open)
            if self._should_commit(tp, offset):
                offsets[tp] = offset
        return offsets

    async def wait_empty(self) -> None:
        """Before a rebalance or a stop: drop what waits, finish the running round, end effects, commit."""
        self.app.revoking.set()
        await self.backlog.drain()
        await self.app.owner.end_effects()
        await super().wait_empty()
        self._committable.clear()  # what is behind the committed offsets is read again
        self.app.owner.forget_effects()
        self.app.revoking.clear()

    def heartbeat_age(self) -> float:
        """Seconds since the group's last answer to a heartbeat; 0 while this worker is no member yet."""
        return self._thread.heartbeats.age() if self._thread.heartbeats else 0.0

    _thread: MemberThread

    def _new_consumer_thread(self) -> MemberThread:
        return MemberThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Forget the offsets of revoked partitions."""
        await super().on_partitions_revoked(revoked)
        self._last_left.clear()
        for tp in revoked:
            self._committable.pop(tp, None)


class BatchTransport(driver.Transport):  # type: ignore[misc]
    """Faust's Kafka transport, with the consumer above."""

    Consumer = BatchConsumer
