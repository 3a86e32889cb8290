"""The batch lane of a test, connected to the stand-in for OpenAI."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from openai import AsyncOpenAI

from tests.unit.deploy.openai.api import Clock, api
from workers.runtime.pace.limiter import Limiter
from workers.runtime.process.backoff import Backoff
from workers.writing.batch.api import BatchApi
from workers.writing.batch.kept_batches import KeptBatches
from workers.writing.batch.lane import BatchLane, BatchPace
from workers.writing.batch.lines import BatchCall, Outcomes
from workers.writing.models import EmailLanguage
from workers.writing.prompts import SECTIONS_FORM, prompt_of, section_facts
from workers.writing.request import request_body

AT = 1_707_523_200_000
MODEL = "gpt-5-nano"
PACE = BatchPace(first=0.005, longest=0.05, cancelling=10.0)
LONG = 20.0  # seconds


class HashesInMemory:
    """A Redis that knows hashes only, and keeps them over a restart of what is tested."""

    def __init__(self) -> None:
        self.hashes: dict[str, dict[bytes, bytes]] = {}

    async def hset(self, name: str, field: str, value: bytes) -> None:
        """Set a field."""
        self.hashes.setdefault(name, {})[field.encode()] = value

    async def hgetall(self, name: str) -> dict[bytes, bytes]:
        """All fields."""
        return dict(self.hashes.get(name, {}))

    async def hdel(self, name: str, field: str) -> None:
        """Remove a field."""
        self.hashes.get(name, {}).pop(field.encode(), None)

    async def pexpire(self, name: str, milliseconds: int) -> None:
        """Nothing expires within a test."""


def impatient() -> Backoff:
    """The attempts of a call, without waiting long between them."""
    return Backoff(60.0, 0.001, 0.002, attempts=3)


def lane(
    client: AsyncOpenAI,
    redis: Any = None,
    pace: BatchPace = PACE,
    limiter: Limiter | None = None,
    calls: type[BatchApi] = BatchApi,
) -> BatchLane:
    """A lane with this client."""
    kept = KeptBatches(redis, "t:batches", lambda: AT)
    return BatchLane(calls(client, impatient), MODEL, kept, limiter, pace)


@asynccontextmanager
async def lanes(
    folder: Path, clock: Clock | None = None, **settings: Any
) -> AsyncIterator[tuple[BatchLane, AsyncOpenAI, httpx.AsyncClient]]:
    """A lane without Redis, and the clients of its stand-in."""
    async with api(folder, clock, **settings) as (client, plain):
        yield lane(client), client, plain


def asked(name: str, **more: Any) -> BatchCall:
    """A request as ours are."""
    body = request_body(MODEL, prompt_of(section_facts(EmailLanguage.ENGLISH)), SECTIONS_FORM)
    return BatchCall(name, body | more)


def reasons(outcomes: Outcomes) -> dict[str, str | None]:
    """Why each request has no answer, by its kind; None for one that has."""
    return {name: None if each.error is None else each.error.reason for name, each in outcomes.items()}


def row(name: object, body: object = None, status: int = 200, error: object = None) -> bytes:
    """A line of an output file."""
    response = None if body is None else {"status_code": status, "request_id": "r", "body": body}
    return json.dumps({"id": "b", "custom_id": name, "response": response, "error": error}).encode() + b"\n"


def calls(count: int, **more: Any) -> list[BatchCall]:
    """So many requests, each with a text of its own."""
    return [asked(f"n{number}", input=f'{{"number": {number}}}', **more) for number in range(count)]


async def batches(client: AsyncOpenAI) -> list[Any]:
    """All batches that were begun, the newest first."""
    return [each async for each in client.batches.list()]


async def working(client: AsyncOpenAI, done: int = 1) -> Any:
    """The batch of which so many lines were answered."""
    async with asyncio.timeout(LONG):
        while True:
            for batch in await batches(client):
                if batch.request_counts and batch.request_counts.completed >= done:
                    return batch
            await asyncio.sleep(0.005)
