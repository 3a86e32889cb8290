"""Rate limiting, as the library's service sets it; the limiter's own tests are in pace/ and test_pace.py."""

from typing import Any

import pytest

from tests.unit.writing.readers import ENGLISH, JAPANESE, matches, reader
from tests.unit.writing.serviced import service
from workers.runtime.pace.limiter import Limiter
from workers.writing import service as services
from workers.writing.models import BatchGenerationRequest, GenerationStatus


async def test_e31_no_call_more_than_the_limit_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """E31: who would have to wait for longer than allowed gets the bank's mail, and the reason says so."""
    monkeypatch.setattr(services, "LONGEST_WAIT", 0.0)
    async with service(rate_limit_per_minute=2) as (made, server):
        results = [await made.generate_email(reader(1, each), matches()) for each in (ENGLISH, JAPANESE)]

    assert len(server.requests) == 2
    assert [result.status for result in results] == [GenerationStatus.COMPLETED] * 2
    assert [result.fallback for result in results] == [False, True]
    assert (results[1].reason or "").startswith("limit: no call is allowed now (wait)")


async def test_e24_a_batch_asks_with_its_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """E24: 10 goes first, and 5 is that of a mail of its own; the limiter's order has tests of its own."""
    seen: list[int] = []
    reserve = Limiter.reserve

    async def recorded(self: Limiter, *given: Any) -> Any:
        seen.append(given[-1])
        return await reserve(self, *given)

    monkeypatch.setattr(Limiter, "reserve", recorded)
    async with service() as (made, _):
        for priority in (8, 10):
            await made.generate_emails_batch(
                BatchGenerationRequest(
                    user_profiles=[reader()], job_matches_by_user={1: matches()}, priority=priority
                )
            )
            await made.clear_cache()
        await made.generate_email(reader(), matches())

    assert seen == [8, 8, 10, 10, 5, 5]
