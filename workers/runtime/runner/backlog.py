"""Fetched records that wait for a round: by partition, bounded, and taken one partition after the other."""

import asyncio
from collections import deque
from collections.abc import Iterable

from faust.types import TP

from workers.runtime.kafka.record_batch import RecordBatch

HIGH, HIGH_BYTES = 200_000, 48_000_000  # above, fetching pauses; below half of it, it goes on
PartitionBatch = tuple[TP, RecordBatch]


class Backlog:
    """Fetched records that wait or are in a round. While `has_room` is not set, no more should be added."""

    def __init__(self) -> None:
        self._waiting: dict[TP, deque[RecordBatch]] = {}
        self._busy: list[PartitionBatch] = []
        self._count = 0
        self._bytes = 0
        self._arrived = asyncio.Event()
        self.idle = asyncio.Event()
        self.has_room = asyncio.Event()
        self.idle.set()
        self.has_room.set()

    @property
    def is_empty(self) -> bool:
        """Whether no record waits for a round."""
        return not self._waiting

    def oldest(self, tp: TP) -> int | None:
        """When the first record of a partition was written that waits or is in a round (epoch ms).

        It may be called from another thread.
        """
        waiting = self._waiting.get(tp)
        busy = next((batch.at for busy, batch in self._busy if busy == tp), None)
        try:
            return busy if busy is not None or not waiting else waiting[0].at
        except IndexError:  # it was just taken
            return None

    def add(self, tp: TP, fetched: Iterable[RecordBatch]) -> None:
        """Queue records of a partition behind those that wait."""
        for batch in fetched:
            self._waiting.setdefault(tp, deque()).append(batch)
            self._count += batch.count
            self._bytes += batch.size
        self._arrived.set()
        if self._count > HIGH or self._bytes > HIGH_BYTES:
            self.has_room.clear()

    async def take(self, limit: int) -> list[PartitionBatch]:
        """Wait for records, then take `limit` at most; they count as busy until `release`.

        One partition after the other: the more of its records are in a round, the more concern one key.
        """
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        self.idle.clear()
        batches: list[PartitionBatch] = []
        while self._waiting and limit > 0:
            tp = next(iter(self._waiting))
            waiting = self._waiting.pop(tp)
            while waiting and limit > 0:
                batch = waiting.popleft()
                if batch.count > limit:
                    batch, remainder = batch.split(limit)
                    waiting.appendleft(remainder)
                batches.append((tp, batch))
                limit -= batch.count
            if waiting:
                self._waiting[tp] = waiting  # behind the other partitions
        self._busy = batches
        return batches

    def release(self, batches: Iterable[PartitionBatch]) -> None:
        """The round of these batches is over."""
        self._busy = []
        for _, batch in batches:
            self._count -= batch.count
            self._bytes -= batch.size
        self.idle.set()
        if self._count < HIGH // 2 and self._bytes < HIGH_BYTES // 2:
            self.has_room.set()

    async def drain(self) -> None:
        """Drop what waits, and wait for the round that is running."""
        self._waiting.clear()
        self.has_room.set()
        await self.idle.wait()
        self._count, self._bytes = 0, 0
