"""Fetched batches stay encoded: on aiokafka's own batches, record iterators and fetch results."""

import asyncio
from types import SimpleNamespace
from typing import Any

import aiokafka.consumer.fetcher as fetching
import kafka.record.memory_records as memory_records
import pytest
from aiokafka.codec import zstd_decode, zstd_encode
from aiokafka.consumer.fetcher import READ_COMMITTED, READ_UNCOMMITTED, FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.structs import TopicPartition

from workers.runtime.kafka.escaping_batch import RetainedRecords, read_any_header_name
from workers.runtime.kafka.record_batch import RecordBatch, _give_whole, patch_fetcher

ZSTD, CONTROL = 4, 0x20
INBOX, CHANGELOG = TopicPartition("inbox", 0), TopicPartition("changelog", 0)


def batch(first: int, *offsets: int, codec: int = ZSTD) -> bytes:
    """A record batch as a broker stores it, from offset `first`; gaps are offsets removed by compaction."""
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, 0, 100_000)
    for offset in offsets:
        builder.append(
            offset - first, 1_000 + offset, b"key%d" % offset, b"value", [("name", b"%d" % offset)]
        )
    return first.to_bytes(8, "big") + bytes(builder.build())[8:]


def as_control_batch(data: bytes) -> bytes:
    """The same batch as a control batch, such as the end of a transaction."""
    changed = bytearray(data)
    changed[21:23] = (int.from_bytes(data[21:23], "big") | CONTROL).to_bytes(2, "big")
    return bytes(changed)


def with_odd_names(codec: int) -> bytes:
    """Three records from offset 5 on; the second has a header whose name is no UTF-8. And one more batch."""
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, 0, 100_000)
    for number, name in enumerate(["good", "??", "good"]):
        builder.append(number, 1_000, b"k", b"v", [(name, None)])
    plain = bytes(builder.build())
    if codec == 0:
        plain = plain.replace(b"??", b"\xff\xfe")
    else:
        packed = zstd_encode(zstd_decode(plain[61:]).replace(b"??", b"\xff\xfe"))
        plain = plain[:8] + (49 + len(packed)).to_bytes(4, "big") + plain[12:61] + packed
    return (5).to_bytes(8, "big") + plain[8:] + batch(8, 8)


def offsets(fetched: RecordBatch) -> list[int]:
    """The offsets of the decoded records."""
    return [record.offset for record in fetched]


@pytest.mark.parametrize("codec", [0, ZSTD])
def test_a_batch_can_be_iterated_any_number_of_times(codec: int) -> None:
    """Each time with keys, values, headers and timestamps, also after an iteration that ended early."""
    fetched = RecordBatch.fetched(batch(5, 5, 6, 7, codec=codec) + batch(8, 8, codec=codec), 5)
    next(iter(fetched))
    assert offsets(fetched) == offsets(fetched) == [5, 6, 7, 8]
    last = list(fetched)[-1]
    assert (last.key, last.value, last.timestamp, list(last.headers)) == (
        b"key8",
        b"value",
        1_008,
        [("name", b"8")],
    )
    assert (fetched.offset, fetched.last, fetched.count, fetched.at) == (5, 8, 4, 1_005)


def test_a_batch_fetched_from_its_middle_begins_at_the_fetch_offset() -> None:
    """The broker sends whole batches."""
    fetched = RecordBatch.fetched(batch(5, 5, 6, 7), 6)
    assert (offsets(fetched), fetched.count) == ([6, 7], 2)


def test_offsets_removed_by_compaction_count_as_fetched() -> None:
    """The next fetch begins after the last offset of the batch, whose record may be deleted."""
    fetched = RecordBatch.fetched(batch(5, 5, 9), 5)
    assert (offsets(fetched), fetched.last, fetched.count) == ([5, 9], 9, 5)


def test_split_gives_every_record_once() -> None:
    """Within a batch, or between two."""
    fetched = RecordBatch.fetched(batch(5, 5, 6, 7) + batch(8, 8, 9), 5)
    for count in range(1, 5):
        first, remainder = fetched.split(count)
        assert (first.count, remainder.count) == (count, 5 - count)
        assert offsets(first) + offsets(remainder) == [5, 6, 7, 8, 9]
        assert remainder.offset == first.last + 1 == 5 + count


def test_control_batches_are_skipped() -> None:
    """They hold no data records, but their offsets count as read."""
    fetched = RecordBatch.fetched(batch(5, 5) + as_control_batch(batch(6, 6)) + batch(7, 7), 5, check=False)
    assert (offsets(fetched), fetched.last) == ([5, 7], 7)


def test_an_incomplete_batch_is_left_for_the_next_fetch() -> None:
    """A broker fills its response up to the limit and truncates the last batch."""
    fetched = RecordBatch.fetched(batch(5, 5) + batch(6, 6)[:-3], 5)
    assert (offsets(fetched), fetched.last) == ([5], 5)


def test_damaged_bytes_are_refused() -> None:
    """One wrong byte in the records raises CorruptRecordException."""
    data = bytearray(batch(5, 5))
    data[-1] ^= 1
    with pytest.raises(CorruptRecordException, match="offset 5"):
        RecordBatch.fetched(bytes(data), 5)


