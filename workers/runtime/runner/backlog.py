"""What was fetched and waits for a round: by partition, bounded, and taken one partition after the other."""

import asyncio
from collections import deque
from collections.abc import Iterable

from faust.types import TP

from workers.runtime.kafka.record_batch import RecordBatch

HIGH, HIGH_BYTES = 200_000, 48_000_000  # above, fetching pauses; below half of it, it goes on
Batch = tuple[TP, RecordBatch]


class Backlog:
    """Fetched records that wait or are busy. While `room` is not set, no more should be added."""

    def __init__(self) -> None:
        self._waiting: dict[TP, deque[RecordBatch]] = {}
        self._count, self._bytes = 0, 0
        self._arrived, self.idle, self.room = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.idle.set()
        self.room.set()

    def add(self, tp: TP, fetched: Iterable[RecordBatch]) -> None:
        """Let records of a partition wait, behind those that do."""
        for packed in fetched:
            self._waiting.setdefault(tp, deque()).append(packed)
            self._count += packed.count
            self._bytes += packed.size
        self._arrived.set()
        if self._count > HIGH or self._bytes > HIGH_BYTES:
            self.room.clear()

    async def take(self, most: int) -> list[Batch]:
        """Wait for records, then give some, `most` at most; they are busy until `done`.

        One partition after the other: the more of its records are in a round, the more concern one key.
        """
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        self.idle.clear()
        batches: list[Batch] = []
        while self._waiting and most > 0:
            tp = next(iter(self._waiting))
            waiting = self._waiting.pop(tp)
            while waiting and most > 0:
                packed = waiting.popleft()
                if packed.count > most:
                    packed, rest = packed.split(most)
                    waiting.appendleft(rest)
                batches.append((tp, packed))
                most -= packed.count
            if waiting:
                self._waiting[tp] = waiting  # behind the other partitions
        return batches

    def done(self, batches: Iterable[Batch]) -> None:
        """What was taken is busy no more."""
        for _, packed in batches:
            self._count -= packed.count
            self._bytes -= packed.size
        self.idle.set()
        if self._count < HIGH // 2 and self._bytes < HIGH_BYTES // 2:
            self.room.set()

    async def empty(self) -> None:
        """Forget what waits, and wait for what is busy."""
        self._waiting.clear()
        self.room.set()
        await self.idle.wait()
        self._count, self._bytes = 0, 0
