"""Texts in a real Redis: made once by all processes together, kept for a while, and cleared."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from deploy.embedded import Services
from tests.integration import pacing
from tests.integration.processes import until
from workers.runtime.pace import redis_scripts
from workers.writing.pace.text_cache import TextCache

pytestmark = pytest.mark.wire
TTL, LEASE = 100, 0.6


def making(text: bytes, seconds: float = 0.0, fails: bool = False) -> Callable[[], Awaitable[bytes]]:
    """Makes a text, or fails, after a while."""

    async def make() -> bytes:
        await asyncio.sleep(seconds)
        if fails:
            raise LookupError("no model")
        return text

    return make


async def never() -> bytes:
    """Must not be called."""
    raise AssertionError("the text was made again")


async def until_leased(redis: Redis, prefix: str) -> None:
    """Wait until somebody makes the text `key`."""
    async with asyncio.timeout(30):
        while not await redis.exists(f"{prefix}lease:key"):  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.005)


async def test_a_text_is_made_once_by_three_processes(redis_alone: Services, empty_redis: Redis) -> None:
    """Each of them asks for it fifty times at once."""
    options = {"url": redis_alone.redis_url, "prefix": "a:", "calls": 50, "processes": 3}
    processes = [pacing.start("texts", **options) for _ in range(3)]
    results = [await asyncio.to_thread(pacing.result, each) for each in processes]

    assert await empty_redis.get("made") == b"1"
    assert [texts for texts, _ in results] == [["文"]] * 3
    assert sum(hits for _, hits in results) == 149


async def test_a_follower_takes_over_when_the_maker_was_killed(
    redis_alone: Services, empty_redis: Redis
) -> None:
    """Not while it lives, though it takes longer than a lease; then when the lease has ended."""
    cache = TextCache(empty_redis, "a:", TTL, lease_seconds=LEASE)
    with pacing.start("hang", url=redis_alone.redis_url, prefix="a:", lease=LEASE) as maker:
        await until_leased(empty_redis, "a:")
        with pytest.raises(TimeoutError):
            await cache.get_or_make("key", never, longest_wait=2 * LEASE)
        maker.kill()
        await asyncio.to_thread(until, lambda: maker.poll() is not None)
        killed = time.monotonic()
        answer = await cache.get_or_make("key", making(b"x"), longest_wait=30)

    assert answer == (b"x", False)
    assert time.monotonic() - killed < LEASE + 0.5


async def test_a_failure_is_raised_and_not_kept(empty_redis: Redis) -> None:
    """One who waits for it makes the text itself at once, in the same process and in another one."""
    one, other = (TextCache(empty_redis, "a:", TTL) for _ in range(2))
    failing = asyncio.create_task(one.get_or_make("key", making(b"", 0.2, fails=True)))
    await until_leased(empty_redis, "a:")
    started = time.monotonic()
    answers = await asyncio.gather(
        one.get_or_make("key", making(b"x", 0.1)),
        one.get_or_make("key", making(b"x", 0.1)),
        other.get_or_make("key", making(b"x", 0.1)),
    )

    with pytest.raises(LookupError):
        await failing
    assert [text for text, _ in answers] == [b"x"] * 3
    assert sorted(is_hit for _, is_hit in answers) == [False, True, True]
    assert time.monotonic() - started < 2  # the lease is 30 s
    assert await empty_redis.keys() == [b"a:text:key"]


async def test_a_maker_that_is_cancelled_at_any_moment_leaves_no_lease(empty_redis: Redis) -> None:
    """Also between the lease and its answer; a follower goes on."""
    cache = TextCache(empty_redis, "a:", TTL)
    for steps in range(60):
        maker = asyncio.create_task(cache.get_or_make("key", making(b"", 60)))
        for _ in range(steps):
            await asyncio.sleep(0)
        maker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await maker
        assert await empty_redis.keys() == []
    maker = asyncio.create_task(cache.get_or_make("key", making(b"", 60)))
    await until_leased(empty_redis, "a:")
    follower = asyncio.create_task(cache.get_or_make("key", making(b"x")))
    await asyncio.sleep(0)
    maker.cancel()

    assert await follower == (b"x", False)


async def test_one_who_waited_as_long_as_allowed_gives_up(empty_redis: Redis) -> None:
    """In the maker's process and in another one; the text is made all the same."""
    one, other = (TextCache(empty_redis, "a:", TTL) for _ in range(2))
    maker = asyncio.create_task(one.get_or_make("key", making(b"x", 0.5)))
    await until_leased(empty_redis, "a:")
    for cache in (one, other):
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            await cache.get_or_make("key", never, longest_wait=0.1)
        assert time.monotonic() - started == pytest.approx(0.1, abs=0.1)

    assert await maker == (b"x", False)
    assert await other.get_or_make("key", never) == (b"x", True)


