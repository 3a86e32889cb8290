"""Calls of a model: the real client against a stand-in, so no test can spend money."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf

import pytest
from openai import AsyncOpenAI
from prometheus_client import REGISTRY

from tests.standins.openai import INPUT_TOKENS, OpenAI, Reply, completed, failed, refused, stand_in, truncated
from workers.runtime.pace.durations import retry_after_seconds
from workers.runtime.process.backoff import Backoff
from workers.writing.errors import WritingError
from workers.writing.letter_prompt import LETTER_FORM
from workers.writing.model_call import ATTEMPTS, FIRST_DELAY, MAX_DELAY, ModelCall, call_backoff
from workers.writing.pace.prices import cost
from workers.writing.request import Prompt

GOOD = json.dumps({"subject": "Pasta again?"})
PROMPT = Prompt("Write.", "{}")


class RecordedSleep:
    """A sleep that returns at once; `seconds` has the requested delays."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Record the delay."""
        self.seconds.append(seconds)


@asynccontextmanager
async def model(
    *replies: Reply, name: str = "gpt-5-nano", seconds: float = 5.0, attempts: int = ATTEMPTS
) -> AsyncIterator[tuple[ModelCall, OpenAI, RecordedSleep]]:
    """Calls of a client that is connected to the stand-in; delays have no jitter."""
    sleeps = RecordedSleep()
    async with (
        stand_in(*replies) as server,
        AsyncOpenAI(api_key="not-a-key", base_url=server.url, max_retries=0, timeout=seconds) as client,
    ):

        def new_backoff() -> Backoff:
            return Backoff(inf, FIRST_DELAY, MAX_DELAY, attempts=attempts)

        yield ModelCall(client, name, seconds, new_backoff, sleeps), server, sleeps


async def asked(call: ModelCall) -> str:
    """The text of an answer."""
    return (await call.ask(PROMPT, LETTER_FORM, "a call")).text


async def test_a_request_is_strict_and_not_stored() -> None:
    """And has the lowest effort of the model."""
    async with model(completed(GOOD)) as (call, server, sleeps):
        assert await asked(call) == GOOD

    (request,) = server.requests
    assert request["store"] is False
    assert request["reasoning"] == {"effort": "minimal"}
    assert request["text"]["format"]["strict"] is True
    assert (request["instructions"], request["input"]) == PROMPT
    assert sleeps.seconds == []


async def test_what_requests_take_is_counted() -> None:
    """By model and outcome; one without a text has cost nothing that is known."""

    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(f"kairos_model_{name}", {"model": "gpt-5-nano", **labels}) or 0.0

    def all_counted() -> list[float]:
        answered, refusals = (counted("requests_total", outcome=each) for each in ("answered", "refused"))
        tokens = [counted("tokens_total", kind=kind) for kind in ("input", "cached", "output")]
        took = counted("request_seconds_count")
        return [answered, refusals, *tokens, took, counted("cost_dollars_total")]

    before = all_counted()
    async with model(completed(GOOD), refused()) as (call, _, _):
        await asked(call)
        with pytest.raises(WritingError):
            await asked(call)
    used = INPUT_TOKENS, 0, len(GOOD) // 4
    dollars = cost("gpt-5-nano", *used) / 1_000_000
    expected = [1, 1, *used, 1, dollars]
    assert [now - was for now, was in zip(all_counted(), before, strict=True)] == pytest.approx(expected)


async def test_reasoning_effort_is_only_sent_to_models_that_accept_it() -> None:
    """Other models refuse the parameter."""
    async with model(completed(GOOD), name="gpt-4.1-mini") as (call, server, _):
        await asked(call)

    assert "reasoning" not in server.requests[0]


async def test_the_delay_that_the_server_asks_for_is_used() -> None:
    """To the millisecond; without one the delay doubles with each attempt."""
    replies = (failed(429, retry_after="2"), failed(500, retry_after_ms="250"), failed(503), completed(GOOD))
    async with model(*replies) as (call, server, sleeps):
        await asked(call)

    assert sleeps.seconds == [2.0, 0.25, 2.0]
    assert len(server.requests) == 4


