"""Remembers in Redis which questions were answered, so that a link answers once."""

from typing import Any

from redis import Redis

from workers.product.answer_links import VALID_MS, AnswerToken
from workers.runtime.process.settings import Settings

WRITING_SECONDS = 10  # longer than Kafka is waited for; after a crash within them the link answers again
GIVEN_MS = VALID_MS + 86_400_000  # longer than any link is valid


class GivenAnswers:
    """One key for each question of a decision. All methods raise RedisError when Redis fails."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis: Any = redis
        self._name = settings.name

    def has(self, token: AnswerToken) -> bool:
        """Whether the question was answered, or is being answered."""
        return bool(self._redis.exists(self._key(token)))

    def begin(self, token: AnswerToken) -> bool:
        """Whether nobody else has answered the question or is about to; then others wait for the end."""
        return bool(self._redis.set(self._key(token), b"writing", nx=True, ex=WRITING_SECONDS))

    def end(self, token: AnswerToken, *, written: bool) -> None:
        """The answer was written, for good, or was not, so that it may be given again."""
        if written:
            self._redis.set(self._key(token), b"given", px=GIVEN_MS)
        else:
            self._redis.delete(self._key(token))

    def _key(self, token: AnswerToken) -> str:
        return self._name(f"answered:{token.decision}/{token.field}")
