"""Batches over restarts, with a real Redis: a process that is killed in the middle costs nothing twice."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from deploy.embedded import Services
from deploy.embedded.openai.server import serving
from deploy.embedded.openai.settings import ApiSettings
from tests.unit.writing.batched import impatience, live_calls, request_for
from tests.unit.writing.readers import ENGLISH, JAPANESE
from workers.runtime.process.settings import Settings
from workers.writing.models import GenerationResult
from workers.writing.service import EmailGenerationService

pytestmark = pytest.mark.wire
SLOW = ApiSettings(base_seconds=0, token_seconds=0, batch_seconds=0.01, batch_line_seconds=0.1)
KEY = {"authorization": "Bearer not-a-key"}
PREFIX = "b-"
KEPT = f"{PREFIX}mail-batches"


async def batches(plain: httpx.AsyncClient) -> list[dict[str, Any]]:
    """All batches of the stand-in."""
    found: list[dict[str, Any]] = (await plain.get("/v1/batches", headers=KEY)).json()["data"]
    return found


async def is_working(redis: Redis, plain: httpx.AsyncClient) -> bool:
    """Whether a batch is kept in Redis, and some of its lines are answered."""
    return bool(await redis.hlen(KEPT)) and (await batches(plain))[0]["request_counts"]["completed"] > 0


async def until_working(redis: Redis, plain: httpx.AsyncClient) -> None:
    """Wait until a batch is at work."""
    async with asyncio.timeout(60):
        while not await is_working(redis, plain):  # noqa: ASYNC110 - another process begins it
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
async def test_a_bank_is_written_on_after_a_kill(
    redis_alone: Services, empty_redis: Redis, tmp_path: Path, end: signal.Signals
) -> None:
    """The same command goes on with the batch; afterwards nothing of it is kept anywhere."""
    async with serving(tmp_path / "api", SLOW) as url, httpx.AsyncClient(base_url=url) as plain:
        command = [sys.executable, "-m", "workers", "mail", "bank", "write", "--per", "1"]
        command += ["--out", str(tmp_path / "bank.toml")]
        environment = os.environ | {
            "OPENAI_API_KEY": "not-a-key",
            "OPENAI_BASE_URL": f"{url}/v1",
            "REDIS_URL": redis_alone.redis_url,
            "KAIROS_PREFIX": PREFIX,
        }
        first = await asyncio.create_subprocess_exec(*command, env=environment)
        await until_working(empty_redis, plain)
        first.send_signal(end)
        assert await first.wait() != 0
        assert not (tmp_path / "bank.toml").exists()
        second = await asyncio.create_subprocess_exec(*command, env=environment)
        assert await second.wait() == 0
        (batch,) = await batches(plain)
        files = (await plain.get("/v1/files", headers=KEY)).json()["data"]

    assert (batch["status"], files) == ("completed", [])
    assert batch["request_counts"] == {"total": 34, "completed": 34, "failed": 0}
    assert await empty_redis.exists(KEPT) == 0
    assert "# new" in (tmp_path / "bank.toml").read_text()


async def test_mails_of_a_low_priority_go_on_with_a_batch(
    redis_alone: Services, empty_redis: Redis, tmp_path: Path
) -> None:
    """A service that is stopped; the next one reads the batch, and what it keeps is there for all others."""

    async def written(url: str, priority: int = 1) -> list[GenerationResult]:
        settings = Settings(
            openai_base_url=f"{url}/v1", redis_url=redis_alone.redis_url, kairos_prefix=PREFIX
        )
        async with EmailGenerationService("not-a-key", settings=settings) as made:
            return await made.generate_emails_batch(request_for(10, (ENGLISH, JAPANESE), priority))

    with impatience():
        async with serving(tmp_path, SLOW) as url, httpx.AsyncClient(base_url=url) as plain:
            first = asyncio.create_task(written(url))
            await until_working(empty_redis, plain)
            first.cancel()
            await asyncio.wait([first])
            results = await written(url)
            others = await written(url, 8)
            begun, calls = await batches(plain), await live_calls(plain)

    assert {each.status.value for each in results} == {"completed"}
    assert not any(each.fallback for each in results)
    assert sum(each.cost_micro_dollars for each in results) > 0
    assert {each.cached for each in others} == {True}
    assert (len(begun), calls) == (1, 0)