async def test_a_retry_after_above_the_limit_ends_the_attempts() -> None:
    """Nobody sleeps for five minutes."""
    async with model(failed(429, retry_after="300")) as (call, server, sleeps):
        with pytest.raises(WritingError, match="given up after 1 attempts: status 429"):
            await asked(call)

    assert (len(server.requests), sleeps.seconds) == (1, [])


async def test_attempts_are_bounded() -> None:
    """The error has the last failure."""
    async with model(failed(500), attempts=3) as (call, server, sleeps):
        with pytest.raises(WritingError, match=r"given up after 3 attempts: status 500 \(no code\)"):
            await asked(call)

    assert (len(server.requests), sleeps.seconds) == (3, [0.5, 1.0])


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (refused(), "the model refused"),
        (truncated(GOOD[:20]), r"the answer is incomplete \(max_output_tokens\)"),
        (completed(""), "the answer is empty"),
        (Reply("<html>a proxy</html>"), "the answer cannot be read"),
        (Reply({}), "the answer is no response"),
        (failed(400, "unsupported_value"), r"status 400 \(unsupported_value\)"),
        (failed(401, "invalid_api_key"), r"status 401 \(invalid_api_key\)"),
        (failed(429, "insufficient_quota"), r"status 429 \(insufficient_quota\)"),
    ],
)
async def test_failures_that_no_retry_cures_are_final(reply: Reply, why: str) -> None:
    """There is one request only, but for an answer that was cut."""
    async with model(reply) as (call, server, _):
        with pytest.raises(WritingError, match=why):
            await asked(call)
        assert len(server.requests) == (2 if "incomplete" in why else 1)  # a longer answer is asked for once


async def test_a_late_answer_is_a_failure() -> None:
    """The timeout is for the whole answer; it is tried again."""
    async with model(Reply("", seconds=30), seconds=1, attempts=2) as (call, server, sleeps):
        with pytest.raises(WritingError, match="given up after 2 attempts: no answer within 1 s"):
            await asked(call)

    assert (len(server.requests), sleeps.seconds) == (2, [0.5])


async def test_an_answer_that_never_ends_is_a_failure() -> None:
    """Each read is within the timeout, the whole answer is not."""
    slow = Reply(completed(GOOD).body, seconds=4, drip=True)
    async with model(slow, seconds=0.3, attempts=1) as (call, _, _):
        with pytest.raises(WritingError, match=r"no answer within 0\.3 s"):
            await asked(call)
    quick = Reply(completed(GOOD).body, seconds=0.1, drip=True)
    async with model(quick, seconds=5) as (call, _, _):
        assert await asked(call) == GOOD


async def test_an_unreachable_server_is_tried_again() -> None:
    """The error names no address."""
    async with model(completed(GOOD), attempts=2) as (call, server, _):
        call.client.base_url = "http://127.0.0.1:9"  # the discard port: nothing listens
        with pytest.raises(WritingError, match="given up after 2 attempts: APIConnectionError"):
            await asked(call)

    assert server.requests == []


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "Wed, 21 Oct 2026 07:28:10 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 10.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:10 GMT"}, None),
        ({"retry-after": "soon", "date": "now"}, None),
        ({"retry-after": "-5"}, 0.0),
        ({}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    """A date counts from the server's own `Date`; one that cannot be read is none."""
    assert retry_after_seconds(headers) == seconds


def test_a_call_has_four_attempts_and_delays_with_jitter() -> None:
    """Each delay doubles, from half a second on, and is shortened by a quarter at most."""
    backoff = call_backoff()
    delays, states = [], []
    for _ in range(ATTEMPTS):
        delays.append(backoff.failed())
        states.append(backoff.exhausted)

    assert all(0.75 * full <= delay <= full for delay, full in zip(delays, (0.5, 1, 2, 4), strict=True))
    assert states == [False, False, False, True]


async def test_each_call_has_a_fresh_backoff() -> None:
    """Failures of one mail do not shorten the attempts of the next."""
    replies = (failed(500), failed(500), completed(GOOD))
    async with model(*replies, *replies, attempts=3) as (call, server, sleeps):
        await asked(call)
        await asked(call)

    assert (len(server.requests), sleeps.seconds) == (6, [0.5, 1.0, 0.5, 1.0])
