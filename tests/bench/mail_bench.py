"""Mails of the library against a model at the speed of a small one: time, tokens, and what is shared.

The figures of the library's document stand in the third column.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from deploy.embedded import Services
from tests.bench.measure import Row, settings_of
from tests.standins.openai import OpenAI, Reply, failed, stand_in
from tests.standins.written_texts import written
from tests.unit.writing.readers import ENGLISH, JAPANESE, matches, reader
from workers.writing.models import BatchGenerationRequest, GenerationResult, UserProfile
from workers.writing.service import EmailGenerationService

ANSWER_SECONDS = 1.2  # of a small model for some hundred tokens
LEVELS = (None, "junior", "mid", "senior")
STYLES = (None, "remote", "hybrid", "office")
FAULTS = 20  # one call of so many fails


def run(services: Services, quick: bool) -> list[Row]:
    """One mail, ten, fifty, the same again, a thousand different people, and calls that fail."""
    return asyncio.run(measured(services, 100 if quick else 1_000))


async def measured(services: Services, people: int) -> list[Row]:
    """The rows."""
    rows: list[Row] = []
    for count, document in ((1, "2-4 s"), (10, "8-15 s"), (50, "30-60 s")):
        async with service(services, f"mail-{count}-") as (made, _):
            results, seconds = await batch(made, readers(count))
            again, _ = await batch(made, readers(count))
        tokens = max(result.output_tokens for result in results)
        how = f"cold, at most {tokens} output tokens a mail; document: {document}"
        rows.append((f"{count} mails", f"{seconds:.2f} s", how))
        rows.append((f"{count} mails, the same again", f"{share(again):.0%} kept", "no call was needed"))
    async with service(services, "mail-different-") as (made, server):
        results, seconds = await batch(made, readers(people))
    how = f"{len(server.requests)} calls, {seconds:.1f} s; document: 60 %"
    rows.append((f"{people:,} different people", f"{share(results):.1%} kept", how))
    async with service(services, "mail-faults-", faulty=True) as (made, server):
        results, _ = await batch(made, readers(people))
    good = sum(result.email_content is not None for result in results)
    fallbacks = sum(result.fallback for result in results)
    how = f"{fallbacks} with sentences of the bank, {len(server.requests)} calls, one of {FAULTS} fails"
    rows.append(("mails with faults", f"{good / people:.0%} written", how))
    return rows


def readers(count: int) -> list[UserProfile]:
    """So many different readers."""
    return [
        reader(
            number,
            JAPANESE if number % 2 else ENGLISH,
            experience_level=LEVELS[number // 2 % len(LEVELS)],
            work_style=STYLES[number // 8 % len(STYLES)],
        )
        for number in range(count)
    ]


async def batch(
    made: EmailGenerationService, people: Sequence[UserProfile]
) -> tuple[list[GenerationResult], float]:
    """The results of a batch, and the seconds that it took."""
    lists = {person.user_id: matches() for person in people}
    request = BatchGenerationRequest(user_profiles=list(people), job_matches_by_user=lists)
    began = time.perf_counter()
    results = await made.generate_emails_batch(request)
    return results, time.perf_counter() - began


def share(results: Sequence[GenerationResult]) -> float:
    """The share of mails for which no call was needed."""
    return sum(result.cached for result in results) / len(results)


@asynccontextmanager
async def service(
    services: Services, prefix: str, faulty: bool = False
) -> AsyncIterator[tuple[EmailGenerationService, OpenAI]]:
    """A service with Redis, at 100 calls a minute, whose model answers at its speed."""
    calls = iter(range(1_000_000))

    def answer(asked: dict[str, Any]) -> Reply:
        if faulty and next(calls) % FAULTS == 0:
            return failed(500)
        return Reply(written(asked).body, seconds=ANSWER_SECONDS)

    async with stand_in(answer) as server:
        environment = services.environment() | {"OPENAI_BASE_URL": server.url}
        settings = settings_of(environment, prefix)
        async with EmailGenerationService("not-a-key", settings=settings, batch_size=50) as made:
            yield made, server
