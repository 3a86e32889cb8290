"""The writer with a model, the real client against a stand-in: no test can spend money."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from openai import AsyncOpenAI

from tests.standins.openai import OpenAI, Reply, completed, failed, refused, standing_in, truncated
from tests.unit.mail.mails import FULL, JAPANESE, decision
from workers.mail.app import writer
from workers.mail.gpt import Backoff, GptWriter, retry_after
from workers.mail.templates import TemplateWriter
from workers.mail.writer import FallbackWriter, WritingError
from workers.runtime.process.settings import load

GOOD = json.dumps({"subject": "Pasta again?", "body": ["It was good to have you."], "closing": "See you"})
GOOD_JA = json.dumps({"subject": "再会", "body": ["またお越しください。"], "closing": "敬具"})


class Waits:
    """Sleeps of no length; `seconds` holds how long they should have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Note the wait."""
        self.seconds.append(seconds)


@asynccontextmanager
async def gpt(
    *replies: Reply, model: str = "gpt-5-nano", limit: float = 5.0, **backoff: Any
) -> AsyncIterator[tuple[GptWriter, OpenAI, Waits]]:
    """A writer whose client knows only the stand-in."""
    waits = Waits()
    async with (
        standing_in(*replies) as server,
        AsyncOpenAI(api_key="not-a-key", base_url=server.url, max_retries=0, timeout=limit) as client,
    ):
        pause = Backoff(sleep=waits.sleep, jitter=lambda: 0.0, **backoff)
        yield GptWriter(client, model, limit, pause), server, waits


async def test_a_text_is_written() -> None:
    """The model's words, our greeting, and a subject without a mark."""
    async with gpt(completed(GOOD)) as (pen, server, waits):
        text = await pen.write(decision())

    assert (text.subject, text.greeting, text.body) == (
        "Pasta again?",
        "Hi Sarah,",
        ("It was good to have you.",),
    )
    assert (text.writer, text.model) == ("gpt", "gpt-5-nano")
    (asked,) = server.asked
    assert asked["store"] is False
    assert asked["reasoning"] == {"effort": "low"}
    assert asked["text"]["format"]["strict"] is True
    assert waits.seconds == []


async def test_a_japanese_text_is_written() -> None:
    """A name in Japanese is greeted in Japanese."""
    async with gpt(completed(GOOD_JA)) as (pen, _, _):
        assert (await pen.write(decision(brief=JAPANESE))).greeting == "田中健二様"


async def test_what_is_sent_names_nobody() -> None:
    """The whole request is searched, not only the prompt."""
    async with gpt(completed(GOOD)) as (pen, server, _):
        await pen.write(decision(brief=FULL | {"favorite_hosts": ["mario@vault.example"]}))

    sent = json.dumps(server.asked, ensure_ascii=False)
    assert "hiking" in sent
    assert not [secret for secret in ("@", "Sarah", "user_001") if secret in sent]


async def test_other_models_are_not_told_to_reason() -> None:
    """They refuse the parameter."""
    async with gpt(completed(GOOD), model="gpt-4.1-mini") as (pen, server, _):
        await pen.write(decision())

    assert "reasoning" not in server.asked[0]


async def test_the_server_says_how_long_to_wait() -> None:
    """Its wish is followed to the millisecond, otherwise the wait doubles."""
    replies = (failed(429, retry_after="2"), failed(500, retry_after_ms="250"), failed(503), completed(GOOD))
    async with gpt(*replies) as (pen, server, waits):
        await pen.write(decision())

    assert waits.seconds == [2.0, 0.25, 2.0]
    assert len(server.asked) == 4


async def test_a_wish_beyond_patience_ends_the_trying() -> None:
    """Nobody waits for five minutes."""
    async with gpt(failed(429, retry_after="300")) as (pen, server, waits):
        with pytest.raises(WritingError, match="given up after 1 attempts: status 429"):
            await pen.write(decision())

    assert (len(server.asked), waits.seconds) == (1, [])


