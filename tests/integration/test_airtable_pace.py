"""The pace of a base: two processes with one Redis, as the stand-in for Airtable counts their requests."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from deploy.embedded import Services, airtable_node
from deploy.embedded.airtable.service import BASE
from tests.integration.airtable_reader import result, start
from workers.product.loading import load_messages_from_airtable
from workers.runtime.pace.limiter import Limiter, LimitError, Limits
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings

pytestmark = pytest.mark.wire
SECONDS = 8.0


@pytest.fixture
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The stand-in for Airtable, with answers of 50 ms, and a base that closes for 30 s."""
    with Services.start(tmp_path_factory.mktemp("airtable"), only=("airtable",)) as services:
        yield services


def settings_of(redis_url: str, stand_in: Services, **fields: Any) -> Settings:
    """Settings of a process that reads the stand-in's table."""
    airtable = {"airtable_url": stand_in.airtable_url, "airtable_base": BASE}
    return Settings(redis_url=redis_url, airtable_token=SecretStr("any"), **airtable, **fields)


def traffic_of(stand_in: Services) -> dict[str, Any]:
    """What the stand-in has counted."""
    port = int(stand_in.airtable_url.rpartition(":")[2])
    found: dict[str, Any] = airtable_node.NODE.control(port, "traffic")[BASE]
    return found


def test_two_processes_ask_five_times_a_second_together(redis_alone: Services, stand_in: Services) -> None:
    """Never more in any second, so that nothing is refused; and not many fewer."""
    redis_alone.reset()
    settings = settings_of(redis_alone.redis_url, stand_in)
    readers = [start(settings, SECONDS) for _ in range(2)]
    counts = [result(reader) for reader in readers]
    traffic = traffic_of(stand_in)

    assert traffic["heaviest_requests"] <= 5
    assert set(traffic["statuses"]) == {"GET 200"}
    assert all(counts)
    assert traffic["requests"] > SECONDS * 5 * 0.6


def test_a_loader_keeps_to_the_same_pace(redis_alone: Services, stand_in: Services) -> None:
    """Beside another process, also where the caller is inside an event loop; both get on."""
    redis_alone.reset()
    settings = settings_of(redis_alone.redis_url, stand_in)
    reader, loaded = start(settings, SECONDS), 0
    while reader.poll() is None:
        asyncio.run(load_in_a_loop(settings))
        loaded += 1
    assert result(reader) > 0
    traffic = traffic_of(stand_in)

    assert loaded > 3
    assert traffic["heaviest_requests"] <= 5
    assert set(traffic["statuses"]) == {"GET 200"}


async def load_in_a_loop(settings: Settings) -> None:
    """Load the messages as somebody does who has a loop."""
    assert load_messages_from_airtable(settings=settings) == []


def test_without_redis_each_process_keeps_to_its_part(stand_in: Services) -> None:
    """One of five requests a second: three processes may ask."""
    settings = settings_of("redis://127.0.0.1:1/0", stand_in)
    readers = [start(settings, 5.0) for _ in range(2)]
    assert all(result(reader) for reader in readers)
    traffic = traffic_of(stand_in)

    assert traffic["heaviest_requests"] <= 5
    assert set(traffic["statuses"]) == {"GET 200"}


def test_after_a_refusal_nobody_asks_until_the_base_is_open_again(
    redis_alone: Services, stand_in: Services
) -> None:
    """The other process learns it from Redis: at most one request each meets the closed base."""
    redis_alone.reset()
    port = int(stand_in.airtable_url.rpartition(":")[2])
    airtable_node.NODE.control(port, "settings", {"next_faults": ["rate_limit"], "penalty_seconds": 3.0})
    settings = settings_of(redis_alone.redis_url, stand_in, airtable_closed_seconds=3.0)
    readers = [start(settings, SECONDS) for _ in range(2)]
    counts = [result(reader) for reader in readers]
    statuses = traffic_of(stand_in)["statuses"]

    assert all(counts)
    assert 1 <= statuses["GET 429"] <= 2
    assert statuses["GET 200"] > 0


async def test_an_extended_call_counts_from_then_on_also_when_it_had_left_the_window(
    empty_redis: Redis,
) -> None:
    """For other processes, with what it takes."""
    one, other = (Limiter(empty_redis, "pace", Limits(2, 100, None, 0.5), now_ms) for _ in range(2))
    first = await one.reserve(60, 0, 0)
    await asyncio.sleep(0.7)  # the window is 0.55 s long
    await other.reserve(10, 0, 0)
    await first.extend()

    for tokens in (41, 1):  # the tokens are taken, and the requests
        with pytest.raises(LimitError, match="wait"):
            await other.reserve(tokens, 0, 0)
    await other.reserve(90, 0, 2)
    assert int(await empty_redis.hget("pace:costs", "total") or 0) == 90
