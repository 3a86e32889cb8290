"""The table store under Faust: what a rebalance and a recovery leave in it."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.runner.store import PartitionStore

TOPIC = "people-people-changelog"


class Recovery:
    """Faust's, as far as the store knows it."""

    def __init__(self) -> None:
        self.signal_recovery_start = asyncio.Event()
        self.active_offsets: dict[TP, int] = {}

    def revoke(self, tp: TP) -> None:
        """Forget how far a partition was read."""
        self.active_offsets.pop(tp, None)


class Case:
    """A store, its recovery, and how often it was said to be complete."""

    def __init__(self) -> None:
        self.recovery = Recovery()
        self.ready = 0
        app: Any = SimpleNamespace(tables=SimpleNamespace(recovery=self.recovery))
        table = SimpleNamespace(changelog_topic_name=TOPIC, name="people")
        self.store = PartitionStore("memory://", app, table, on_ready=self.is_ready)

    def is_ready(self) -> None:
        """Count."""
        self.ready += 1

    def read(self, number: int, *keys: bytes, generation: int = 1) -> None:
        """Read records of a changelog's partition."""
        headers = (fencing_header(number, generation, 0),)
        records: Any = [SimpleNamespace(key=key, value=b"state", headers=headers) for key in keys]
        self.store.apply(number, records)
        self.recovery.active_offsets[TP(TOPIC, number)] = len(keys) - 1


@pytest.fixture
async def case() -> Case:
    """Within an event loop, as a service of Faust wants it."""
    return Case()


async def test_a_recovery_that_was_cut_short_is_not_complete(case: Case) -> None:
    """Else a generation began in its middle, and the rest of the records were a replaced worker's."""
    tps = {TP(TOPIC, 0), TP(TOPIC, 1)}
    case.read(0, b"a", generation=7)
    case.recovery.signal_recovery_start.set()  # the next rebalance
    await case.store.on_recovery_completed(tps, set())
    assert case.ready == 0

    case.recovery.signal_recovery_start.clear()
    case.read(0, b"b", generation=7)
    await case.store.on_recovery_completed(tps, set())
    assert case.ready == 1
    assert case.store.partition(0) == {b"a": b"state", b"b": b"state"}
    assert case.store.replaced == {}


async def test_a_partition_that_left_is_forgotten_with_its_offset(case: Case) -> None:
    """And what stays is kept as it is."""
    for number in (0, 1):
        case.read(number, b"a")
    await case.store.on_rebalance({TP(TOPIC, 1)}, {TP(TOPIC, 0), TP("inbox", 1)}, set())
    assert case.store.partitions == {1: {b"a": b"state"}}
    assert case.store.generations.keys() == {1}
    assert case.recovery.active_offsets == {TP(TOPIC, 1): 0}


async def test_a_partition_that_comes_is_read_from_its_beginning(case: Case) -> None:
    """Whatever was left of an earlier ownership would hide what others have written since."""
    case.read(0, b"old", generation=9)
    await case.store.on_rebalance({TP(TOPIC, 0)}, set(), {TP(TOPIC, 0)})
    assert (case.store.partitions, case.store.generations, case.recovery.active_offsets) == ({}, {}, {})


async def test_what_was_read_of_a_partition_that_is_not_active_in_the_end_is_forgotten(case: Case) -> None:
    """Keys to be repaired too: without the states behind them, their repair would delete another's."""
    case.read(0, b"a", generation=9)
    case.read(1, b"b", generation=9)
    case.read(1, b"b", generation=8)
    assert case.store.replaced == {1: {b"b"}}
    await case.store.on_recovery_completed({TP(TOPIC, 0)}, set())
    assert case.store.partitions == {0: {b"a": b"state"}}
    assert case.store.generations == {0: 9}
    assert case.store.replaced == {}
