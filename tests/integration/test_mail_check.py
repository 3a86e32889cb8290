"""`kairos mail check` on a real Redis, with the embedded stand-in for OpenAI."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis.asyncio import Redis

from deploy.embedded import Services
from deploy.embedded.openai.server import serving
from deploy.embedded.openai.settings import ApiSettings
from workers import cli
from workers.writing.pace.text_cache import TextCache

pytestmark = pytest.mark.wire
QUICK = ApiSettings(base_seconds=0, token_seconds=0)


async def run(services: Services, url: str, **environment: str) -> Result:
    """What the command prints."""
    env = {"REDIS_URL": services.redis_url, "OPENAI_API_KEY": "not-a-key", "OPENAI_BASE_URL": f"{url}/v1"}
    env |= environment
    return await asyncio.to_thread(lambda: CliRunner().invoke(cli.kairos, ["mail", "check"], env=env))


async def text() -> bytes:
    """A text to be kept."""
    return b"x"


async def test_e38_limits_and_kept_texts_are_said(
    redis_alone: Services, empty_redis: Redis, tmp_path: Path
) -> None:
    """The call that the check makes counts as any other."""
    await TextCache(empty_redis, "mail-texts:", 60).get_or_make("key", text)
    async with serving(tmp_path, QUICK) as url:
        result = await run(redis_alone, url)

    assert result.exit_code == 0, result.output
    said = {line[7:16].strip(): line for line in result.stdout.splitlines()}
    assert said["Redis"].startswith("ok ")
    assert "a call that has cost $0.0000" in said["key"]
    assert "1 in the last minute of 100, 99 more now" in said["calls"]
    assert "there is no daily budget" in said["budget"]
    assert "1 texts are kept, each for 3,600 s" in said["cache"]


async def test_a_spent_budget_lets_no_call_through(
    redis_alone: Services, empty_redis: Redis, tmp_path: Path
) -> None:
    """The check keeps to it, too, and says so; mails go out all the same."""
    async with serving(tmp_path, QUICK) as url:
        result = await run(redis_alone, url, EMAIL_GENERATION_DAILY_BUDGET="0")

    assert result.exit_code == 0, result.output
    said = {line[7:16].strip(): line for line in result.stdout.splitlines()}
    assert "not asked: the limits let no call through now (budget)" in said["key"]
    assert said["budget"].startswith("note ")
    assert "nothing left: the bank of sentences writes" in said["budget"]
    assert await empty_redis.exists("mail-calls:calls") == 0
