"""Commands to a Redis that does not answer."""

import asyncio
from typing import Any

import pytest
from redis.exceptions import ConnectionError
from structlog.testing import capture_logs

from workers.runtime.pace import redis_scripts
from workers.runtime.pace.redis_scripts import ALONE_SECONDS, NoAnswerError, RedisScripts


async def answer(_redis: Any) -> int:
    return 7


async def refuse(_redis: Any) -> int:
    raise ConnectionError("refused")


async def hang(_redis: Any) -> int:
    await asyncio.sleep(600)
    return 7


async def swallow(_redis: Any) -> int:
    """What the client's own `wait_for` can do to a cancellation."""
    try:
        await asyncio.sleep(600)
    except asyncio.CancelledError:
        await asyncio.sleep(0)
    return 7


def scripts(times: list[float]) -> RedisScripts:
    redis: Any = object()
    return RedisScripts(redis, "test", lambda: times[-1])


async def test_after_a_failure_redis_is_left_alone_and_then_tried_by_one() -> None:
    """A line when it is lost, another one when it is back."""
    times, asked = [0.0], []

    async def ask(_redis: Any) -> int:
        asked.append(times[-1])
        return 7

    tried = scripts(times)
    with capture_logs() as lines:
        assert await tried.run(answer) == 7
        for now in (0.0, ALONE_SECONDS + 1):
            times.append(now)
            with pytest.raises(NoAnswerError):
                await tried.run(refuse)
        times.append(2 * ALONE_SECONDS + 0.9)
        with pytest.raises(NoAnswerError):
            await tried.run(ask)
        assert tried.is_lost
        times.append(2 * ALONE_SECONDS + 1)
        trying = asyncio.create_task(tried.run(ask))
        await asyncio.sleep(0)
        with pytest.raises(NoAnswerError):
            await tried.run(ask)
        assert await trying == 7

    assert (tried.is_lost, tried.losses, asked) == (False, 1, [2 * ALONE_SECONDS + 1])
    assert [line["event"] for line in lines] == ["test: without Redis", "test: Redis is back"]


@pytest.mark.parametrize("command", [hang, swallow])
async def test_a_redis_that_hangs_is_lost(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_scripts, "ANSWER_SECONDS", 0.01)
    with pytest.raises(NoAnswerError):
        await scripts([0.0]).run(command)


@pytest.mark.parametrize("command", [hang, swallow])
async def test_a_command_can_be_cancelled(command: Any) -> None:
    """Which is no failure of Redis."""
    tried = scripts([0.0])
    running = asyncio.create_task(tried.run(command))
    for _ in range(5):
        await asyncio.sleep(0)
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    assert not tried.is_lost
