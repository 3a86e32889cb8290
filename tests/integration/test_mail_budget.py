"""`kairos mail budget` on a real Redis: what the fleet's limiter has let through."""

import asyncio
import json

import pytest
from click.testing import CliRunner, Result
from redis.asyncio import Redis

from deploy.embedded import Services
from workers import cli
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.writing.pace.fleet_limiter import fleet_limiter

pytestmark = pytest.mark.wire
LIMITS = {"EMAIL_GENERATION_RATE_LIMIT": "10", "EMAIL_GENERATION_TOKEN_LIMIT": "5000"}


async def run(services: Services, *arguments: str, **environment: str) -> Result:
    """What the command prints."""
    env = {"REDIS_URL": services.redis_url, **LIMITS, **environment}

    def invoke() -> Result:
        return CliRunner().invoke(cli.kairos, ["mail", "budget", *arguments], env=env)

    return await asyncio.to_thread(invoke)


@pytest.fixture
async def spent(redis_alone: Services, empty_redis: Redis) -> Services:
    """A Redis in which three calls were let through, and one of them was not made."""
    settings = Settings(redis_url=redis_alone.redis_url, email_generation_rate_limit=10)
    limiter = fleet_limiter(settings, empty_redis, now_ms)
    for tokens, micro_dollars in ((1_000, 900), (500, 100), (700, 5_000)):
        last = await limiter.reserve(tokens, micro_dollars, 0)
    await last.release()
    return redis_alone


async def test_what_was_spent_and_what_is_left_is_shown(spent: Services) -> None:
    """In money, calls and tokens, by all processes."""
    result = await run(spent, EMAIL_GENERATION_DAILY_BUDGET="0.25")

    assert result.exit_code == 0, result.output
    money, calls, tokens = result.stdout.splitlines()
    assert money.startswith("spent   $0.0010 on 20")
    assert money.endswith(" (UTC) of $0.25, $0.2490 left")
    assert calls == "calls   2 in the last minute of 10, 8 more now"
    assert tokens == "tokens  1,500 in the last minute of 5,000, 3,500 more now"


async def test_without_a_budget_nothing_is_left_of_it(spent: Services) -> None:
    """A budget that is spent says what that means; the answer for programs has null."""
    assert "no daily budget" in (await run(spent)).stdout
    gone = await run(spent, EMAIL_GENERATION_DAILY_BUDGET="0.0005")
    assert "nothing left: the bank of sentences writes" in gone.stdout

    data = json.loads((await run(spent, "--json")).stdout)
    assert (data["spent_micro_dollars"], data["budget_micro_dollars"], data["left_micro_dollars"]) == (
        1_000,
        None,
        None,
    )
    assert data["calls"] == {"last_minute": 2, "limit": 10, "left": 8}


async def test_to_look_takes_nothing(spent: Services, empty_redis: Redis) -> None:
    """Of the limits, and leaves no key behind."""
    before = sorted(await empty_redis.keys())
    first = await run(spent, "--json")
    second = await run(spent, "--json")

    assert first.stdout == second.stdout
    assert sorted(await empty_redis.keys()) == before


async def test_another_prefix_is_another_fleet(spent: Services) -> None:
    """With limits of its own."""
    data = json.loads((await run(spent, "--json", KAIROS_PREFIX="other-")).stdout)

    assert (data["spent_micro_dollars"], data["calls"]["left"]) == (0, 10)
