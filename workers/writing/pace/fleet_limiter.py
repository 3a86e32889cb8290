"""The limiter that all calls for mails share, as the settings say."""

from collections.abc import Callable

from redis.asyncio import Redis

from workers.runtime.pace.limiter import Limiter, Limits
from workers.runtime.process.settings import Settings

NAME = "mail-calls"


def limits_of(settings: Settings, rate: int | None = None) -> Limits:
    """The limits of the settings, or with another `rate` of calls a minute."""
    dollars = settings.email_generation_daily_budget
    budget = None if dollars is None else int(dollars * 1_000_000)
    rate = rate or settings.email_generation_rate_limit
    return Limits(rate, settings.email_generation_token_limit, budget)


def fleet_limiter(
    settings: Settings, redis: Redis | None, clock: Callable[[], int], rate: int | None = None
) -> Limiter:
    """The limiter of all processes with this Redis; `clock` is in epoch milliseconds."""
    return Limiter(redis, settings.name(NAME), limits_of(settings, rate), clock)