class FakeFetcher:
    """A fetcher whose requests all return the same bytes for the requested partitions."""

    def __init__(self, data: bytes) -> None:
        self._records: dict[TopicPartition, Any] = {}
        self._data = data
        self.positions = {INBOX: 5, CHANGELOG: 5}

    def state_value(self, tp: TopicPartition) -> Any:
        """The position of a partition."""
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


def test_a_patched_fetcher_returns_whole_batches_of_the_given_topics() -> None:
    """The position moves after the batch; records of other topics are returned one by one."""
    fetcher = FakeFetcher(batch(5, 5, 6, 7))
    patch_fetcher(fetcher, {"inbox"})
    request = SimpleNamespace(topics=[("inbox", [(0, 5, 0)]), ("changelog", [(0, 5, 0)])])
    assert asyncio.run(fetcher._proc_fetch_request(fetcher, 0, request))
    (fetched,) = fetcher._records[INBOX].getall(2)
    assert (offsets(fetched), fetcher.positions[INBOX]) == ([5, 6, 7], 8)
    assert [record.offset for record in fetcher._records[CHANGELOG].getall(2)] == [5, 6]
    assert fetcher.positions[CHANGELOG] == 7


TRANSACTIONAL = 0x10
ABORT, COMMIT = b"\x00\x00\x00\x00", b"\x00\x00\x00\x01"


def in_transaction(producer: int, first: int, *offsets: int, marker: bytes = b"") -> bytes:
    """A batch of a transaction, or with `marker` the control batch that ends it."""
    builder = DefaultRecordBatchBuilder(2, 0, 1, producer, 0, 0, 100_000)
    for offset in offsets:
        builder.append(offset - first, 1_000, marker or b"key", b"value", [])
    data = first.to_bytes(8, "big") + bytes(builder.build())[8:]
    return as_control_batch(data) if marker else data


@pytest.mark.parametrize("split", range(1, 9))
def test_aborted_transactions_are_left_out(split: int) -> None:
    """Each from its first offset to its marker, of its producer alone; also in both parts of a split."""
    data = (
        in_transaction(1, 0, 0, 1)
        + in_transaction(2, 2, 2)
        + in_transaction(1, 3, 3, marker=ABORT)
        + in_transaction(1, 4, 4)
        + in_transaction(2, 5, 5, marker=COMMIT)
        + in_transaction(1, 6, 6, marker=COMMIT)
        + batch(7, 7)
        + in_transaction(2, 8, 8)
    )
    fetched = RecordBatch.fetched(data, 0, check=False, transactions=[(2, 8), (1, 0)])

    assert offsets(fetched) == [2, 4, 7]
    assert [offset for part in fetched.split(split) for offset in offsets(part)] == [2, 4, 7]
    assert (fetched.last, fetched.count) == (8, 9)


def test_a_fetcher_hands_over_which_transactions_were_aborted() -> None:
    """As the broker named them; a reader of everything gets all records."""
    data = in_transaction(1, 0, 0, 1) + in_transaction(1, 2, 2, marker=ABORT) + batch(3, 3)
    for level, expected in ((READ_COMMITTED, [3]), (READ_UNCOMMITTED, [0, 1, 3])):
        records = PartitionRecords(INBOX, RetainedRecords(data), [(1, 0)], 0, None, None, False, level)
        _give_whole(records)

        (whole,) = list(records)
        assert offsets(whole) == expected
        assert records.next_fetch_offset == 4


@pytest.mark.parametrize("codec", [0, ZSTD])
@pytest.mark.parametrize("first", [5, 6, 7])
def test_a_header_whose_name_is_no_text_is_read_with_the_name_escaped(codec: int, first: int) -> None:
    """aiokafka raises on it; every record of the batch is read once, and those of the next one."""
    data = with_odd_names(codec)
    fetched = RecordBatch.fetched(data, first, check=False)

    assert offsets(fetched) == [*range(first, 9)]
    names = {record.offset: record.headers[0][0] for record in fetched}
    assert names.get(6, "\\xff\\xfe") == "\\xff\\xfe"
    assert offsets(fetched.split(2)[0]) == [first, first + 1]


@pytest.mark.parametrize("codec", [0, ZSTD])
def test_other_consumers_of_both_clients_read_such_names_too(
    codec: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that read record by record: recoveries, the watermark service, serve, capture, commands."""
    monkeypatch.setattr(fetching, "MemoryRecords", fetching.MemoryRecords)
    monkeypatch.setattr(memory_records, "DefaultRecordBatch", memory_records.DefaultRecordBatch)
    read_any_header_name()
    data = with_odd_names(codec)
    of_aiokafka = PartitionRecords(
        INBOX, fetching.MemoryRecords(data), [], 5, None, None, False, READ_COMMITTED
    )
    of_kafka_python = [each for part in memory_records.MemoryRecords(data) for each in part]
    for records in (list(of_aiokafka), of_kafka_python):
        assert [record.offset for record in records] == [5, 6, 7, 8]
        assert [record.headers[0][0] for record in records] == ["good", "\\xff\\xfe", "good", "name"]
        assert [record.value for record in records] == [b"v", b"v", b"v", b"value"]
