"""What a fetch brought of a partition, kept as the broker sent it, and unpacked where and when it is used.

aiokafka makes an object of its own of every record as soon as it arrives; those are most of the memory of a
backlog, and cold when their turn comes. `pack` makes a fetcher hand over the bytes instead.
"""

from collections.abc import Iterator, Set
from typing import Any, Self

import aiokafka.consumer.fetcher as fetching
from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords

from workers.runtime.kafka.records import FetchedRecord


class RetainedRecords(MemoryRecords):  # type: ignore[misc]
    """aiokafka's reader of fetched bytes, which remembers them."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.data = data


class RecordBatch:
    """The records from `offset` on of some fetched bytes; iterating unpacks them, again each time.

    `last` is the last offset that is covered, `count` how many offsets that are (fewer records where the
    topic was compacted), `size` the bytes they take, `at` when the first was written, in epoch milliseconds.
    Raises CorruptRecordException.
    """

    __slots__ = ("_data", "at", "last", "offset", "size")

    def __init__(self, data: bytes, offset: int, last: int, at: int, size: int) -> None:
        self._data, self.offset, self.last, self.at, self.size = data, offset, last, at, size

    @classmethod
    def fetched(cls, data: bytes, offset: int, check: bool = True) -> Self:
        """What was fetched from an offset on; `check`: look at the checksums."""
        found = cls(data, offset, offset - 1, 0, len(data))
        for batch in _batches(data):
            if check and not batch.validate_crc():
                raise CorruptRecordException(f"wrong checksum in the batch at offset {batch.base_offset}")
            found.last, found.at = batch.next_offset - 1, found.at or batch.first_timestamp
        return found

    def split(self, count: int) -> tuple[Self, Self]:
        """The first so many offsets, and the rest."""
        kind, middle, size = type(self), self.offset + count, self.size * count // self.count
        first = kind(self._data, self.offset, middle - 1, self.at, size)
        return first, kind(self._data, middle, self.last, self.at, self.size - size)

    @property
    def count(self) -> int:
        """How many offsets are covered."""
        return self.last - self.offset + 1

    def __iter__(self) -> Iterator[FetchedRecord]:
        first, last = self.offset, self.last
        for batch in _batches(self._data):
            if batch.is_control_batch or batch.next_offset <= first:
                continue
            for record in batch:
                if record.offset > last:
                    return
                if record.offset >= first:  # a compressed batch comes whole
                    yield record


def _batches(data: bytes) -> Iterator[Any]:
    records = MemoryRecords(data)
    while records.has_next():
        yield records.next_batch()


def pack(fetcher: Any, topics: Set[str]) -> None:
    """Make a fetcher of aiokafka give, for these topics, one Packed per fetch in the place of records."""
    fetching.MemoryRecords = RetainedRecords
    fetch = fetcher._proc_fetch_request

    async def packing(assignment: Any, node: int, request: Any) -> Any:
        woken = await fetch(assignment, node, request)
        for topic, partitions in request.topics:
            for partition, *_ in partitions if topic in topics else ():
                found = fetcher._records.get(fetching.TopicPartition(topic, partition))
                if isinstance(found, fetching.FetchResult) and found.has_more():
                    _whole(found._partition_records)
        return woken

    fetcher._proc_fetch_request = packing


def _whole(records: Any) -> None:
    """Let a fetch's iterator give all of its bytes at once; it has not been used yet."""

    def one() -> Iterator[RecordBatch]:
        packed = RecordBatch.fetched(records._records.data, records.next_fetch_offset, records._check_crcs)
        records.next_fetch_offset = packed.last + 1
        yield packed

    if isinstance(records._records, RetainedRecords):
        records._records_iterator = one()
