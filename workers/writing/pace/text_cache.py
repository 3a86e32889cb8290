"""Texts that are made once for all who need them, kept in Redis for a while.

Keys, behind the prefix: `text:KEY`, `lease:KEY` (who makes it), `person:HASH` (the texts that a person used).
"""

import asyncio
import json
import random
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from math import inf
from typing import Any

from redis.asyncio import Redis

from workers.runtime.metrics.models import TEXT_CACHE
from workers.runtime.pace.redis_scripts import NoAnswerError, RedisScripts
from workers.writing.pace.local_texts import LocalTexts
from workers.writing.pace.text_scripts import READ_OR_LEASE, REMEMBER, RENEW, STORE

POLL_SECONDS = 0.05  # between two looks for a text that another process makes
TTL_JITTER = 0.1  # so that texts made together do not end together
LOCAL_TEXTS = 10_000
SCANNED = 1_000  # keys of one SCAN
GLOB = re.compile(r"([*?\[\]^\\-])")


def key_of(*parts: object) -> str:
    """A key for all that a text depends on: SHA-256 (hex) of the parts as JSON; TypeError for other parts."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class TextCache:
    """A cache with one maker a text at a time. One event loop, one object; `redis` must not decode answers.

    Who makes a text holds a lease of `lease_seconds`, which is renewed as long as its process lives. Without
    Redis, texts are kept in this process, and each process makes its own.
    """

    def __init__(
        self,
        redis: Redis | None,
        prefix: str,
        ttl_seconds: int,
        jitter: Callable[[], float] = random.random,
        lease_seconds: float = 30.0,
    ) -> None:
        self._scripts = RedisScripts(redis, "texts")
        self._prefix = prefix
        self._ttl_seconds = ttl_seconds
        self._jitter = jitter
        self._lease_seconds = lease_seconds
        self._local = LocalTexts(LOCAL_TEXTS)
        self._making: dict[str, tuple[asyncio.Future[bytes | None], float]] = {}  # and since when

    async def get_or_make(
        self,
        key: str,
        make: Callable[[], Awaitable[bytes]],
        *,
        person: str | None = None,
        longest_wait: float = 30.0,
        longest_age: float = inf,
    ) -> tuple[bytes, bool]:
        """A text, and whether it was there or was made by another one.

        Waits at most `longest_wait` seconds for another one who makes it, and not for one who has been at it
        for `longest_age` seconds: then raises TimeoutError. What `make` raises is raised and not kept: the
        next one who waits makes it. The key is remembered for `person`, see `clear`.
        """
        text, is_hit = await self._get_or_make(key, make, _now() + longest_wait, longest_age)
        TEXT_CACHE.labels("hit" if is_hit else "made").inc()
        if person is not None:
            await self._remember(key, person)
        return text, is_hit

    async def kept(self, key: str) -> bytes | None:
        """A text that is there; None if it would have to be made."""
        name = self._key("text", key)
        try:
            text = await self._scripts.run(lambda redis: redis.get(name))
        except NoAnswerError:
            return self._local.get(key, _now())
        return None if text is None else bytes(text)

    async def clear(self, person: str | None = None) -> int:
        """Remove the texts that a person used, or all behind the prefix; how many were removed."""
        removed = self._local.clear(person)
        try:
            return removed + await (self._clear_all() if person is None else self._clear_of(person))
        except NoAnswerError:
            return removed

    async def count(self) -> int:
        """How many texts are kept behind the prefix by all processes; raises NoAnswerError without Redis."""
        return sum([len(keys) async for keys in self._found("text")])

    async def _get_or_make(
        self, key: str, make: Callable[[], Awaitable[bytes]], deadline: float, longest_age: float
    ) -> tuple[bytes, bool]:
        while (other := self._making.get(key)) is not None:
            making, since = other
            await asyncio.wait([making], timeout=max(0.0, min(deadline, since + longest_age) - _now()))
            if not making.done():
                raise _too_late(key)
            if (text := making.result()) is not None:
                return text, True
        making = asyncio.get_running_loop().create_future()
        self._making[key] = making, _now()
        made = None
        try:
            made, is_hit = await self._read_or_make(key, make, deadline, longest_age)
            return made, is_hit
        finally:
            del self._making[key]
            making.set_result(made)

    async def _read_or_make(
        self, key: str, make: Callable[[], Awaitable[bytes]], deadline: float, longest_age: float
    ) -> tuple[bytes, bool]:
        token, keys = secrets.token_hex(8), [self._key("text", key), self._key("lease", key)]
        try:
            while True:
                state, told = await self._scripts.script(READ_OR_LEASE, keys, [token, self._lease_ms])
                self._local.clear()  # Redis answers, and others may have cleared its texts
                if state == 1:
                    return bytes(told), True
                if state == 2:
                    break
                left = min(deadline - _now(), longest_age - int(told) / 1000)
                if left <= 0:
                    raise _too_late(key)
                await asyncio.sleep(min(POLL_SECONDS, left))
        except asyncio.CancelledError:
            await self._try(STORE, keys, [token])  # the lease may be ours already
            raise
        except NoAnswerError:
            text = self._local.get(key, _now())
            if text is not None:
                return text, True
        return await self._make(key, make, keys, token), False

    async def _make(
        self, key: str, make: Callable[[], Awaitable[bytes]], keys: list[str], token: str
    ) -> bytes:
        renewal = asyncio.create_task(self._renew(keys[1], token))
        try:
            text = await make()
        except BaseException:
            TEXT_CACHE.labels("failed").inc()
            await self._try(STORE, keys, [token])
            raise
        finally:
            renewal.cancel()
        seconds = self._ttl_seconds * (1 + TTL_JITTER * (2 * self._jitter() - 1))
        if not await self._try(STORE, keys, [token, text, round(seconds * 1000)]):
            self._local.put(key, text, _now() + seconds)
        return text

    async def _renew(self, lease: str, token: str) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            await self._try(RENEW, [lease], [token, self._lease_ms])

    async def _remember(self, key: str, person: str) -> None:
        longest_ms = round(self._ttl_seconds * (1 + TTL_JITTER) * 1000)
        if not await self._try(REMEMBER, [self._person_key(person)], [self._key("text", key), longest_ms]):
            self._local.remember(key, person)

    async def _try(self, script: str, keys: list[str], arguments: list[Any]) -> bool:
        try:
            await self._scripts.script(script, keys, arguments)
        except NoAnswerError:
            return False
        return True

    async def _clear_of(self, person: str) -> int:
        name = self._person_key(person)
        keys = await self._scripts.run(lambda redis: redis.zrange(name, 0, -1))
        removed = await self._unlink(keys)
        await self._unlink([name])
        return removed

    async def _clear_all(self) -> int:
        removed = 0
        for kind in ("text", "person"):
            found = sum([await self._unlink(keys) async for keys in self._found(kind)])
            removed += found if kind == "text" else 0
        return removed

    async def _found(self, kind: str) -> AsyncIterator[list[bytes]]:
        """The keys of a kind, in parts."""
        pattern, cursor = GLOB.sub(r"\\\1", self._key(kind, "")) + "*", 0
        while True:
            cursor, keys = await self._scan(cursor, pattern)
            yield keys
            if cursor == 0:
                return

    async def _scan(self, cursor: int, pattern: str) -> tuple[int, list[bytes]]:
        answer = await self._scripts.run(lambda redis: redis.scan(cursor, match=pattern, count=SCANNED))
        return int(answer[0]), list(answer[1])

    async def _unlink(self, keys: list[Any]) -> int:
        return int(await self._scripts.run(lambda redis: redis.unlink(*keys))) if keys else 0

    def _key(self, kind: str, name: str) -> str:
        return f"{self._prefix}{kind}:{name}"

    def _person_key(self, person: str) -> str:
        return self._key("person", sha256(person.encode("utf-8", "surrogatepass")).hexdigest())

    @property
    def _lease_ms(self) -> int:
        return round(self._lease_seconds * 1000)


def _too_late(key: str) -> TimeoutError:
    TEXT_CACHE.labels("timeout").inc()
    return TimeoutError(f"nobody made the text in time: {key}")


def _now() -> float:
    return asyncio.get_running_loop().time()
