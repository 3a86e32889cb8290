"""Profiles of Redis: one that comes a moment after the decision, and one that does not come."""

from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from schemas.profile import EnrichedProfile
from workers.mail import stored_profiles
from workers.mail.stored_profiles import HASTY_SECONDS, LOOKS, StoredProfiles
from workers.runtime.process.settings import Settings

PROFILE = EnrichedProfile.model_validate(EnrichedProfile.EXAMPLES[0]).dumps()


class Redis:
    """Gives what a test says, one by one, then always the last."""

    def __init__(self, *answers: bytes | Exception | None) -> None:
        self.answers, self.asked = list(answers), 0

    async def get(self, name: str) -> bytes | None:
        """The next answer."""
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """The time now."""
        return self.seconds


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits."""
    monkeypatch.setattr(stored_profiles, "LOOK_SECONDS", 0.0)


def profiles(redis: Redis, clock: Clock | None = None) -> StoredProfiles:
    """Profiles of a Redis."""
    stored: Any = redis
    return StoredProfiles(stored, Settings(), clock or Clock())


async def test_a_profile_that_is_there_is_asked_for_once() -> None:
    redis = Redis(PROFILE)
    assert await profiles(redis).profile("a") is not None
    assert redis.asked == 1


async def test_a_profile_that_comes_a_moment_later_is_waited_for() -> None:
    """The decision and the profile are written at the same time, and serve reads by the batch."""
    redis = Redis(None, None, PROFILE)
    assert await profiles(redis).profile("a") is not None
    assert redis.asked == 3


async def test_after_one_was_waited_for_in_vain_nobody_is_for_a_while() -> None:
    """A read model that is empty does not hold every mail up."""
    redis, clock = Redis(None), Clock()
    stored = profiles(redis, clock)
    asked = []
    for at in (0.0, HASTY_SECONDS / 2, HASTY_SECONDS):
        clock.seconds, before = at, redis.asked
        assert await stored.profile("a") is None
        asked.append(redis.asked - before)
    assert asked == [1 + LOOKS, 1, 1 + LOOKS]


async def test_a_redis_that_does_not_answer_is_not_waited_for() -> None:
    redis = Redis(RedisConnectionError("gone"))
    assert await profiles(redis).profile("a") is None
    assert redis.asked == 1
