"""Serve: what the fleet says about people, into Redis."""

import threading
import time
from contextlib import closing

import structlog
from kafka.errors import KafkaError
from redis.exceptions import RedisError

from topics.plan import TopicsError
from workers.process import exits
from workers.process.settings import Settings
from workers.serve.changes import KINDS
from workers.serve.follow import Follower
from workers.serve.letters import Letters
from workers.serve.read_model import ReadModel, connect
from workers.wire.broker import describe

GIVE_UP_SECONDS = 60.0
FIRST_DELAY, LONGEST_DELAY = 0.1, 5.0
REDIS_SECONDS = 5.0
log = structlog.get_logger()


class Patience:
    """How long a failure may last: waits longer after each, until one of them has worked again."""

    def __init__(self, give_up_seconds: float) -> None:
        self._limit = give_up_seconds
        self.worked()

    def worked(self) -> None:
        """All is well: the next failure is a first one."""
        self._since: float | None = None
        self._delay = FIRST_DELAY

    def failed(self) -> float | None:
        """Seconds to wait before the next attempt; None when it has gone on for too long."""
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        if now - self._since >= self._limit:
            return None
        delay, self._delay = self._delay, min(2 * self._delay, LONGEST_DELAY)
        return delay


def run(settings: Settings, stop: threading.Event, give_up_seconds: float = GIVE_UP_SECONDS) -> None:
    """Serve until `stop` is set. Kafka or Redis failing for too long is one line and SystemExit(4)."""
    patience = Patience(give_up_seconds)
    while not stop.is_set():
        try:
            session(settings, stop, patience)
        except (KafkaError, RedisError, TopicsError) as error:
            lost = "Redis" if isinstance(error, RedisError) else "Kafka"
            said = " ".join(str(error).split()) or type(error).__name__
            delay = patience.failed()
            if delay is None:
                log.error("serve cannot go on", lost=lost, error=said)
                raise SystemExit(exits.INFRASTRUCTURE) from None
            log.warning("trying again", lost=lost, error=said, in_seconds=delay)
            stop.wait(delay)


def session(settings: Settings, stop: threading.Event, patience: Patience) -> None:
    """Serve until the first failure; raises KafkaError, RedisError, TopicsError and TopicsMissing."""
    with connect(settings, REDIS_SECONDS) as redis, closing(Letters(settings)) as letters:
        redis.ping()
        facts = describe(settings, (*KINDS, "dead-letters"))
        Follower(settings, facts, ReadModel(redis, settings), letters, patience.worked).follow(stop)
