"""The stand-in within a test, and the real client."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client

from deploy.embedded.openai.server import serving
from deploy.embedded.openai.settings import ApiSettings
from tests.standins.openai_description import ExchangeChecks

AT = 1_707_523_200
QUICK = ApiSettings(base_seconds=0, token_seconds=0, batch_seconds=0.01)
KEY = {"authorization": "Bearer not-a-key"}
TEXT_SCHEMA = {
    "type": "object",
    "properties": {"subject": {"type": "string"}, "body": {"type": "array", "items": {"type": "string"}}},
    "required": ["subject", "body"],
    "additionalProperties": False,
}


def asked(language: str = "English", **more: Any) -> dict[str, Any]:
    """A request for a response, as our code sends it."""
    form = {"type": "json_schema", "name": "mail", "strict": True, "schema": TEXT_SCHEMA}
    whole = {
        "model": "gpt-5-nano",
        "instructions": "Write a mail.",
        "input": json.dumps({"language": language}),
        "text": {"format": form},
        "reasoning": {"effort": "minimal"},
        "max_output_tokens": 4_000,
        "store": False,
    } | more
    return {name: value for name, value in whole.items() if value is not None}


class Clock:
    """A clock in epoch seconds that a test sets."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> int:
        """The time."""
        return self.now


@asynccontextmanager
async def api(
    folder: Path, clock: Clock | None = None, **settings: Any
) -> AsyncIterator[tuple[AsyncOpenAI, httpx.AsyncClient]]:
    """The client of OpenAI and a plain one, both connected to a stand-in of its own.

    All answers, and all requests that were taken, must fit OpenAI's description.
    """
    used, checks = msgspec.structs.replace(QUICK, **settings), ExchangeChecks()
    async with (
        serving(folder, used, clock=clock or Clock()) as url,
        DefaultAsyncHttpx2Client(event_hooks={"response": [checks]}) as described,
        AsyncOpenAI(
            api_key="not-a-key", base_url=f"{url}/v1", max_retries=0, timeout=10, http_client=described
        ) as client,
        httpx.AsyncClient(base_url=url, headers=KEY, timeout=10, event_hooks={"response": [checks]}) as plain,
    ):
        yield client, plain
        assert checks.problems == [], checks.problems
