"""What a fetch brought, kept packed: aiokafka's own batches, record iterators and fetch results."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.consumer.fetcher import FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.structs import TopicPartition

from workers.runtime.kafka.record_batch import RecordBatch, RetainedRecords, patch_fetcher

ZSTD, CONTROL = 4, 0x20
INBOX, CHANGELOG = TopicPartition("inbox", 0), TopicPartition("changelog", 0)


def batch(first: int, *offsets: int, codec: int = ZSTD) -> bytes:
    """A record batch as a broker keeps it, from offset `first`; gaps are what compaction has taken out."""
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, 0, 100_000)
    for offset in offsets:
        builder.append(
            offset - first, 1_000 + offset, b"key%d" % offset, b"value", [("name", b"%d" % offset)]
        )
    return first.to_bytes(8, "big") + bytes(builder.build())[8:]


def marked(data: bytes) -> bytes:
    """The same batch as a control batch, such as the end of a transaction."""
    changed = bytearray(data)
    changed[21:23] = (int.from_bytes(data[21:23], "big") | CONTROL).to_bytes(2, "big")
    return bytes(changed)


def offsets(packed: RecordBatch) -> list[int]:
    """The offsets of the records, unpacked."""
    return [record.offset for record in packed]


@pytest.mark.parametrize("codec", [0, ZSTD])
def test_records_are_unpacked_as_often_as_they_are_wanted(codec: int) -> None:
    """Each time with keys, values, headers and times, also after a reading that was broken off."""
    packed = RecordBatch.fetched(batch(5, 5, 6, 7, codec=codec) + batch(8, 8, codec=codec), 5)
    next(iter(packed))
    assert offsets(packed) == offsets(packed) == [5, 6, 7, 8]
    last = list(packed)[-1]
    assert (last.key, last.value, last.timestamp, list(last.headers)) == (
        b"key8",
        b"value",
        1_008,
        [("name", b"8")],
    )
    assert (packed.offset, packed.last, packed.count, packed.at) == (5, 8, 4, 1_005)


def test_a_batch_from_whose_middle_was_fetched_begins_there() -> None:
    """The broker sends whole batches."""
    packed = RecordBatch.fetched(batch(5, 5, 6, 7), 6)
    assert (offsets(packed), packed.count) == ([6, 7], 2)


def test_what_compaction_took_out_is_covered() -> None:
    """The next fetch begins behind the last offset of the batch, of which the record may be gone."""
    packed = RecordBatch.fetched(batch(5, 5, 9), 5)
    assert (offsets(packed), packed.last, packed.count) == ([5, 9], 9, 5)


def test_what_is_cut_is_all_there_once() -> None:
    """In the middle of a batch, or between two."""
    packed = RecordBatch.fetched(batch(5, 5, 6, 7) + batch(8, 8, 9), 5)
    for count in range(1, 5):
        first, rest = packed.split(count)
        assert (first.count, rest.count) == (count, 5 - count)
        assert offsets(first) + offsets(rest) == [5, 6, 7, 8, 9]
        assert rest.offset == first.last + 1 == 5 + count


def test_control_batches_are_passed_over() -> None:
    """They hold no records of anybody's, but offsets."""
    packed = RecordBatch.fetched(batch(5, 5) + marked(batch(6, 6)) + batch(7, 7), 5, check=False)
    assert (offsets(packed), packed.last) == ([5, 7], 7)


def test_a_batch_that_was_cut_off_is_left_for_the_next_fetch() -> None:
    """A broker fills its answer up to the limit."""
    packed = RecordBatch.fetched(batch(5, 5) + batch(6, 6)[:-3], 5)
    assert (offsets(packed), packed.last) == ([5], 5)


def test_damaged_bytes_are_refused() -> None:
    """One wrong byte in the records."""
    data = bytearray(batch(5, 5))
    data[-1] ^= 1
    with pytest.raises(CorruptRecordException, match="offset 5"):
        RecordBatch.fetched(bytes(data), 5)


class Answering:
    """A fetcher to which every request brings the same bytes for the partitions asked for."""

    def __init__(self, data: bytes) -> None:
        self._records: dict[TopicPartition, Any] = {}
        self._data = data
        self.positions = {INBOX: 5, CHANGELOG: 5}

    def state_value(self, tp: TopicPartition) -> Any:
        """Where a partition's reader is."""
        return SimpleNamespace(
            paused=False,
            position=self.positions[tp],
            consumed_to=lambda offset: self.positions.__setitem__(tp, offset),
        )

    active = True

    async def _proc_fetch_request(self, assignment: Any, node: int, request: Any) -> bool:
        for topic, partitions in request.topics:
            for number, offset, _ in partitions:
                tp = TopicPartition(topic, number)
                records = PartitionRecords(tp, RetainedRecords(self._data), [], offset, None, None, True, 0)
                self._records[tp] = FetchResult(tp, assignment=self, partition_records=records, backoff=0)
        return True


def test_a_fetcher_gives_packed_records_for_the_topics_that_want_them() -> None:
    """And moves on behind them; records of other topics come one by one."""
    fetcher = Answering(batch(5, 5, 6, 7))
    patch_fetcher(fetcher, {"inbox"})
    request = SimpleNamespace(topics=[("inbox", [(0, 5, 0)]), ("changelog", [(0, 5, 0)])])
    assert asyncio.run(fetcher._proc_fetch_request(fetcher, 0, request))
    (packed,) = fetcher._records[INBOX].getall(2)
    assert (offsets(packed), fetcher.positions[INBOX]) == ([5, 6, 7], 8)
    assert [record.offset for record in fetcher._records[CHANGELOG].getall(2)] == [5, 6]
    assert fetcher.positions[CHANGELOG] == 7
