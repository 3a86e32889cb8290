"""The batches that were begun, in Redis, so that a restart goes on with them instead of paying twice."""

from collections.abc import Callable, Iterator

import msgspec
from redis.asyncio import Redis

from workers.runtime.pace.redis_scripts import NoAnswerError, RedisScripts
from workers.writing.batch.lines import RequestLines, fingerprint

LIFE_MS = 172_800_000  # after which a batch is over for sure


class KeptBatch(msgspec.Struct, frozen=True):
    """When a batch was begun, in epoch milliseconds, and the fingerprints of its lines."""

    at: int
    lines: frozenset[str]


class KeptBatches:
    """A hash of batches by their id, at `name`. Without Redis nothing is kept; `clock` is in epoch ms."""

    def __init__(self, redis: Redis | None, name: str, clock: Callable[[], int]) -> None:
        self._redis = RedisScripts(redis, "batches")
        self._name, self._clock = name, clock

    async def keep(self, batch_id: str, lines: RequestLines) -> None:
        """A batch of these lines was begun."""
        kept = KeptBatch(self._clock(), frozenset(map(fingerprint, lines.values())))
        text = msgspec.json.encode(kept)
        try:
            await self._redis.run(lambda redis: redis.hset(self._name, batch_id, text))
            await self._redis.run(lambda redis: redis.pexpire(self._name, LIFE_MS))
        except NoAnswerError:
            return

    async def find(self, lines: RequestLines) -> dict[str, dict[str, bytes]]:
        """Which of the lines are in which batch that was begun; none for a line that is in none."""
        wanted = {fingerprint(line): custom_id for custom_id, line in lines.items()}
        found: dict[str, dict[str, bytes]] = {}
        for batch_id, kept in await self._all():
            names = [wanted.pop(each) for each in sorted(kept.lines & wanted.keys())]
            if names:
                found[batch_id] = {name: lines[name] for name in names}
        return found

    async def forget(self, batch_id: str) -> None:
        """A batch is over, and its answers were read."""
        try:
            await self._redis.run(lambda redis: redis.hdel(self._name, batch_id))
        except NoAnswerError:
            return

    async def _all(self) -> list[tuple[str, KeptBatch]]:
        """The batches that may not be over, the newest first; what is older or cannot be read is removed."""
        try:
            stored = await self._redis.run(lambda redis: redis.hgetall(self._name))
        except NoAnswerError:
            return []
        batches = dict(self._read(stored))
        for name in stored.keys() - {each.encode() for each in batches}:
            await self.forget(name.decode("utf-8", "replace"))
        return sorted(batches.items(), key=lambda each: -each[1].at)

    def _read(self, stored: dict[bytes, bytes]) -> Iterator[tuple[str, KeptBatch]]:
        for name, text in stored.items():
            try:
                kept = msgspec.json.decode(text, type=KeptBatch)
                if kept.at > self._clock() - LIFE_MS:
                    yield name.decode(), kept
            except ValueError:
                continue
