"""The client of OpenAI and the calls of its model, as the settings say."""

from collections.abc import Callable

from openai import AsyncOpenAI
from redis.asyncio import Redis

from workers.runtime.process.settings import Settings
from workers.writing.batch.api import BatchApi
from workers.writing.batch.kept_batches import KeptBatches
from workers.writing.batch.lane import BatchLane
from workers.writing.model_call import ModelCall
from workers.writing.pace.fleet_limiter import fleet_limiter


def client_of(settings: Settings, key: str) -> AsyncOpenAI:
    """The client of the settings with this key; it does not try again by itself."""
    return AsyncOpenAI(
        api_key=key,
        base_url=settings.openai_base_url,
        max_retries=0,
        timeout=settings.openai_timeout_seconds,
    )


def model_call(
    settings: Settings, key: str, redis: Redis | None, clock: Callable[[], int], rate: int | None = None
) -> ModelCall:
    """Calls of the model of the settings, at most `rate` a minute by all processes with this Redis.

    `clock` is in epoch milliseconds; without a `rate` it is that of the settings.
    """
    limiter = fleet_limiter(settings, redis, clock, rate)
    seconds = settings.openai_timeout_seconds
    return ModelCall(client_of(settings, key), settings.openai_model, seconds, limiter=limiter)


def batch_lane(
    settings: Settings, call: ModelCall, redis: Redis | None, clock: Callable[[], int]
) -> BatchLane:
    """Batches of the model of these calls, by their client and within their budget; `clock` as above."""
    kept = KeptBatches(redis, settings.name("mail-batches"), clock)
    return BatchLane(BatchApi(call.client), call.model, kept, call.limiter)