async def test_attempts_are_bounded() -> None:
    """The last failure is named."""
    async with gpt(failed(500), attempts=3) as (pen, server, waits):
        with pytest.raises(WritingError, match=r"given up after 3 attempts: status 500 \(no code\)"):
            await pen.write(decision())

    assert (len(server.asked), waits.seconds) == (3, [0.5, 1.0])


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (refused(), "the model refused"),
        (truncated(GOOD[:20]), r"the answer is incomplete \(max_output_tokens\)"),
        (completed("no JSON"), "the answer is no mail"),
        (completed(""), "the answer is empty"),
        (Reply("<html>a proxy</html>"), "the answer is not JSON"),
        (Reply({}), "the answer is None"),
        (failed(400, "unsupported_value"), r"status 400 \(unsupported_value\)"),
        (failed(401, "invalid_api_key"), r"status 401 \(invalid_api_key\)"),
        (failed(429, "insufficient_quota"), r"status 429 \(insufficient_quota\)"),
    ],
)
async def test_some_failures_are_final(reply: Reply, why: str) -> None:
    """Asking again would cost and change nothing; the template takes over."""
    async with gpt(reply) as (pen, server, _):
        with pytest.raises(WritingError, match=why):
            await pen.write(decision())
        assert len(server.asked) == 1

        text = await FallbackWriter(pen, TemplateWriter()).write(decision("ask", JAPANESE))

    assert (text.writer, text.subject) == ("template", "[MOCK] ひとつだけお聞かせください")


async def test_a_late_answer_is_a_failure() -> None:
    """The time counts for the whole answer; it is tried again, and then the template takes over."""
    async with gpt(Reply("", seconds=30), limit=1, attempts=2) as (pen, server, waits):
        text = await FallbackWriter(pen, TemplateWriter()).write(decision())

    assert text.writer == "template"
    assert (len(server.asked), waits.seconds) == (2, [0.5])


async def test_an_answer_that_never_ends_is_a_failure() -> None:
    """Each read is quick, the whole is not."""
    slow = Reply(completed(GOOD).body, seconds=4, drip=True)
    async with gpt(slow, limit=0.3, attempts=1) as (pen, _, _):
        with pytest.raises(WritingError, match=r"no answer within 0\.3 s"):
            await pen.write(decision())
    quick = Reply(completed(GOOD).body, seconds=0.1, drip=True)
    async with gpt(quick, limit=5) as (pen, _, _):
        assert (await pen.write(decision())).writer == "gpt"


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    """The error names no address."""
    async with gpt(completed(GOOD), attempts=2) as (pen, server, _):
        pen.client.base_url = "http://127.0.0.1:9"  # the discard port: nobody listens
        with pytest.raises(WritingError, match="given up after 2 attempts: APIConnectionError"):
            await pen.write(decision())

    assert server.asked == []


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
def test_the_wish_of_a_server_is_read(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds or a date, which is measured against the server's own."""
    assert retry_after(headers) == seconds


def test_jitter_shortens_a_wait() -> None:
    """By a quarter at most, so that workers do not come back together."""
    assert [Backoff(jitter=lambda: share).wait(5) for share in (0.0, 1.0)] == [8.0, 6.0]  # noqa: B023


async def test_the_settings_choose_the_writer() -> None:
    """Without a key the templates; with one the model at the given address, without retries of the client."""
    assert isinstance(writer(load({})), TemplateWriter)

    async with standing_in(completed(GOOD)) as server:
        found = writer(load({"OPENAI_API_KEY": "not-a-key", "OPENAI_BASE_URL": server.url}))
        assert isinstance(found, FallbackWriter)
        assert isinstance(found.first, GptWriter)
        async with found.first.client as client:
            assert client.max_retries == 0
            assert (await found.write(decision())).writer == "gpt"
