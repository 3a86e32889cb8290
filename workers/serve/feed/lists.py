"""The lists that were made, in Redis for a while, so that every page of one is of the same list."""

from typing import Any

import msgspec
from redis import Redis

from workers.recommend.picks import Picks
from workers.runtime.process.settings import Settings

KEPT_SECONDS = 1_800  # a list that nobody pages through is made anew
DECODER = msgspec.json.Decoder(Picks)


class ListStore:
    """Stores and finds lists by their request id; all methods raise RedisError when Redis fails."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis: Any = redis
        self._name = settings.name

    def put(self, picks: Picks) -> None:
        """Store a list for KEPT_SECONDS."""
        self._redis.set(self._key(picks.request_id), msgspec.json.encode(picks), ex=KEPT_SECONDS)

    def get(self, request_id: str) -> Picks | None:
        """The list of a request; None when it was never made, is too old, or another version made it."""
        stored = self._redis.get(self._key(request_id))
        try:
            return None if stored is None else DECODER.decode(stored)
        except (msgspec.DecodeError, ValueError):
            return None

    def _key(self, request_id: str) -> str:
        return self._name(f"feed:{request_id}")
