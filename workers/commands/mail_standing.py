"""What calls for mails have taken of the fleet's limits, and what is left of them."""

from dataclasses import dataclass

from redis.asyncio import Redis

from workers.runtime.pace.day_spending import day_of
from workers.runtime.pace.quota import Limits
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.writing.pace.fleet_limiter import fleet_limiter

MINUTE_MS = 60_000
MILLION = 1_000_000


@dataclass(frozen=True)
class Taken:
    """How much of a limit was taken in the last minute, and how much could be taken now."""

    last_minute: int
    limit: int
    left: int


@dataclass(frozen=True)
class LimitsTaken:
    """Calls and tokens, and the money of a UTC day in micro-dollars; None without a budget."""

    day: str
    calls: Taken
    tokens: Taken
    spent: int
    budget: int | None

    @property
    def left(self) -> int | None:
        """What of the budget is left, in micro-dollars; None without a budget."""
        return None if self.budget is None else max(0, self.budget - self.spent)


async def limits_taken(settings: Settings, redis: Redis) -> LimitsTaken:
    """What all processes have taken; raises NoAnswerError without Redis."""
    limiter = fleet_limiter(settings, redis, now_ms)
    limits: Limits = limiter.limits
    minute, window = await limiter.standing(MINUTE_MS), await limiter.standing()
    return LimitsTaken(
        day=day_of(now_ms()),
        calls=Taken(minute.calls, limits.requests, max(0, limits.requests - window.calls)),
        tokens=Taken(minute.tokens, limits.tokens, max(0, limits.tokens - window.tokens)),
        spent=window.micro_dollars,
        budget=limits.micro_dollars_a_day,
    )


def dollars(micro_dollars: int) -> str:
    """`$1.25`, with up to six places where there are more than cents."""
    places = next((each for each in (2, 4) if micro_dollars % 10 ** (6 - each) == 0), 6)
    return f"${micro_dollars / MILLION:,.{places}f}"
