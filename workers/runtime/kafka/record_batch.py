"""The record batches of a partition as the broker sent them, decoded only when they are processed.

aiokafka makes an object of every record as soon as it arrives; those are most of the memory of a backlog,
and out of the caches when they are processed. `patch_fetcher` makes a fetcher hand over bytes instead.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Set
from typing import Any, Self

import aiokafka.consumer.fetcher as fetching
from aiokafka.errors import CorruptRecordException
from aiokafka.record.control_record import ABORT_MARKER, ControlRecord
from aiokafka.record.memory_records import MemoryRecords

from workers.runtime.kafka.escaping_batch import RetainedRecords, escaped_records, read_any_header_name
from workers.runtime.kafka.records import FetchedRecord

Transaction = tuple[int, int]  # the producer's id, and the first offset


class RecordBatch:
    """The records from `offset` on of some fetched bytes; every iteration decodes them again.

    `last` is the last offset that is covered, `count` how many offsets that are (fewer records where the
    topic was compacted), `size` the bytes they take, `at` when the first was written, in epoch milliseconds.
    `aborted` are the first offsets of the batches of aborted transactions, which are left out.
    Raises CorruptRecordException.
    """

    __slots__ = ("_aborted", "_data", "at", "last", "offset", "size")

    def __init__(
        self, data: bytes, offset: int, last: int, at: int, size: int, aborted: frozenset[int] = frozenset()
    ) -> None:
        self._data = data
        self._aborted = aborted
        self.offset = offset
        self.last = last
        self.at = at
        self.size = size

    @classmethod
    def fetched(
        cls, data: bytes, offset: int, check: bool = True, transactions: Iterable[Transaction] = ()
    ) -> Self:
        """The records of fetched bytes from an offset on; `check`: verify the checksums.

        `transactions` are the aborted ones that the broker named with the bytes.
        """
        aborted = aborted_batches(data, transactions)
        records = cls(data, offset, offset - 1, 0, len(data), aborted)
        for batch in _batches(data):
            if check and not batch.validate_crc():
                raise CorruptRecordException(f"wrong checksum in the batch at offset {batch.base_offset}")
            records.last = batch.next_offset - 1
            records.at = records.at or batch.first_timestamp
        return records

    def split(self, count: int) -> tuple[Self, Self]:
        """The first `count` offsets, and the remainder."""
        kind, middle, size = type(self), self.offset + count, self.size * count // self.count
        first = kind(self._data, self.offset, middle - 1, self.at, size, self._aborted)
        return first, kind(self._data, middle, self.last, self.at, self.size - size, self._aborted)

    @property
    def count(self) -> int:
        """How many offsets are covered."""
        return self.last - self.offset + 1

    def __iter__(self) -> Iterator[FetchedRecord]:
        first, last = self.offset, self.last
        for batch in _batches(self._data):
            if batch.is_control_batch or batch.next_offset <= first or batch.base_offset in self._aborted:
                continue
            behind = first - 1  # a compressed batch comes whole
            try:
                for record in batch:
                    if record.offset > last:
                        return
                    if record.offset >= first:
                        behind = record.offset
                        yield record
            except UnicodeDecodeError:
                for record in escaped_records(self._data, batch.base_offset, behind):
                    if record.offset > last:
                        return
                    yield record


def _batches(data: bytes) -> Iterator[Any]:
    records = MemoryRecords(data)
    while records.has_next():
        yield records.next_batch()


def aborted_batches(data: bytes, transactions: Iterable[Transaction]) -> frozenset[int]:
    """The first offsets of the batches, among fetched bytes, that belong to aborted transactions.

    A transaction is of one producer, from its first offset to the marker that ends it.
    """
    waiting = deque(sorted(transactions, key=lambda transaction: transaction[1]))
    aborted: set[int] = set()
    producers: set[int] = set()
    for batch in _batches(data) if waiting else ():
        while waiting and waiting[0][1] <= batch.base_offset:
            producers.add(waiting.popleft()[0])
        if batch.is_control_batch:
            if any(ControlRecord.parse(record.key) == ABORT_MARKER for record in batch):
                producers.discard(batch.producer_id)
        elif batch.is_transactional and batch.producer_id in producers:
            aborted.add(batch.base_offset)
    return frozenset(aborted)


def patch_fetcher(fetcher: Any, topics: Set[str]) -> None:
    """Make a fetcher of aiokafka give, for these topics, one RecordBatch per fetch instead of records.

    `RetainedRecords` replaces aiokafka's own reader in the whole process, see `read_any_header_name`.
    """
    read_any_header_name()
    fetch = fetcher._proc_fetch_request

    async def fetch_batches(assignment: Any, node: int, request: Any) -> Any:
        has_data = await fetch(assignment, node, request)
        for topic, partitions in request.topics:
            for partition, *_ in partitions if topic in topics else ():
                fetched = fetcher._records.get(fetching.TopicPartition(topic, partition))
                if isinstance(fetched, fetching.FetchResult) and fetched.has_more():
                    _give_whole(fetched._partition_records)
        return has_data

    fetcher._proc_fetch_request = fetch_batches


def _give_whole(records: Any) -> None:
    """Make the iterator of a fetch, which was not used yet, give all of its bytes at once."""

    def whole() -> Iterator[RecordBatch]:
        batch = RecordBatch.fetched(
            records._records.data,
            records.next_fetch_offset,
            records._check_crcs,
            records._aborted_transactions if records._isolation_level == fetching.READ_COMMITTED else (),
        )
        records.next_fetch_offset = batch.last + 1
        yield batch

    if isinstance(records._records, RetainedRecords):
        records._records_iterator = whole()
