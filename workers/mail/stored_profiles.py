"""Profiles from the read model in Redis: without one a mail is for somebody of whom nothing is known."""

from collections.abc import Awaitable, Callable
from typing import Any

from redis.exceptions import RedisError

from schemas.profile import EnrichedProfile
from workers.runtime.process.error_text import one_line
from workers.runtime.process.outage import Outage
from workers.runtime.process.settings import Settings

AWAY_SECONDS = 5.0
ProfileOf = Callable[[str], Awaitable[EnrichedProfile | None]]  # of a person


async def no_profile(person: str) -> EnrichedProfile | None:
    """Nothing is known of anybody."""
    return None


class StoredProfiles:
    """Reads profiles as serve keeps them, under `profile:ID`."""

    def __init__(self, redis: Any, settings: Settings) -> None:
        self._redis, self._name = redis, settings.name
        self._outage = Outage("profiles in Redis", AWAY_SECONDS)

    async def profile(self, person: str) -> EnrichedProfile | None:
        """The profile of a person; None when there is none, or Redis does not answer."""
        if self._outage.lasts:
            return None
        try:
            stored: bytes | None = await self._redis.get(self._name(f"profile:{person}"))
        except (RedisError, OSError) as error:
            self._outage.failed(one_line(error))
            return None
        self._outage.answered()
        return None if stored is None else EnrichedProfile.loads(stored)