async def test_nobody_waits_for_one_who_has_been_at_it_for_long(empty_redis: Redis) -> None:
    """Its age counts, not how long one has waited: who comes later does not wait at all."""
    one, other = (TextCache(empty_redis, "a:", TTL) for _ in range(2))
    maker = asyncio.create_task(one.get_or_make("key", making(b"x", 30)))
    await until_leased(empty_redis, "a:")
    for cache in (one, other):
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            await cache.get_or_make("key", never, longest_age=0.5)
        assert time.monotonic() - started < 0.6
    for cache in (one, other):
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            await cache.get_or_make("key", never, longest_age=0.4)
        assert time.monotonic() - started < 0.3
    maker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await maker
    assert await empty_redis.keys() == []


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 90), (0.5, 100), (1.0, 110)])
async def test_texts_made_together_end_apart(empty_redis: Redis, jitter: float, seconds: int) -> None:
    """The time to live is up to a tenth shorter or longer."""
    await TextCache(empty_redis, "a:", TTL, lambda: jitter).get_or_make("key", making(b""))

    assert await empty_redis.pttl("a:text:key") / 1000 == pytest.approx(seconds, abs=1)


async def test_clearing_leaves_what_others_use(empty_redis: Redis) -> None:
    """E14: what a person used, made or found; then all behind the prefix, which is no pattern."""
    cache, near, far = (TextCache(empty_redis, prefix, TTL) for prefix in ("a*:", "ab:", "b:"))
    assert await cache.count() == 0
    for each in (cache, near, far):
        await each.get_or_make("shared", making(b"s"), person="1")
        await each.get_or_make("one", making(b"1"), person="1")
        await each.get_or_make("two", making(b"2"), person="2")
        await each.get_or_make("shared", never, person="2")
    assert [await each.count() for each in (cache, near, far)] == [3, 3, 3]
    own = await cache.clear("2")
    again = await cache.clear("2")
    found = await cache.get_or_make("one", never)
    remade = await cache.get_or_make("shared", making(b"t"))

    assert (own, again) == (2, 0)
    assert (found, remade) == ((b"1", True), (b"t", False))
    assert await cache.clear() == 2
    assert await empty_redis.keys("a[*]:*") == []
    for each in (near, far):
        assert await each.get_or_make("two", never) == (b"2", True)
        assert await each.clear() == 3
    assert await empty_redis.dbsize() == 0


async def test_clearing_removes_more_than_one_scan_finds(empty_redis: Redis) -> None:
    """E14: in any number of steps."""
    async with empty_redis.pipeline(transaction=False) as pipe:
        for number in range(3_000):
            pipe.set(f"a:text:{number}", b"")
        pipe.set("aa:text:1", b"")
        await pipe.execute()

    assert await TextCache(empty_redis, "a:", TTL).clear() == 3_000
    assert await empty_redis.keys() == [b"aa:text:1"]


async def test_when_redis_stops_texts_are_made_and_kept_in_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those that were there before; it is said once, and all of it is forgotten when Redis is back."""
    made: list[Any] = []

    async def make() -> bytes:
        made.append(1)
        await asyncio.sleep(0.05)
        return b"x"

    monkeypatch.setattr(redis_scripts, "ALONE_SECONDS", 0.2)
    with Services.start(tmp_path, only=("redis",)) as services:
        async with Redis.from_url(services.redis_url) as redis:
            cache = TextCache(redis, "a:", TTL)
            await cache.get_or_make("key", make)
            services.stop_one("redis")
            with capture_logs() as lines:
                answers = await asyncio.gather(
                    *(cache.get_or_make("key", make, person="1") for _ in range(20))
                )
                answers.append(await cache.get_or_make("key", never))
                removed = await cache.clear("1")
                again = await cache.get_or_make("key", make)
            services.start_one("redis")
            async with asyncio.timeout(30):
                while not await redis.exists("a:text:back"):
                    await cache.get_or_make("back", make)
                    await asyncio.sleep(0.05)
            kept = await cache.get_or_make("key", never)
            services.stop_one("redis")
            forgotten = await cache.get_or_make("key", make)

    assert [line["event"] for line in lines] == ["texts: without Redis"]
    assert sorted(is_hit for _, is_hit in answers) == [False] + [True] * 20
    assert (removed, again, kept, forgotten) == (1, (b"x", False), (b"x", True), (b"x", False))
