"""The table store under Faust: its content after a rebalance and after a recovery."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP
from structlog.testing import capture_logs

from workers.runtime.engine.state_header import NEVER, pack
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.metrics.records import PASSED_OVER
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
        self.store = PartitionStore("memory://", app, table, on_ready=self.is_ready, changelog=TOPIC)

    def is_ready(self, seconds: float) -> None:
        """Count; a recovery takes time."""
        assert seconds > 0
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


def record(offset: int, key: bytes, value: bytes | None, *headers: Any) -> Any:
    """A record of the first partition of a changelog."""
    return SimpleNamespace(partition=0, offset=offset, key=key, value=value, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [(), (("kairos_fence", None),), (("kairos_fence", b"1.2"),), (fencing_header(1, 9, 0),), (("é", b"x"),)],
)
async def test_a_foreign_record_is_passed_over_with_a_line_and_repaired(case: Case, headers: Any) -> None:
    """It has no fencing header of this partition; in front of ours, too, unless it looks like a state."""
    old = pack(bytes(8), 4, NEVER, b"old")
    before = PASSED_OVER.labels("people-people-changelog")._value.get()
    with capture_logs() as lines:
        case.store.apply(0, [record(0, b"odd", b"x", *headers), record(1, b"old", old, *headers)])
        case.read(0, b"a", generation=7)
        case.store.apply(0, [record(3, b"a", old, *headers), record(4, b"old", None, *headers)])

    assert case.store.partition(0) == {b"old": old, b"a": b"state"}
    assert case.store.replaced == {0: {b"odd", b"a", b"old"}}
    assert case.store.generations == {0: 7}
    places = [(line["topic"], line["partition"], line["offset"]) for line in lines]
    assert places == [(TOPIC, 0, 0), (TOPIC, 0, 3), (TOPIC, 0, 4)]
    assert PASSED_OVER.labels("people-people-changelog")._value.get() == before + 3


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
