"""Writes the mails that programs ask for, by the service of the library."""

import asyncio

from workers.runtime.process.settings import Settings
from workers.serve.programs.models import GenerateEmailRequest
from workers.writing.models import GenerationResult


class MailGenerator:
    """Generates mails with one service."""

    def __init__(self, settings: Settings) -> None:
        from workers.writing.service import EmailGenerationService  # openai is slow to import

        self._service = EmailGenerationService(settings=settings)

    async def generate(self, asked: GenerateEmailRequest) -> GenerationResult:
        """The mail that is asked for."""
        return await self._service.generate_email(
            asked.user_profile, asked.job_matches, asked.template_variables
        )

    async def keep_open(self) -> None:
        """Keep its connections until this is cancelled, then close them."""
        try:
            await asyncio.Event().wait()
        finally:
            await self._service.close()


def mail_generator(settings: Settings) -> MailGenerator | None:
    """What writes mails for programs; None without a model to ask, unless in mock mode."""
    if settings.openai_api_key is None and not settings.email_generation_mock_mode:
        return None
    return MailGenerator(settings)
