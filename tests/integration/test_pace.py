"""The pace of calls on a real Redis: what several processes are let through, the budget, and an outage."""

import asyncio
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from deploy.embedded import Services
from tests.integration import pacing
from workers.runtime.pace import redis_scripts
from workers.runtime.pace.limiter import Limiter, LimitError, Limits
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
PROCESSES = 4
WINDOW, REQUESTS, TOKENS = 2.0, 30, 4_000
SIZES = [40, 100, 160]  # tokens of a call
ALONE = 0.2  # seconds for which Redis is not asked after a failure, in these tests
EXACT = 0.1  # seconds by which a wait may be off


def limiter(redis: Redis | None, limits: Limits, name: str = "", **options: Any) -> Limiter:
    """A limiter of a name of its own."""
    return Limiter(redis, name or f"pace:{uuid.uuid4().hex}", limits, **{"clock_ms": now_ms, **options})


async def refused(limiter: Limiter, tokens: int = 1, micro_dollars: int = 0, wait: float = 0.0) -> LimitError:
    """The error of a call that is not let through."""
    with pytest.raises(LimitError) as caught:
        await limiter.reserve(tokens, micro_dollars, wait)
    return caught.value


def heaviest_window(calls: list[tuple[int, int]]) -> int:
    """The most that the calls weigh in any window; times in epoch ms."""
    ends = [at + WINDOW * 1000 for at, _ in calls]
    return max(sum(weight for at, weight in calls[each:] if at < end) for each, end in enumerate(ends))


def test_four_processes_keep_the_limits_in_every_window_and_use_them(redis_alone: Services) -> None:
    """E31: one limiter is short of requests, the other of tokens of calls of different sizes."""
    redis_alone.reset()
    limits = [["r", REQUESTS, 10**9, WINDOW, [1]], ["t", 10**6, TOKENS, WINDOW, SIZES]]
    options = {"url": redis_alone.redis_url, "limits": limits, "seconds": 5.2, "processes": PROCESSES}
    results = [pacing.result(each) for each in [pacing.start("pace", **options) for _ in range(PROCESSES)]]
    by_requests, by_tokens = (
        sorted((at, weight) for result in results for at, weight in result[number]) for number in (0, 1)
    )

    assert heaviest_window(by_requests) <= REQUESTS
    assert heaviest_window(by_tokens) <= TOKENS
    assert sum(weight for _, weight in by_requests) >= 0.9 * 3 * REQUESTS
    assert sum(weight for _, weight in by_tokens) >= 0.9 * 3 * TOKENS
    assert all(result[0] for result in results)  # none of them starves


async def test_a_corrected_and_a_released_reservation_free_what_they_did_not_take(empty_redis: Redis) -> None:
    """For another process at once; more than was reserved counts as well."""
    name, limits = "pace", Limits(10, 1_000, None, 30.0)
    one, other = (limiter(empty_redis, limits, name) for _ in range(2))
    first = await one.reserve(900, 0, 0)

    assert (await refused(other, 500)).seconds == pytest.approx(33, abs=EXACT)
    await first.correct(100, 0)
    second = await other.reserve(500, 0, 0)
    assert (await refused(other, 500)).reason == "wait"
    await second.release()
    await second.release()
    third = await one.reserve(900, 0, 0)
    await third.correct(2_000, 0)
    assert (await refused(other, 1)).reason == "wait"
    await third.correct(0, 0)
    await other.reserve(900, 0, 0)
    assert await empty_redis.zcard("pace:calls") == 3


async def test_a_wait_is_exact_and_announced(empty_redis: Redis) -> None:
    """A call waits until the first one has left the window, which is a tenth longer than set.

    Of three waits the best one counts: the machine may be busy.
    """
    late: list[float] = []
    for _ in range(3):
        paced = limiter(empty_redis, Limits(2, 100, None, 0.5))
        first = time.monotonic()
        await paced.reserve(1, 0, 0)
        await asyncio.sleep(0.1)
        await paced.reserve(1, 0, 0)
        announced = (await refused(paced, wait=0.1)).seconds
        assert announced is not None
        assert announced == pytest.approx(first + 0.55 - time.monotonic(), abs=EXACT)
        await paced.reserve(1, 0, 2)
        late.append(time.monotonic() - first - 0.55)

    assert min(late) < EXACT
    assert all(each > -0.002 for each in late)  # Redis counts in milliseconds


async def test_a_wait_that_is_longer_than_allowed_is_refused_at_once(empty_redis: Redis) -> None:
    """Also behind others: the fourth in line waits for two windows. What never fits says so."""
    paced = limiter(empty_redis, Limits(2, 100, None, 20.0))
    for _ in range(2):
        await paced.reserve(1, 0, 0)
    waiting = [asyncio.create_task(paced.reserve(1, 0, 60)) for _ in range(3)]
    await asyncio.sleep(0)
    started = time.monotonic()
    behind = await refused(paced, wait=30)
    too_large = await refused(paced, 101, wait=60)

    assert behind.reason == "wait"
    assert behind.seconds == pytest.approx(44, abs=0.5)
    assert (too_large.reason, too_large.seconds) == ("too-large", None)
    assert time.monotonic() - started < 1
    for each in waiting:
        each.cancel()
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError] * 3
    assert time.monotonic() - started < 1


