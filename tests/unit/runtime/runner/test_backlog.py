"""Which batches wait for a round, and in which order they are taken."""

import asyncio
from typing import Any

import pytest
from faust.types import TP

from tests.unit.runtime.kafka.test_record_batch import batch
from workers.runtime.kafka.record_batch import RecordBatch
from workers.runtime.runner import backlog as backlog_module
from workers.runtime.runner.backlog import Backlog

ONE, TWO = TP("inbox", 1), TP("inbox", 2)


def fetched(first: int, count: int) -> RecordBatch:
    """A batch of `count` records from an offset on."""
    return RecordBatch.fetched(batch(first, *range(first, first + count)), first)


def taken(batches: list[Any]) -> list[tuple[int, int, int]]:
    """Partition, first and last offset of each batch."""
    return [(tp.partition, record_batch.offset, record_batch.last) for tp, record_batch in batches]


async def test_a_round_takes_one_partition_first_and_its_remainder_queues_behind_the_others() -> None:
    """A partition's records are in their order; a batch is split where the round is full."""
    backlog = Backlog()
    backlog.add(ONE, [fetched(0, 3), fetched(3, 3)])
    backlog.add(TWO, [fetched(10, 2)])
    backlog.add(ONE, [fetched(6, 1)])
    assert not backlog.is_empty
    assert taken(await backlog.take(4)) == [(1, 0, 2), (1, 3, 3)]
    assert taken(await backlog.take(3)) == [(2, 10, 11), (1, 4, 4)]
    assert taken(await backlog.take(9)) == [(1, 5, 5), (1, 6, 6)]
    assert backlog.is_empty


async def test_take_waits_for_records() -> None:
    """Meanwhile the backlog is idle."""
    backlog = Backlog()
    taking = asyncio.ensure_future(backlog.take(5))
    await asyncio.sleep(0)
    assert not taking.done()
    assert backlog.idle.is_set()
    backlog.add(ONE, [fetched(0, 1)])
    assert taken(await taking) == [(1, 0, 0)]
    assert not backlog.idle.is_set()


@pytest.mark.parametrize("bound", ["HIGH", "HIGH_BYTES"])
async def test_above_a_bound_there_is_no_room_until_half_of_it_is_released(
    monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """Records and bytes are bounded, each on its own; a split batch counts once."""
    record = fetched(0, 1)
    monkeypatch.setattr(backlog_module, bound, 8 if bound == "HIGH" else 8 * record.size)
    backlog = Backlog()
    for offset in range(9):
        assert backlog.has_room.is_set()
        backlog.add(ONE, [fetched(offset, 1)])
    assert not backlog.has_room.is_set()
    for _ in range(5):
        assert not backlog.has_room.is_set()
        backlog.release(await backlog.take(1))
    backlog.release(await backlog.take(1))
    assert backlog.has_room.is_set()


async def test_drain_drops_waiting_batches_and_waits_for_the_running_round() -> None:
    """As for a rebalance: dropped records are fetched again."""
    backlog = Backlog()
    backlog.add(ONE, [fetched(0, 4)])
    busy = await backlog.take(2)
    draining = asyncio.ensure_future(backlog.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    backlog.release(busy)
    await draining
    backlog.add(TWO, [fetched(7, 1)])
    assert taken(await backlog.take(9)) == [(2, 7, 7)]
