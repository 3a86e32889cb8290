"""A service of the library whose model is a stand-in, for its tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.standins.openai import OpenAI, Reply, Replying, stand_in
from tests.standins.written_texts import written
from workers.runtime.process.settings import Settings
from workers.writing.models import GenerationResult
from workers.writing.service import EmailGenerationService

AT = 1_707_523_200_000


@asynccontextmanager
async def service(
    *replies: Reply | Replying, **options: Any
) -> AsyncIterator[tuple[EmailGenerationService, OpenAI]]:
    """A service whose client is connected to the stand-in, without Redis."""
    async with stand_in(*(replies or (written,))) as server:
        settings = Settings(
            openai_base_url=server.url, openai_timeout_seconds=2.0, redis_url="redis://127.0.0.1:9"
        )
        async with EmailGenerationService(
            "not-a-key", settings=settings, clock=lambda: AT, **options
        ) as made:
            yield made, server


def shown(result: GenerationResult) -> str:
    """All that a reader may see of a mail."""
    mail = result.email_content
    assert mail is not None
    return "\n".join((mail.subject, mail.preheader, mail.text, mail.html))
