"""Caching: how many mails need no call, how many calls others need, and how many tokens; counts, no times."""

from collections.abc import Sequence

import pytest

from tests.unit.writing.readers import ENGLISH, JAPANESE, job, matches, reader
from tests.unit.writing.serviced import service
from workers.writing.models import (
    BatchGenerationRequest,
    EmailSectionType,
    GenerationResult,
    GenerationStatus,
    JobMatch,
    UserProfile,
)
from workers.writing.service import EmailGenerationService

LEVELS = (None, "junior", "mid", "senior")
STYLES = (None, "remote", "hybrid", "office")
MOST_TOKENS = 1_200  # of output, in the document's table: 1,200 a mail, 12,000 for ten, 60,000 for fifty


def people(count: int, first: int = 0) -> list[UserProfile]:
    """Readers of as many classes as there are: both languages, all levels, all styles of work."""
    return [
        reader(
            number,
            JAPANESE if number % 2 else ENGLISH,
            experience_level=LEVELS[number // 2 % len(LEVELS)],
            work_style=STYLES[number // 8 % len(STYLES)],
        )
        for number in range(first, first + count)
    ]


def jobs_of(number: int) -> dict[EmailSectionType, list[JobMatch]]:
    """Jobs that nobody else is shown, with tags in common or without."""
    lists = matches()
    for kind, jobs in lists.items():
        tags = ["SQL"] if number % 2 else []
        lists[kind] = [job(1_000 * number + int(each.job_id), tags=tags) for each in jobs]
    return lists


async def batch(
    made: EmailGenerationService, readers: Sequence[UserProfile], *, own_jobs: bool = False
) -> list[GenerationResult]:
    """The mails to readers: all of the same jobs, or each of their own."""
    lists = {each.user_id: jobs_of(int(each.user_id)) if own_jobs else matches() for each in readers}
    return await made.generate_emails_batch(
        BatchGenerationRequest(user_profiles=list(readers), job_matches_by_user=lists)
    )


def share(results: Sequence[GenerationResult]) -> float:
    """The share of mails that needed no call."""
    return sum(result.cached for result in results) / len(results)


@pytest.mark.parametrize("count", [1, 10, 50])
async def test_e32_mails_without_kept_texts_take_the_documents_tokens_at_most(count: int) -> None:
    """E32: 1,200, 12,000 and 60,000 of output, and every mail is written; each reader is written to anew."""
    results = []
    async with service() as (made, server):
        for person in people(count):
            results.append(await made.generate_email(person, matches()))
            await made.clear_cache()

    assert {result.status for result in results} == {GenerationStatus.COMPLETED}
    assert not any(result.fallback or result.cached for result in results)
    assert len(server.requests) == 2 * count
    assert 0 < max(result.output_tokens for result in results) <= MOST_TOKENS
    assert sum(result.output_tokens for result in results) <= MOST_TOKENS * count


@pytest.mark.parametrize(("count", "least"), [(1, 0.85), (10, 0.70), (50, 0.60)])
async def test_e32_e33_the_same_mails_again_need_no_call(count: int, least: float) -> None:
    """E32, E33: 85, 70 and 60 % in the document; the first of all readers cannot find a text."""
    async with service() as (made, server):
        first = await batch(made, people(count))
        asked = len(server.requests)
        again = await batch(made, people(count))

    assert first[0].cached is False
    assert share(again) == 1.0 >= least
    assert len(server.requests) == asked


async def test_e33_the_same_jobs_for_other_readers_need_no_call() -> None:
    """E33: of the same classes as those before them."""
    async with service() as (made, server):
        await batch(made, people(32))
        asked = len(server.requests)
        others = await batch(made, people(32, first=32))

    assert share(others) == 1.0
    assert len(server.requests) == asked


async def test_e33_readers_and_jobs_that_are_all_different_share_most_texts() -> None:
    """E33: 60 % of the mails at least; one call for each class and two for the sections."""
    async with service() as (made, server):
        results = await batch(made, people(200), own_jobs=True)

    assert share(results) >= 0.60
    assert {result.status for result in results} == {GenerationStatus.COMPLETED}
    assert len(server.requests) <= 200 * (1 - 0.60)


async def test_e31_a_mail_needs_two_calls_at_most() -> None:
    """E31: whoever it is to, so that fifty fit into a minute of a hundred calls."""
    async with service() as (made, server):
        results = await batch(made, people(50))

    assert {result.status for result in results} == {GenerationStatus.COMPLETED}
    assert not any(result.fallback for result in results)
    assert len(server.requests) <= 2 * 50 <= 100
