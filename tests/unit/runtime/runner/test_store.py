"""The table store under Faust: its content after a rebalance and after a recovery."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.runner.store import PartitionStore

TOPIC = "people-people-changelog"


class Recovery:
    """Stands in for Faust's Recovery: the attributes that the store uses."""

    def __init__(self) -> None:
        self.signal_recovery_start = asyncio.Event()
        self.active_offsets: dict[TP, int] = {}

    def revoke(self, tp: TP) -> None:
        """Drop the offset up to which a partition was read."""
        self.active_offsets.pop(tp, None)


class Case:
    """A store, its recovery, and how often `on_ready` was called."""

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
        """Apply records of a changelog's partition."""
        headers = (fencing_header(number, generation, 0),)
        records: Any = [SimpleNamespace(key=key, value=b"state", headers=headers) for key in keys]
        self.store.apply(number, records)
        self.recovery.active_offsets[TP(TOPIC, number)] = len(keys) - 1


@pytest.fixture
async def case() -> Case:
    """Within an event loop, which a service of Faust needs."""
    return Case()


async def test_an_interrupted_recovery_is_not_complete(case: Case) -> None:
    """Else a new generation would begin midway, and later records would be taken for a replaced worker's."""
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


async def test_a_revoked_partition_is_dropped_with_its_offset(case: Case) -> None:
    """Other partitions are not changed."""
    for number in (0, 1):
        case.read(number, b"a")
    await case.store.on_rebalance({TP(TOPIC, 1)}, {TP(TOPIC, 0), TP("inbox", 1)}, set())
    assert case.store.partitions == {1: {b"a": b"state"}}
    assert case.store.generations.keys() == {1}
    assert case.recovery.active_offsets == {TP(TOPIC, 1): 0}


async def test_an_assigned_partition_is_read_from_its_beginning(case: Case) -> None:
    """States of an earlier ownership would hide what other workers have written since."""
    case.read(0, b"old", generation=9)
    await case.store.on_rebalance({TP(TOPIC, 0)}, set(), {TP(TOPIC, 0)})
    assert (case.store.partitions, case.store.generations, case.recovery.active_offsets) == ({}, {}, {})


async def test_states_of_a_partition_that_is_not_active_after_recovery_are_dropped(case: Case) -> None:
    """Keys to be repaired, too: without their states the repair would delete another worker's states."""
    case.read(0, b"a", generation=9)
    case.read(1, b"b", generation=9)
    case.read(1, b"b", generation=8)
    assert case.store.replaced == {1: {b"b"}}
    await case.store.on_recovery_completed({TP(TOPIC, 0)}, set())
    assert case.store.partitions == {0: {b"a": b"state"}}
    assert case.store.generations == {0: 9}
    assert case.store.replaced == {}
