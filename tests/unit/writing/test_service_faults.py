"""Whatever the model does, a whole mail comes out."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.standins.openai import Reply, Replying, completed, failed, refused, truncated
from tests.standins.written_texts import texts_for, written
from tests.unit.writing.readers import matches, reader
from tests.unit.writing.serviced import service, shown
from workers.writing.models import (
    GenerationStatus,
)


def bad(**texts: str) -> Callable[[dict[str, Any]], Reply]:
    """A good answer with other texts in it."""

    def answer(asked: dict[str, Any]) -> Reply:
        good = texts_for(asked)
        return completed(json.dumps(good | {name: text for name, text in texts.items() if name in good}))

    return answer


FAULTS: dict[str, tuple[Reply | Replying, str]] = {
    "refused": (refused(), "refused"),
    "truncated": (truncated('{"subject": "We have'), "truncated"),
    "empty": (completed(" "), "empty"),
    "no JSON": (completed("Sure! Here is your mail."), "schema"),
    "another schema": (completed('{"title": "x"}'), "schema"),
    "HTML instead of JSON": (Reply("<html>502</html>", 502), "status"),
    "no JSON at all": (Reply("well", 200), "schema"),
    "no credit": (failed(429, "insufficient_quota"), "no-credit"),
    "model not found": (failed(404, "model_not_found"), "status"),
    "server error": (failed(500), "status"),
    "a link": (bad(introduction="Visit www.evil.example for {{count}} jobs."), "gate"),
    "a number": (bad(subject="We found 12 jobs for you"), "gate"),
    "another language": (bad(closing="Vielen Dank und bis bald, lieber Leser."), "gate"),
    "a foreign placeholder": (bad(introduction="Dear [Your Name], here are your jobs."), "gate"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_e29_e34_whatever_the_model_does_a_whole_mail_comes_out(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E29, E34: from the bank, without a mark, with the reason counted; nothing of the answer is shown."""
    monkeypatch.setattr("workers.writing.model_call.FIRST_DELAY", 0.001)
    reply, reason = FAULTS[fault]
    async with service(reply) as (made, _):
        result = await made.generate_email(reader(), matches())
        figures = await made.get_performance_metrics()

    assert (result.status, result.fallback) == (GenerationStatus.COMPLETED, True)
    assert result.reason is not None
    assert result.reason.startswith(reason)
    assert figures["fallbacks"] == 1
    assert "[MOCK]" not in shown(result)
    for text in ("evil", "12 jobs", "Vielen", "Your Name", "Sure!"):
        assert text not in shown(result)


async def test_a_refused_text_is_asked_for_once_more_with_the_reason() -> None:
    """E34: the second answer is taken."""
    async with service(bad(subject="We found 12 jobs"), written) as (made, server):
        result = await made.generate_email(reader(), matches())

    assert result.fallback is False
    assert any("refused" in json.loads(request["input"]) for request in server.requests)
    assert len(server.requests) == 3


async def test_without_credit_the_model_is_left_alone_for_a_while() -> None:
    """E34: the next mail asks nobody."""
    async with service(failed(429, "insufficient_quota")) as (made, server):
        await made.generate_email(reader(1), matches())
        asked = len(server.requests)
        result = await made.generate_email(reader(2), matches())

    assert asked == 2
    assert len(server.requests) == 2
    assert result.reason == "breaker: no credit"


async def test_a_slow_model_delays_its_own_mail_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """E34: the bank takes over when the time for an answer is over."""
    monkeypatch.setattr("workers.writing.model_call.ATTEMPTS", 1)

    def slow(asked: dict[str, Any]) -> Reply:
        return Reply(written(asked).body, seconds=30.0)

    async with service(slow) as (made, _), asyncio.timeout(20):
        result = await made.generate_email(reader(), matches())

    assert (result.fallback, (result.reason or "").partition(":")[0]) == (True, "timeout")
