"""Commands to a Redis that may be away: bounded in time, and left alone for a while after a failure."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from workers.runtime.metrics.rounds import REDIS_LOST
from workers.runtime.process.error_text import one_line

log = structlog.get_logger()

ANSWER_SECONDS = 2.0  # the longest wait for an answer
ALONE_SECONDS = 2.0  # for which Redis is not asked after a failure


class NoAnswerError(Exception):
    """Redis does not answer, is not asked for the moment, or there is none."""


class RedisScripts:
    """Runs scripts and commands; `use` is what goes on without Redis, for the log and the metric."""

    def __init__(self, redis: Redis | None, use: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis: Any = redis
        self._use = use
        self._clock = clock
        self._scripts: dict[str, Any] = {}
        self._until: float | None = None
        self.losses = 0
        self.is_lost = False

    async def script(self, text: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """What a script returns; raises NoAnswerError."""

        async def run(redis: Any) -> Any:
            if text not in self._scripts:
                self._scripts[text] = redis.register_script(text)
            return await self._scripts[text](keys=keys, args=arguments)

        return await self.run(run)

    async def run(self, command: Callable[[Any], Awaitable[Any]]) -> Any:
        """What a command on the client returns; raises NoAnswerError."""
        if self._redis is None:
            self._lose("there is none")
        if self._until is not None:
            if self._clock() < self._until:
                raise NoAnswerError
            self._until = self._clock() + ALONE_SECONDS  # of all who wait, one tries
        try:
            answer = await _in_time(command(self._redis))
        except (RedisError, OSError, TimeoutError) as error:
            self._lose(one_line(error))
        if self.is_lost:
            log.info(f"{self._use}: Redis is back")
        self._until, self.is_lost = None, False
        return answer

    def _lose(self, reason: str) -> Any:
        if not self.is_lost:
            log.warning(f"{self._use}: without Redis", reason=reason)
            REDIS_LOST.labels(self._use).inc()
            self.losses += 1
        self.is_lost = True
        self._until = self._clock() + ALONE_SECONDS
        raise NoAnswerError


async def _in_time(command: Awaitable[Any]) -> Any:
    """The client can swallow a cancellation (it uses `wait_for`), so it runs in a task of its own."""
    task = asyncio.ensure_future(command)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())  # else it is logged when unread
    try:
        await asyncio.wait([task], timeout=ANSWER_SECONDS)
        if not task.done():
            raise TimeoutError(f"no answer within {ANSWER_SECONDS:g} s")
        return task.result()
    finally:
        task.cancel()
