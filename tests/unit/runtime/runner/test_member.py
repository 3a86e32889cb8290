"""Fetching across a rebalance: aiokafka's own fetcher and subscription, on records that are there already."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.subscription_state import SubscriptionState
from faust.types import TP

from workers.runtime.runner.member import AT_ONCE, GATHERED, MemberThread

CHANGELOG, INBOX = TP("changelog", 0), TP("inbox", 0)


class Case:
    """A thread of the Kafka client that was given partitions; `there` says that a record has arrived."""

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
        self.sought: dict[TP, int] = {}
        self.consumer: Any = SimpleNamespace(
            _closed=False,
            _fetcher=self.fetcher,
            assignment=self.subscription.assigned_partitions,
            seek=self.sought.__setitem__,
        )

    def fetch(self, active: set[TP]) -> "asyncio.Future[Any]":
        """Begin to fetch from some partitions; returns when it waits for records."""
        return asyncio.ensure_future(self.thread._fetch_records(self.consumer, active, timeout=5.0))

    def there(self, tp: TP, offset: int) -> None:
        """A record has arrived."""
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
        """All of them, once."""
        found, self.records = self.records, []
        return found

    def has_more(self) -> bool:
        """Whether there are some left."""
        return bool(self.records)


@pytest.fixture
async def case(monkeypatch: pytest.MonkeyPatch) -> Case:
    """Within an event loop; aiokafka asks for the exact class of what was fetched."""
    monkeypatch.setattr("aiokafka.consumer.fetcher.FetchResult", FetchResult)
    monkeypatch.setattr(Fetcher, "_notify", lambda *_: None)
    return Case()


async def test_records_of_the_partitions_that_were_asked_for_are_given(case: Case) -> None:
    """Without a rebalance nothing is changed."""
    fetched = case.fetch({INBOX})
    await asyncio.sleep(0)
    case.there(INBOX, 7)
    assert [record.offset for record in (await fetched)[INBOX]] == [7]
    assert case.sought == {}


async def test_what_a_rebalance_overtook_is_put_back(case: Case) -> None:
    """Nothing is given, and the next fetch begins where this one did."""
    fetched = case.fetch({INBOX})
    await asyncio.sleep(0)
    case.thread.app.rebalancing_count += 1
    case.there(INBOX, 7)
    assert await fetched == {}
    assert case.sought == {INBOX: 7}


async def test_a_stopped_flow_puts_back_too(case: Case) -> None:
    """The rebalance is about to begin: Faust would drop the records."""
    fetched = case.fetch({INBOX})
    await asyncio.sleep(0)
    case.thread.consumer.flow_active = False
    case.there(INBOX, 7)
    assert (await fetched, case.sought) == ({}, {INBOX: 7})


async def test_no_partitions_are_not_all_partitions(case: Case) -> None:
    """Faust empties the set that it gave away, and for aiokafka an empty one means every partition."""
    active = {INBOX}
    fetched = case.fetch(active)
    await asyncio.sleep(0)
    active.clear()
    case.there(CHANGELOG, 0)
    case.there(INBOX, 7)
    assert list(await fetched) == [INBOX]
    assert CHANGELOG in case.fetcher._records
    assert await case.fetch(set()) == {}


async def test_at_a_low_rate_the_broker_is_to_wait_for_more(case: Case) -> None:
    """And to answer at once when nothing came, or much."""
    case.thread._consumer = case.consumer
    asked = []
    for wanted in (True, False):
        case.thread.gather(wanted)
        asked.append((case.fetcher._fetch_min_bytes, case.fetcher._fetch_max_wait_ms))
    assert asked == [GATHERED, AT_ONCE]
    assert AT_ONCE[0] == 1
