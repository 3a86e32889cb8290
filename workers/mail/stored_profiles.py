"""Profiles from the read model in Redis: without one a mail is for somebody of whom nothing is known."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from redis.exceptions import RedisError

from schemas.profile import EnrichedProfile
from workers.runtime.process.error_text import one_line
from workers.runtime.process.outage import Outage
from workers.runtime.process.settings import Settings

AWAY_SECONDS = 5.0
LOOK_SECONDS, LOOKS = 0.05, 20  # for a profile that is not there yet: serve may be a moment behind a decision
HASTY_SECONDS = 5.0  # in which nobody is waited for, after somebody was in vain
ProfileOf = Callable[[str], Awaitable[EnrichedProfile | None]]  # of a person


async def no_profile(person: str) -> EnrichedProfile | None:
    """Nothing is known of anybody."""
    return None


class StoredProfiles:
    """Reads profiles as serve keeps them, under `profile:ID`; `clock` is monotonic, in seconds."""

    def __init__(self, redis: Any, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis, self._name, self._clock = redis, settings.name, clock
        self._outage = Outage("profiles in Redis", AWAY_SECONDS)
        self._hasty_until = -float("inf")

    async def profile(self, person: str) -> EnrichedProfile | None:
        """The profile of a person; None when there is none in a second, or Redis does not answer."""
        stored, looks = await self._stored(person), 0 if self._clock() < self._hasty_until else LOOKS
        while stored is None and looks and not self._outage.lasts:
            await asyncio.sleep(LOOK_SECONDS)
            stored, looks = await self._stored(person), looks - 1
            if stored is None and not looks:
                self._hasty_until = self._clock() + HASTY_SECONDS
        return None if stored is None else EnrichedProfile.loads(stored)

    async def _stored(self, person: str) -> bytes | None:
        """The bytes of a profile; None when there is none, or Redis does not answer."""
        if self._outage.lasts:
            return None
        try:
            stored: bytes | None = await self._redis.get(self._name(f"profile:{person}"))
        except (RedisError, OSError) as error:
            self._outage.failed(one_line(error))
            return None
        self._outage.answered()
        return stored
