"""Mock mode: whole mails without a model, a key and Redis, that nobody can take for real ones."""

import socket
from typing import Any

import pytest

from tests.unit.writing.readers import ENGLISH, JAPANESE, matches, reader
from tests.unit.writing.serviced import service
from workers.mail import EmailGenerationService, GenerationStatus
from workers.runtime.process.settings import Settings
from workers.writing.models import EmailLanguage


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail when somebody connects to anything."""

    def refuse(*_given: Any) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("language", [ENGLISH, JAPANESE])
async def test_e35_a_mail_is_whole_and_marked_and_nobody_is_asked(language: EmailLanguage) -> None:
    """E35: also where Redis is set; it is no fallback, as nothing failed."""
    settings = Settings(redis_url="redis://127.0.0.1:9/0")
    async with EmailGenerationService("test-key", mock_mode=True, settings=settings) as made:
        result = await made.generate_email(reader(language=language), matches())
        assert await made.answers() is True
        assert await made.clear_cache() == 0

    mail = result.email_content
    assert mail is not None
    assert mail.subject.startswith("[MOCK] ")
    assert [len(section.job_ids) for section in mail.sections] == [5, 5, 10, 10, 5, 5]
    assert (result.status, result.fallback, result.tokens_used) == (GenerationStatus.COMPLETED, False, 0)


async def test_e29_without_mock_mode_no_mail_is_marked() -> None:
    """E29: neither the model's nor the bank's."""
    for replies in ((), (None,)):
        async with service() as (made, _):
            if replies:
                made._author._call = None
            mail = (await made.generate_email(reader(), matches())).email_content
        assert mail is not None
        assert "[MOCK]" not in mail.subject + mail.html + mail.text