async def test_the_highest_priority_is_let_through_first(empty_redis: Redis) -> None:
    """E24: then who came first."""
    paced, order = limiter(empty_redis, Limits(1, 100, None, 0.25)), []
    await paced.reserve(1, 0, 0)

    async def call(name: str, priority: int) -> None:
        await paced.reserve(1, 0, 10, priority)
        order.append(name)

    wanted = [("batch", 1), ("first", 5), ("second", 5), ("live", 10)]
    await asyncio.gather(*(call(*each) for each in wanted))

    assert order == ["live", "first", "second", "batch"]


async def test_the_budget_stops_hard_and_begins_anew_on_the_next_day(empty_redis: Redis) -> None:
    """For all processes together; what was not spent is given back to its own day."""
    at = [datetime(2026, 3, 1, 23, 59, tzinfo=UTC).timestamp() * 1000]
    limits = Limits(100, 10_000, 100)
    one, other = (limiter(empty_redis, limits, "pace", clock_ms=lambda: int(at[0])) for _ in range(2))
    first = await one.reserve(1, 60, 0)
    over = await refused(other, 1, 41, wait=100)
    await first.correct(1, 30)
    second = await other.reserve(1, 70, 0)

    assert (over.reason, over.seconds) == ("budget", 60.0)
    assert (await refused(one, 1, 1)).reason == "budget"
    at[0] += 60_000
    await one.reserve(1, 100, 0)
    await second.correct(1, 10)
    assert (await refused(one, 1, 1)).reason == "budget"
    assert [await empty_redis.get(f"pace:day:2026-03-0{day}") for day in (1, 2)] == [b"40", b"100"]
    assert await empty_redis.ttl("pace:day:2026-03-02") > 86_400


async def test_a_call_that_is_cancelled_at_any_moment_takes_nothing(empty_redis: Redis) -> None:
    """Before, while and after Redis is asked; who was let through has a reservation."""
    paced = limiter(empty_redis, Limits(1_000, 10_000, 1_000), "pace")
    await paced.reserve(1, 1, 0)
    kept = 1
    for steps in range(60):
        call = asyncio.create_task(paced.reserve(1, 1, 0))
        for _ in range(steps):
            await asyncio.sleep(0)
        call.cancel()
        ends = await asyncio.gather(call, return_exceptions=True)
        kept += not isinstance(ends[0], asyncio.CancelledError)

    assert await empty_redis.zcard("pace:calls") == kept
    assert await empty_redis.hget("pace:costs", "total") == str(kept).encode()
    assert [await empty_redis.get(key) async for key in empty_redis.scan_iter("pace:day:*")] == [
        str(kept).encode()
    ]


async def test_many_calls_at_once_are_let_through_without_a_wait_when_they_fit(empty_redis: Redis) -> None:
    """With nothing allowed: to stand in line within a process is not a wait."""
    paced = limiter(empty_redis, Limits(50, 10_000))
    reservations = await asyncio.gather(*(paced.reserve(200, 1, 0) for _ in range(50)))

    assert len(reservations) == 50
    assert (await refused(paced)).reason == "wait"


async def test_when_redis_stops_the_limits_are_kept_locally_until_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said once; when Redis is back, without its data, it learns what happened in between."""
    monkeypatch.setattr(redis_scripts, "ALONE_SECONDS", ALONE)
    with Services.start(tmp_path, only=("redis",)) as services:
        async with Redis.from_url(services.redis_url) as redis:
            paced = limiter(redis, Limits(8, 8_000, 1_000, 60.0), "pace", workers=2)
            kept = await paced.reserve(100, 100, 0)
            assert not paced.is_local
            services.stop_one("redis")
            with capture_logs() as lines:
                spent = [await paced.reserve(100, 100, 0) for _ in range(3)]
                alone = await refused(paced, 100)
                budget = await refused(paced, 100, 200)
                await spent[0].correct(50, 20)
            (tmp_path / "redis" / "appendonly.aof").unlink()
            services.start_one("redis")
            assert paced.is_local
            await asyncio.sleep(ALONE)
            last = await paced.reserve(100, 100, 0)
            await kept.correct(10, 10)

            assert not paced.is_local
            assert [line["event"] for line in lines] == ["limiter: without Redis"]
            assert (alone.reason, budget.reason) == ("wait", "budget")
            assert await redis.zcard("pace:calls") == 5
            assert await redis.hget("pace:costs", "total") == b"360"
            assert [await redis.get(key) async for key in redis.scan_iter("pace:day:*")] == [b"330"]
            await last.release()
            assert await redis.zcard("pace:calls") == 4


async def test_a_correction_while_redis_is_away_is_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a call that Redis knows, and of one that it does not know; with its data kept."""
    monkeypatch.setattr(redis_scripts, "ALONE_SECONDS", ALONE)
    with Services.start(tmp_path, only=("redis",)) as services:
        async with Redis.from_url(services.redis_url) as redis:
            paced = limiter(redis, Limits(10, 1_000, 1_000), "pace")
            known = await paced.reserve(500, 100, 0)
            services.stop_one("redis")
            await known.correct(50, 10)
            unknown = await paced.reserve(400, 200, 0)
            await unknown.correct(40, 20)
            services.start_one("redis")
            await asyncio.sleep(ALONE)
            await paced.reserve(900, 100, 0)

            assert not paced.is_local
            assert await redis.hget("pace:costs", "total") == b"990"
            assert [await redis.get(key) async for key in redis.scan_iter("pace:day:*")] == [b"130"]
