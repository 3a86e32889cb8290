"""The snippet of Redis of the library's document, on a real one."""

import pytest
import redis.asyncio

from deploy.embedded import Services
from tests.unit.writing.test_document import block, run

pytestmark = pytest.mark.wire


async def test_e39_the_snippet_of_redis_connects(
    redis_alone: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    """E39: with redis.asyncio for aioredis; only the address is another one."""
    source = block("# Error: Redis connection failed").replace(
        "redis://localhost:6379/0", redis_alone.redis_url
    )
    scope = await run(source, aioredis=redis.asyncio)

    assert capsys.readouterr().out == "✅ Redis connection successful\n"
    await scope["redis_client"].aclose()
