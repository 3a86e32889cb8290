"""A process that shares a limiter or a cache with others: `python -m tests.integration.pacing NAME JSON`."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from openai import AsyncOpenAI
from redis.asyncio import Redis

from workers.runtime.pace.limiter import Limiter, LimitError, Limits
from workers.runtime.process.clock import now_ms
from workers.writing.errors import WritingError
from workers.writing.model_call import ModelCall
from workers.writing.models import EmailLanguage
from workers.writing.pace.text_cache import TextCache
from workers.writing.prompts import SECTIONS_FORM, prompt_of, section_facts
from workers.writing.request import Urgency

WAITERS = 10  # tasks of one process that want calls let through all the time


def start(name: str, **options: Any) -> subprocess.Popen[str]:
    """A process that runs one of PROGRAMS; it prints its result as JSON."""
    command = [sys.executable, "-m", "tests.integration.pacing", name, json.dumps(options)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def result(process: subprocess.Popen[str]) -> Any:
    """What a process printed, when it has ended well."""
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0
    return json.loads(output)


async def at_the_same_time(redis: Redis, processes: int) -> None:
    """Wait until so many processes are here."""
    if await redis.incr("ready") == processes:
        await redis.rpush("go", *range(processes))
    await redis.blpop(["go"])


async def let_through(limiter: Limiter, tokens: list[int], until: int) -> list[tuple[int, int]]:
    """When calls were let through (epoch ms), and their tokens, which are taken in turn."""
    admitted: list[tuple[int, int]] = []

    async def want(number: int) -> None:
        while (left := until - now_ms()) > 0:
            size = tokens[(number + len(admitted)) % len(tokens)]
            try:
                await limiter.reserve(size, 0, left / 1000)
            except LimitError:
                return
            admitted.append((now_ms(), size))

    await asyncio.gather(*(want(number) for number in range(WAITERS)))
    return admitted


async def pace(redis: Redis, limits: list[list[Any]], seconds: float, processes: int) -> Any:
    """Want calls of several limiters, of [name, requests, tokens, window, tokens of each call]."""
    limiters = [
        (Limiter(redis, name, Limits(requests, tokens, None, window), now_ms, processes), each)
        for name, requests, tokens, window, each in limits
    ]
    await at_the_same_time(redis, processes)
    until = now_ms() + round(seconds * 1000)
    return await asyncio.gather(*(let_through(limiter, each, until) for limiter, each in limiters))


async def calls(
    redis: Redis,
    base_url: str,
    limits: tuple[int, int, float],
    seconds: float,
    processes: int,
) -> Any:
    """Call a model all the time, within (requests, tokens, window); how many calls were answered."""
    requests, tokens, window = limits
    limiter = Limiter(redis, "calls", Limits(requests, tokens, None, window), now_ms, processes)
    prompt, answered = prompt_of(section_facts(EmailLanguage.ENGLISH)), 0
    async with AsyncOpenAI(api_key="a-key", base_url=base_url, max_retries=0) as client:
        call = ModelCall(client, "gpt-5-nano", 60.0, limiter=limiter)
        await at_the_same_time(redis, processes)
        until = now_ms() + round(seconds * 1000)

        async def ask() -> None:
            nonlocal answered
            while (left := until - now_ms()) > 0:
                try:
                    await call.ask(prompt, SECTIONS_FORM, "a call", Urgency(left / 1000))
                except WritingError as error:
                    if error.reason != "limit":
                        raise
                else:
                    answered += 1

        await asyncio.gather(*(ask() for _ in range(WAITERS)))
    return answered


async def texts(redis: Redis, prefix: str, calls: int, processes: int) -> Any:
    """Ask for one text in many calls at once; the texts and how many of them were hits."""
    cache = TextCache(redis, prefix, 60)

    async def make() -> bytes:
        await redis.incr("made")
        await asyncio.sleep(0.3)
        return "文".encode()

    await at_the_same_time(redis, processes)
    answers = await asyncio.gather(*(cache.get_or_make("key", make) for _ in range(calls)))
    return [sorted({text.decode() for text, _ in answers}), sum(is_hit for _, is_hit in answers)]


async def hang(redis: Redis, prefix: str, lease: float) -> Any:
    """Begin to make a text, and never end."""

    async def make() -> bytes:
        await redis.incr("begun")
        await asyncio.sleep(600)
        return b""

    await TextCache(redis, prefix, 60, lease_seconds=lease).get_or_make("key", make)


PROGRAMS: dict[str, Callable[..., Awaitable[Any]]] = {
    "pace": pace,
    "calls": calls,
    "texts": texts,
    "hang": hang,
}


async def main(name: str, url: str, **options: Any) -> None:
    """Run one of PROGRAMS with an own connection."""
    async with Redis.from_url(url) as redis:
        print(json.dumps(await PROGRAMS[name](redis, **options)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], **json.loads(sys.argv[2])))
