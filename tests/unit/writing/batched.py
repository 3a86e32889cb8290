"""A service of the library whose model is the stand-in with a Batch API, for its tests."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from deploy.embedded.openai.server import serving
from deploy.embedded.openai.settings import ApiSettings
from tests.unit.writing.readers import matches, reader
from workers.runtime.process.settings import Settings
from workers.writing import model_call
from workers.writing.batch import lane
from workers.writing.models import BatchGenerationRequest, EmailLanguage
from workers.writing.service import EmailGenerationService

AT = 1_707_523_200_000
QUICK = ApiSettings(base_seconds=0, token_seconds=0, batch_seconds=0.01, hang_seconds=0.3)


@contextmanager
def impatience() -> Iterator[None]:
    """Batches are looked at often, and calls are tried again soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lane, "USUAL_PACE", lane.BatchPace(first=0.005, longest=0.02, cancelling=5.0))
        patch.setattr(model_call, "FIRST_DELAY", 0.001)
        patch.setattr(model_call, "MAX_RETRY_AFTER", 0.5)
        yield


@asynccontextmanager
async def batched(
    folder: Path, options: dict[str, Any] | None = None, **settings: Any
) -> AsyncIterator[tuple[EmailGenerationService, httpx.AsyncClient]]:
    """A service without Redis, and a plain client of its stand-in."""
    used = msgspec.structs.replace(QUICK, **settings)
    with impatience():
        async with serving(folder, used) as url, httpx.AsyncClient(base_url=url) as plain:
            given = Settings(
                openai_base_url=f"{url}/v1",
                openai_timeout_seconds=2.0,
                redis_url="redis://127.0.0.1:9",
                email_generation_rate_limit=10_000,
                email_generation_token_limit=100_000_000,
            )
            async with EmailGenerationService(
                "not-a-key", settings=given, clock=lambda: AT, **(options or {})
            ) as made:
                yield made, plain


def request_for(
    count: int, languages: tuple[EmailLanguage, ...], priority: int = 3, dry_run: bool = False
) -> BatchGenerationRequest:
    """Mails for so many readers, in these languages in turn."""
    people = [reader(number, languages[number % len(languages)]) for number in range(1, count + 1)]
    lists = {each.user_id: matches() for each in people}
    return BatchGenerationRequest(
        user_profiles=people, job_matches_by_user=lists, priority=priority, dry_run=dry_run
    )


async def live_calls(plain: httpx.AsyncClient) -> int:
    """How many live calls the stand-in has had."""
    return int((await plain.get("/control/traffic")).json()["requests"])
