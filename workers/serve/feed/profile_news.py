"""Tells those who wait that somebody's profile has changed, as `serve` publishes it in Redis."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from workers.runtime.process.backoff import Backoff
from workers.runtime.process.error_text import one_line
from workers.runtime.process.security import redis_options
from workers.runtime.process.settings import Settings
from workers.serve.read_model import CHANGES

log = structlog.get_logger()


class ProfileNews:
    """One subscription for all who wait; use it from one event loop, which runs `listen` beside it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def of(self, person: str) -> Iterator[asyncio.Event]:
        """An event that is set at every change of a person's profile, and when changes may be missed."""
        event = asyncio.Event()
        self._waiting.setdefault(person, set()).add(event)
        try:
            yield event
        finally:
            events = self._waiting[person]
            events.discard(event)
            if not events:
                del self._waiting[person]

    async def listen(self) -> None:
        """Listen until this is cancelled; after Redis has failed, everybody is told once."""
        backoff = Backoff()
        while True:
            try:
                await self._listen(backoff)
            except (RedisError, OSError) as error:
                delay = backoff.failed()
                if backoff.failures == 1:  # whoever keeps the read model says how often it is tried
                    log.warning("waiting for Redis", error=one_line(error), in_seconds=delay)
                await asyncio.sleep(delay)

    async def _listen(self, backoff: Backoff) -> None:
        client: Any = Redis.from_url(self._settings.redis_url, **redis_options(self._settings))
        async with client, client.pubsub() as subscription:
            await subscription.subscribe(self._settings.name(CHANGES))
            for waiting in self._waiting:
                self.tell(waiting)
            async for message in subscription.listen():
                backoff.reset()
                if message["type"] == "message" and (person := person_of(message["data"])) is not None:
                    self.tell(person)

    def tell(self, person: str) -> None:
        """Set the events of those who wait for a person's profile."""
        for event in self._waiting.get(person, ()):
            event.set()


def person_of(data: bytes) -> str | None:
    """Whose profile a published change is of; None for another one."""
    with suppress(ValueError, KeyError, TypeError):
        change = json.loads(data)
        if change["kind"] == "profile":
            return str(change["person"])
    return None
