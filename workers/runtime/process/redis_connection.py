"""Connections to Redis, as the settings say."""

import redis.asyncio
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from workers.runtime.process.security import redis_options
from workers.runtime.process.settings import Settings


def connect(settings: Settings, timeout_seconds: float) -> Redis:
    """A client with this timeout and without retries; it connects on first use."""
    return Redis.from_url(
        settings.redis_url,
        **redis_options(settings),
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 0),
    )


def connect_async(settings: Settings, timeout_seconds: float, url: str | None = None) -> redis.asyncio.Redis:
    """The same for an event loop; `url` is another address than that of the settings."""
    return redis.asyncio.from_url(
        url or settings.redis_url,
        **redis_options(settings),
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
    )
