"""When a base of Airtable may be asked: five requests in any second, by all processes together.

After a refusal for too many requests nobody asks for a while; both are known in Redis, to everybody.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from redis.asyncio import Redis

from workers.runtime.metrics.sources import AIRTABLE_REQUESTS, AIRTABLE_TURNS, AIRTABLE_WAIT_SECONDS
from workers.runtime.pace.limiter import Limiter, LimitError, Limits, Reservation
from workers.runtime.pace.limiter_metrics import LimiterMetrics
from workers.runtime.pace.redis_scripts import NoAnswerError, RedisScripts
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect_async
from workers.runtime.process.settings import Settings
from workers.runtime.process.stopped import Stopped

REQUESTS_PER_SECOND = 5
PROCESSES = 3  # that ask a base when nothing is known of each other: capture, writeback, and a reader
CLOSED_SECONDS = 30.0  # for which a base refuses everything after too many requests
LONGEST_WAIT = 5.0  # seconds, between two looks at `stop`
REDIS_SECONDS = 2.0
LIMITS = Limits(REQUESTS_PER_SECOND, 1, None, 1.0)


class BasePace:
    """The pace of one base, for one thread; it is its own context manager. Times are in seconds.

    `name` is the prefix of its keys, `base` its name in the metrics. `clock` is monotonic; `stop` ends every
    wait.
    """

    def __init__(
        self,
        redis: Redis | None,
        name: str,
        base: str,
        stop: threading.Event,
        closed_seconds: float = CLOSED_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis, self._stop, self._clock = redis, stop, clock
        self._closed_key = f"{name}:closed"
        self._closed_seconds = closed_seconds
        self._closed_until = 0.0
        metrics = LimiterMetrics(AIRTABLE_TURNS, label=base)  # its waits end before ours
        self._limiter = Limiter(redis, name, LIMITS, now_ms, PROCESSES, metrics=metrics)
        self._base = base
        self._shared = RedisScripts(redis, "airtable")
        self._runner = asyncio.Runner()

    def turn(self) -> Reservation:
        """Wait until the base may be asked; raises Stopped."""
        began = self._clock()
        while not self._stop.is_set():
            if (seconds := self._closed_for()) > 0:
                self._stop.wait(min(seconds, LONGEST_WAIT))
                continue
            try:
                reservation = self._runner.run(self._limiter.reserve(0, 0, LONGEST_WAIT))
            except LimitError:
                continue
            AIRTABLE_WAIT_SECONDS.labels(self._base).observe(self._clock() - began)
            return reservation
        raise Stopped

    def over(self, reservation: Reservation, status: int | None) -> None:
        """A request was answered, or was given up: it counts from now on, as it may have come just now."""
        AIRTABLE_REQUESTS.labels(self._base, "none" if status is None else str(status)).inc()
        self._runner.run(reservation.extend())

    def close_base(self) -> None:
        """The base has refused: nobody asks it for a while."""
        self._closed_until = self._clock() + self._closed_seconds
        milliseconds = int(self._closed_seconds * 1000)
        try:
            self._runner.run(
                self._shared.run(lambda redis: redis.set(self._closed_key, 1, px=max(1, milliseconds)))
            )
        except NoAnswerError:
            return  # this process knows it

    def _closed_for(self) -> float:
        alone = self._closed_until - self._clock()
        try:
            left = self._runner.run(self._shared.run(lambda redis: redis.pttl(self._closed_key)))
        except NoAnswerError:
            return alone
        return max(alone, float(left) / 1000)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._redis is not None:
            self._runner.run(self._redis.aclose())
        self._runner.close()


def base_pace(settings: Settings, base: str, stop: threading.Event) -> BasePace:
    """The pace of a base, by the Redis of the settings."""
    redis = connect_async(settings, REDIS_SECONDS)
    name = settings.name(f"airtable:{base}")
    return BasePace(redis, name, base, stop, settings.airtable_closed_seconds)
