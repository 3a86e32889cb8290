"""Processes that call a model all the time, as the model's side counts their calls."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.embedded import Services
from deploy.embedded.openai.server import serving
from deploy.embedded.openai.settings import ApiSettings
from tests.integration import pacing

PROCESSES = 4


@dataclass(frozen=True)
class CallLimits:
    """The most requests and tokens in any window of so many seconds."""

    requests: int
    tokens: int
    window: float


@dataclass(frozen=True)
class CountedCalls:
    """What came to the model: the most in any window, and all answers; `answered` is what the callers say."""

    requests: int
    tokens: int
    total: int
    answered: int
    statuses: dict[str, int]


async def count_calls(redis: Services, limits: CallLimits, seconds: float, folder: Path) -> CountedCalls:
    """Let four processes call as much as they may for some seconds."""
    redis.reset()
    quick = ApiSettings(
        requests_per_minute=10**6, tokens_per_minute=10**9, base_seconds=0.05, token_seconds=0.0
    )
    async with serving(folder, quick) as address:
        options = {
            "url": redis.redis_url,
            "base_url": f"{address}/v1",
            "limits": [limits.requests, limits.tokens, limits.window],
            "seconds": seconds,
            "processes": PROCESSES,
        }
        processes = [pacing.start("calls", **options) for _ in range(PROCESSES)]
        answered = [await asyncio.to_thread(pacing.result, each) for each in processes]
        async with httpx.AsyncClient() as client:
            told = (await client.get(f"{address}/control/traffic", params={"seconds": limits.window})).json()
    return CountedCalls(
        told["heaviest_requests"],
        told["heaviest_tokens"],
        told["requests"],
        sum(answered),
        told["statuses"],
    )
