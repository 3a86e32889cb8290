"""The log of all processes' calls and the day's budget, in Redis."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from redis.asyncio import Redis

from workers.runtime.pace.day_spending import DaySpending
from workers.runtime.pace.local_log import LoggedCall
from workers.runtime.pace.quota import Limits
from workers.runtime.pace.redis_scripts import RedisScripts
from workers.runtime.pace.scripts import CORRECT, EXTEND, RELEASE, RESERVE, RESTORE, STANDING


class Admission(IntEnum):
    """What becomes of a call that asks: let through, has to wait, or does not fit into the day's budget."""

    ADMITTED = 0
    WAIT = 1
    OVER_BUDGET = 2


@dataclass(frozen=True)
class CallRequest:
    """A call that asks, on a UTC day, and how many requests and tokens stand before it in its process."""

    call_id: str
    day: str
    tokens: int
    micro_dollars: int
    requests_ahead: int = 0
    tokens_ahead: int = 0


@dataclass(frozen=True)
class Standing:
    """What all processes have taken: calls and tokens of a window, and micro-dollars of a UTC day."""

    calls: int
    tokens: int
    micro_dollars: int


class SharedLog:
    """A limiter's keys in Redis, behind its name. Methods raise NoAnswerError; `spending` learns of each."""

    def __init__(self, redis: Redis | None, name: str, spending: DaySpending) -> None:
        self._scripts = RedisScripts(redis, "limiter")
        self._name = name
        self._spending = spending

    @property
    def is_lost(self) -> bool:
        """Whether Redis did not answer the last time."""
        return self._scripts.is_lost

    @property
    def losses(self) -> int:
        """How often Redis was lost."""
        return self._scripts.losses

    async def reserve(self, request: CallRequest, limits: Limits) -> tuple[Admission, int]:
        """Reserve what a call takes, all or nothing; the verdict, and how long to wait in ms."""
        budget = limits.micro_dollars_a_day
        untold = self._spending.untold(request.day)
        arguments = [
            *(request.call_id, request.tokens, request.micro_dollars),
            *(request.requests_ahead, request.tokens_ahead),
            *(limits.requests, limits.tokens, limits.window_ms, -1 if budget is None else budget),
            *(self._spending.shared(request.day), untold),
        ]
        verdict, wait_ms, spent = await self._scripts.script(RESERVE, self._keys(request.day), arguments)
        self._spending.learn(request.day, int(spent), untold)
        return Admission(verdict), int(wait_ms)

    async def correct(self, request: CallRequest, tokens: int, micro_dollars: int) -> None:
        """Set what a call really took."""
        arguments = [request.call_id, tokens, micro_dollars, request.micro_dollars]
        spent = await self._scripts.script(CORRECT, self._keys(request.day), arguments)
        self._spending.learn(request.day, int(spent), 0)

    async def release(self, request: CallRequest) -> None:
        """Take back a call that was not made."""
        spent = await self._scripts.script(RELEASE, self._keys(request.day), [request.call_id])
        self._spending.learn(request.day, int(spent), 0)

    async def extend(self, request: CallRequest, window_ms: int) -> None:
        """Count a call from now on."""
        arguments = [request.call_id, request.tokens, window_ms]
        await self._scripts.script(EXTEND, self._keys(request.day), arguments)

    async def restore(
        self, calls: Iterable[tuple[str, LoggedCall]], now_ms: int, day: str, window_ms: int
    ) -> None:
        """Tell Redis what this process knows of the window, after it was lost."""
        arguments: list[str | int] = [window_ms]
        for call_id, call in calls:
            arguments += [call_id, now_ms - call.at_ms, call.tokens, call.micro_dollars]
        await self._scripts.script(RESTORE, self._keys(day), arguments)

    async def standing(self, day: str, window_ms: int) -> Standing:
        """What was taken in the last milliseconds, and spent on a day."""
        return Standing(*map(int, await self._scripts.script(STANDING, self._keys(day), [window_ms])))

    def _keys(self, day: str) -> list[str]:
        return [f"{self._name}:calls", f"{self._name}:costs", f"{self._name}:day:{day}"]
