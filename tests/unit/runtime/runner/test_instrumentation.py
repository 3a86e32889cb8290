"""The metrics of a runner: looked for when they are read, and gone with their partition."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP
from prometheus_client import REGISTRY

from workers.runtime.kafka.record_batch import RecordBatch
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.runner.backlog import Backlog
from workers.runtime.runner.instrumentation import Instrumentation

FIRST, SECOND = TP("inbox", 0), TP("inbox", 1)


def sample(name: str, **labels: str) -> float | None:
    """The value of a metric of the worker by now."""
    return REGISTRY.get_sample_value(f"kairos_{name}", {"worker": "people", **labels})


def lag(partition: int, unit: str = "records") -> float | None:
    """What waits in a partition of the inbox."""
    return sample(f"lag_{unit}", topic="inbox", partition=str(partition))


def batch(first: int, last: int, at: int) -> RecordBatch:
    """Fetched records, which nobody decodes here."""
    return RecordBatch(b"", first, last, at, 100)


class Case:
    """An instrumentation over a consumer that owns two partitions with 10 records each."""

    def __init__(self) -> None:
        self.recovery = SimpleNamespace(in_recovery=False, active_remaining=Counter)
        self.backlog, self.highwaters = Backlog(), {FIRST: 10, SECOND: 10}
        self.engines: list[Any] = []
        self.consumer: Any = SimpleNamespace(
            app=SimpleNamespace(known_recovery=self.recovery),
            assignment=lambda: {*self.highwaters},
            backlog=self.backlog,
            heartbeat_age=lambda: 1.5,
            highwater=self.highwaters.get,
            is_open=lambda: True,
        )
        self.own = Instrumentation("people", Settings(), lambda: self.consumer, lambda: self.engines)
        self.own.on_seek({FIRST: 4, SECOND: 10})

    def engine(self, watermark: int | None, reports: bool = False) -> None:
        """Give it another engine."""
        stage = SimpleNamespace(name="people", reports=reports)
        self.engines.append(SimpleNamespace(stage=stage, watermark=watermark, bytes=50, size=lambda: 3))


@pytest.fixture
async def case() -> Case:
    """Within an event loop."""
    return Case()


async def test_the_lag_is_that_of_now(case: Case) -> None:
    """Also of partitions of which no round has had anything; what nobody knows is not told."""
    case.own.refresh()
    assert (lag(0), lag(1)) == (6, 0)
    case.highwaters[SECOND] = 90
    case.own.refresh()
    assert (lag(0), lag(1)) == (6, 80)
    case.own.on_round(0.1, [(FIRST, batch(4, 9, now_ms()))])
    case.own.refresh()
    assert (lag(0), lag(1)) == (0, 80)
    case.consumer.highwater = {FIRST: 10}.get
    case.own.refresh()
    assert (lag(0), lag(1)) == (0, None)


async def test_a_partition_that_has_left_is_not_told(case: Case) -> None:
    """Another worker tells of it now; what its last round had processed changes nothing."""
    case.own.refresh()
    assert sample("partitions", topic="inbox") == 2
    case.own.on_seek({FIRST: 4})
    case.own.on_round(0.1, [(SECOND, batch(4, 9, now_ms()))])
    case.own.refresh()
    assert (lag(0), lag(1), lag(1, "seconds")) == (6, None, None)
    assert sample("partitions", topic="inbox") == 1


async def test_the_age_of_what_waits_is_that_of_its_first_record(case: Case) -> None:
    """While it waits, and while it is in a round; then of the next one."""
    at = now_ms()
    case.backlog.add(FIRST, [batch(4, 6, at - 60_000), batch(7, 9, at - 5_000)])
    case.own.refresh()
    assert 60 <= (lag(0, "seconds") or 0) < 90
    assert lag(1, "seconds") == 0
    taken = await case.backlog.take(3)
    case.own.refresh()
    assert 60 <= (lag(0, "seconds") or 0) < 90
    case.backlog.release(taken)
    case.own.refresh()
    assert 5 <= (lag(0, "seconds") or 0) < 35


async def test_the_lowest_watermark_counts_and_only_where_time_is_heard_of(case: Case) -> None:
    """A stage that reports hears of it once a minute."""
    for watermark in (5_000, None, 3_000):
        case.engine(watermark)
    case.engine(1_000, reports=True)
    case.own.refresh()
    assert sample("watermark_timestamp_seconds") == 3.0
    assert sample("keys", stage="people") == 12
    assert sample("state_bytes", stage="people") == 200
    case.engines.clear()
    case.own.refresh()
    assert sample("watermark_timestamp_seconds") is None
    assert sample("keys", stage="people") is None


async def test_a_worker_that_recovers_is_not_ready(case: Case) -> None:
    """How much is left is told; nor is one without partitions, or before it has a consumer."""
    assert case.own.unready() is None
    case.recovery.in_recovery, case.recovery.active_remaining = True, lambda: Counter({FIRST: 1_200})
    case.own.refresh()
    assert sample("recovery_remaining_records") == 1_200
    assert case.own.unready() == "it recovers its states: 1,200 records are left"
    case.recovery.in_recovery = False
    case.consumer.is_open = lambda: False
    assert case.own.unready() == "its partitions are being assigned"
    case.consumer.app.known_recovery = None
    assert case.own.unready() == "it is starting"
    case.own.refresh()
    case.consumer = None
    assert case.own.unready() == "it is starting"
    case.own.refresh()


async def test_the_status_has_all_that_a_console_shows(case: Case) -> None:
    """Times are epoch milliseconds."""
    case.engine(3_000)
    assert case.own.status() == {
        "instance": "",
        "partitions": {"inbox": 2},
        "lag": 6,
        "keys": 3,
        "watermark": 3_000,
        "recovery_remaining": 0,
    }
