"""What waits for a round, and in which order it is taken."""

import asyncio
from typing import Any

import pytest
from faust.types import TP

from tests.unit.runtime.kafka.test_record_batch import batch
from workers.runtime.kafka.record_batch import RecordBatch
from workers.runtime.runner import backlog as faust_backlog
from workers.runtime.runner.backlog import Backlog

ONE, TWO = TP("inbox", 1), TP("inbox", 2)


def fetched(first: int, count: int) -> RecordBatch:
    """So many records from an offset on."""
    return RecordBatch.fetched(batch(first, *range(first, first + count)), first)


def taken(batches: list[Any]) -> list[tuple[int, int, int]]:
    """Partition, first and last offset of each batch."""
    return [(tp.partition, packed.offset, packed.last) for tp, packed in batches]


async def test_a_round_is_filled_from_one_partition_and_what_is_left_goes_behind_the_others() -> None:
    """All of a partition's records come in their order, cut where the round is full."""
    waits = Backlog()
    waits.add(ONE, [fetched(0, 3), fetched(3, 3)])
    waits.add(TWO, [fetched(10, 2)])
    waits.add(ONE, [fetched(6, 1)])
    assert taken(await waits.take(4)) == [(1, 0, 2), (1, 3, 3)]
    assert taken(await waits.take(3)) == [(2, 10, 11), (1, 4, 4)]
    assert taken(await waits.take(9)) == [(1, 5, 5), (1, 6, 6)]


async def test_taking_waits_for_what_arrives() -> None:
    """Nothing is busy meanwhile."""
    waits = Backlog()
    taking = asyncio.ensure_future(waits.take(5))
    await asyncio.sleep(0)
    assert not taking.done()
    assert waits.idle.is_set()
    waits.add(ONE, [fetched(0, 1)])
    assert taken(await taking) == [(1, 0, 0)]
    assert not waits.idle.is_set()


@pytest.mark.parametrize("bound", ["HIGH", "HIGH_BYTES"])
async def test_too_much_leaves_no_room_until_half_of_it_is_done(
    monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """Records and bytes are bounded, each on its own; a cut batch counts once."""
    record = fetched(0, 1)
    monkeypatch.setattr(faust_backlog, bound, 8 if bound == "HIGH" else 8 * record.size)
    waits = Backlog()
    for offset in range(9):
        assert waits.has_room.is_set()
        waits.add(ONE, [fetched(offset, 1)])
    assert not waits.has_room.is_set()
    for _ in range(5):
        assert not waits.has_room.is_set()
        waits.release(await waits.take(1))
    waits.release(await waits.take(1))
    assert waits.has_room.is_set()


async def test_emptying_forgets_what_waits_once_nothing_is_busy() -> None:
    """A rebalance: what comes next is fetched again."""
    waits = Backlog()
    waits.add(ONE, [fetched(0, 4)])
    busy = await waits.take(2)
    emptying = asyncio.ensure_future(waits.drain())
    await asyncio.sleep(0)
    assert not emptying.done()
    waits.release(busy)
    await emptying
    waits.add(TWO, [fetched(7, 1)])
    assert taken(await waits.take(9)) == [(2, 7, 7)]
