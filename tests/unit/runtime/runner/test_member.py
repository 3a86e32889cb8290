"""Fetching across a rebalance: aiokafka's own fetcher and subscription, on records that have arrived."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.errors import KafkaConnectionError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.types import TP
from yarl import URL

from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.process import exits
from workers.runtime.process.settings import Settings
from workers.runtime.runner import member
from workers.runtime.runner.app import new_app
from workers.runtime.runner.member import AT_ONCE, GATHERED_BYTES, MemberThread

CHANGELOG, INBOX = TP("changelog", 0), TP("inbox", 0)


class Case:
    """A thread of the Kafka client with two partitions; `arrive` adds a fetched record."""

    def __init__(self) -> None:
        self.subscription = SubscriptionState()
        self.subscription.subscribe({"changelog", "inbox"})
        self.subscription.assign_from_subscribed({CHANGELOG, INBOX})
        self.fetcher = object.__new__(Fetcher)
        self.fetcher._subscriptions = self.subscription
        self.fetcher._records, self.fetcher._fetch_waiters = {}, set()
        self.fetcher._wait_consume_future, self.fetcher._closed = None, False
        self.fetcher._loop = asyncio.get_running_loop()
        self.thread = object.__new__(MemberThread)
        self.thread.app = SimpleNamespace(rebalancing_count=1)
        self.thread.consumer = SimpleNamespace(flow_active=True)
        self.seeks: dict[TP, int] = {}
        self.consumer: Any = SimpleNamespace(
            _closed=False,
            _fetcher=self.fetcher,
            assignment=self.subscription.assigned_partitions,
            seek=self.seeks.__setitem__,
        )

    def fetch(self, active: set[TP]) -> "asyncio.Future[Any]":
        """Begin to fetch from some partitions, as a task."""
        return asyncio.ensure_future(self.thread._fetch_records(self.consumer, active, timeout=5.0))

    def arrive(self, tp: TP, offset: int) -> None:
        """A record of a partition has arrived."""
        result = FetchResult(offset)
        self.fetcher._records[tp] = result
        for waiter in self.fetcher._fetch_waiters:
            if not waiter.done():
                waiter.set_result(None)


class FetchResult:
    """One record of a partition."""

    def __init__(self, offset: int) -> None:
        self.records = [SimpleNamespace(offset=offset)]

    def getall(self, limit: int | None) -> list[Any]:
        """All records, once."""
        records, self.records = self.records, []
        return records

    def has_more(self) -> bool:
        """Whether records are left."""
        return bool(self.records)


@pytest.fixture
async def case(monkeypatch: pytest.MonkeyPatch) -> Case:
    """Within an event loop; aiokafka checks the exact class of a fetch result."""
    monkeypatch.setattr("aiokafka.consumer.fetcher.FetchResult", FetchResult)
    monkeypatch.setattr(Fetcher, "_notify", lambda *_: None)
    return Case()


async def test_records_of_the_requested_partitions_are_returned(case: Case) -> None:
    """Without a rebalance nothing is sought."""
    fetched = case.fetch({INBOX})
    await asyncio.sleep(0)
    case.arrive(INBOX, 7)
    assert [record.offset for record in (await fetched)[INBOX]] == [7]
    assert case.seeks == {}


async def test_records_fetched_across_a_rebalance_are_sought_back(case: Case) -> None:
    """Nothing is returned, and the next fetch begins at the same offset."""
    fetched = case.fetch({INBOX})
    await asyncio.sleep(0)
    case.thread.app.rebalancing_count += 1
    case.arrive(INBOX, 7)
    assert await fetched == {}
    assert case.seeks == {INBOX: 7}


async def test_records_fetched_while_the_flow_stopped_are_sought_back(case: Case) -> None:
    """A rebalance is about to begin: Faust would drop the records."""
    fetched = case.fetch({INBOX})
    await asyncio.sleep(0)
    case.thread.consumer.flow_active = False
    case.arrive(INBOX, 7)
    assert (await fetched, case.seeks) == ({}, {INBOX: 7})


async def test_an_empty_set_of_partitions_fetches_nothing(case: Case) -> None:
    """Faust empties the set that it has passed, and for aiokafka an empty one means every partition."""
    active = {INBOX}
    fetched = case.fetch(active)
    await asyncio.sleep(0)
    active.clear()
    case.arrive(CHANGELOG, 0)
    case.arrive(INBOX, 7)
    assert list(await fetched) == [INBOX]
    assert CHANGELOG in case.fetcher._records
    assert await case.fetch(set()) == {}


async def test_more_is_gathered_in_the_fetch_behind_one_that_brought_records(case: Case) -> None:
    """Otherwise the broker answers as soon as there is one: at rest nobody asks again and again."""
    answers = [True, True, False, False, True]

    async def fetch(*_: object) -> bool:
        return answers.pop(0)

    case.fetcher._proc_fetch_request = fetch
    case.thread.gather_once(case.fetcher)
    fetch_options = []
    for milliseconds in (7, 8, 8, 8, 0):
        case.thread.gather_ms = milliseconds
        await case.fetcher._proc_fetch_request(None, 1, None)
        fetch_options.append((case.fetcher._fetch_min_bytes, case.fetcher._fetch_max_wait_ms))
    assert fetch_options == [(GATHERED_BYTES, 7), (GATHERED_BYTES, 8), AT_ONCE, AT_ONCE, AT_ONCE]
    assert AT_ONCE[0] == 1


@pytest.mark.parametrize(("stopping", "ended"), [(False, [exits.INFRASTRUCTURE]), (True, [])])
async def test_a_start_without_a_broker_ends_the_process_in_one_line(
    case: Case, monkeypatch: pytest.MonkeyPatch, stopping: bool, ended: list[int]
) -> None:
    """Faust would print two traces; after a signal to stop it is the stop's doing."""

    async def fail(thread: MemberThread) -> None:
        raise KafkaConnectionError("unable to bootstrap")

    codes: list[int] = []
    monkeypatch.setattr(AIOKafkaConsumerThread, "on_start", fail)
    monkeypatch.setattr(member, "abort", lambda code, text: codes.append(code))
    case.thread.app.should_stop = stopping
    with pytest.raises(KafkaConnectionError):
        await case.thread.on_start()
    assert codes == ended


