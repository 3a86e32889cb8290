"""Who waits for a text that somebody else has asked for, and for how long; and when no model is asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from openai import AsyncOpenAI

from tests.standins.openai import OpenAI, Reply, Replying, stand_in
from tests.standins.written_texts import written
from tests.unit.writing.readers import ENGLISH, matches, reader
from workers.writing.author import Author
from workers.writing.model_call import ModelCall
from workers.writing.pace import answer_times
from workers.writing.pace.text_cache import TextCache
from workers.writing.plan import plan_of
from workers.writing.request import HURRIED, SOON

USUAL = 0.05  # seconds
TEXTS = 2  # of a mail
PLAN = plan_of(reader(), matches(), ENGLISH)


@asynccontextmanager
async def author(*replies: Reply | Replying) -> AsyncIterator[tuple[Author, ModelCall, OpenAI]]:
    """An author whose model usually answers in USUAL seconds, without Redis."""
    async with (
        stand_in(*replies) as server,
        AsyncOpenAI(api_key="not-a-key", base_url=server.url, max_retries=0) as client,
    ):
        call = ModelCall(client, "gpt-5-nano", 60.0)
        call.times.end(call.times.begin(0.0), USUAL, True)
        yield Author(call, TextCache(None, "t:", 60), lambda: 0), call, server


def after(seconds: float, arrived: asyncio.Event | None = None) -> Replying:
    """Good texts after a time; `arrived` is set when both texts of a mail are asked for."""
    names: set[str] = set()

    def reply(asked: dict[str, Any]) -> Reply:
        names.add(asked["text"]["format"]["name"])
        if arrived is not None and len(names) == TEXTS:
            arrived.set()
        return Reply(written(asked).body, seconds=seconds)

    return reply


async def test_a_hurried_reader_waits_for_another_ones_text_as_long_as_usual(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then the bank writes; who is not hurried waits for the one text that both need."""
    monkeypatch.setattr(answer_times, "PATIENCE", 0.05)
    arrived = asyncio.Event()
    async with author(after(60.0, arrived)) as (made, _, server):
        first = asyncio.create_task(made.texts(PLAN, HURRIED))
        await arrived.wait()
        patient = asyncio.create_task(made.texts(PLAN, SOON))
        second = await made.texts(PLAN, HURRIED)
        assert [first.done(), patient.done()] == [False, False]
        assert {each.origin for each in second.made} == {"bank"}
        assert len(server.requests) == TEXTS
        for task in (first, patient):
            task.cancel()
        await asyncio.wait({first, patient})


async def test_a_hurried_reader_does_not_wait_for_an_own_text_that_is_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The bank writes; the text goes on being made, and the next reader has it."""
    monkeypatch.setattr(answer_times, "SLOWEST", 0.2)
    async with author(after(1.0)) as (made, _, server):
        first = await made.texts(PLAN, HURRIED)
        assert {each.origin for each in first.made} == {"bank"}
        assert all(each.reason is not None and each.reason.startswith("late") for each in first.made)
        second = await made.texts(PLAN, SOON)
        assert {each.origin for each in second.made} == {"cache"}
        assert len(server.requests) == TEXTS


async def test_a_hurried_reader_gets_the_text_that_comes_in_time() -> None:
    """Two readers of a class, one call for each text."""
    async with author(after(0.2)) as (made, _, server):
        texts = await asyncio.gather(made.texts(PLAN, HURRIED), made.texts(PLAN, HURRIED))
        assert [[each.origin for each in one.made] for one in texts] == [["model"] * 2, ["cache"] * 2]
        assert len(server.requests) == TEXTS


async def test_a_model_that_has_stalled_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bank writes at once, and says why; as soon as calls have ended it is asked again."""
    monkeypatch.setattr(answer_times, "SLOWEST", 0.0)
    async with author(written) as (made, call, server):
        longer_ago = asyncio.get_running_loop().time() - 60.0
        numbers = [call.times.begin(longer_ago) for _ in range(answer_times.LATE_CALLS)]
        texts = await made.texts(PLAN)
        assert {each.origin for each in texts.made} == {"bank"}
        assert all(each.reason is not None and each.reason.startswith("stalled") for each in texts.made)
        assert server.requests == []
        for number in numbers:
            call.times.end(number, longer_ago, False)
        assert {each.origin for each in (await made.texts(PLAN)).made} == {"model"}