class Nobody:
    """An owner that watches nothing, and has no effects."""

    def on_seek(self, starts: Mapping[TP, int]) -> None:
        """Tell nobody."""

    async def guard(self) -> None:
        """Watch nothing."""

    async def end_effects(self) -> None:
        """End nothing."""

    def forget_effects(self) -> None:
        """Forget nothing."""

    def first_open(self, tp: TP) -> int | None:
        """Hold nothing back."""
        return None


def test_the_client_reads_what_was_committed_only() -> None:
    """Aborted transactions of other programs are left out; the fetcher takes the level at its start."""
    settings = Settings()
    output = BatchProducer(settings, {}, 1.0)
    app = new_app("people", settings, frozenset({"inbox"}), output, Nobody())
    thread = object.__new__(MemberThread)
    thread.app, thread.consumer = app, SimpleNamespace(in_transaction=False, app=app)
    transport = SimpleNamespace(url=[URL("kafka://127.0.0.1:9092")], default_port=9092)

    async def level() -> str:
        return str(thread._create_worker_consumer(transport)._isolation_level)

    assert asyncio.run(level()) == "read_committed"


def test_a_healthy_worker_has_nothing_to_verify() -> None:
    """Faust's checks of its streams and of every partition's fetches would log errors after five minutes."""
    thread: Any = object.__new__(MemberThread)  # without a client: anything that is asked would raise

    assert thread.verify_event_path(1e9, INBOX) is None
    assert thread.verify_recovery_event_path(1e9, CHANGELOG) is None
