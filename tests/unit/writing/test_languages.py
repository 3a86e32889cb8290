"""Multi-language support: everything of a mail is in the language of its reader."""

import re
from typing import Any

import pytest

from tests.unit.writing.readers import ENGLISH, JAPANESE, job, matches, reader
from tests.unit.writing.serviced import service
from workers.writing.models import (
    BatchGenerationRequest,
    EmailContent,
    EmailLanguage,
    EmailSectionType,
    JobMatch,
)

JAPANESE_LETTERS = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
PLAIN: dict[str, Any] = {"title": "Nurse", "company": "C", "location": "Osaka", "salary": None, "tags": []}


def plain_jobs() -> dict[EmailSectionType, list[JobMatch]]:
    """Jobs without a Japanese word."""
    return {kind: [job(int(each.job_id), **PLAIN) for each in jobs] for kind, jobs in matches().items()}


def prose(mail: EmailContent) -> list[str]:
    """Every text of a mail that is written for it."""
    sections = [(each.title, each.intro_text, each.call_to_action) for each in mail.sections]
    texts = (mail.subject, mail.preheader, mail.greeting, mail.introduction, mail.closing, mail.signature)
    return [*texts, *(text for each in sections for text in each)]


@pytest.mark.parametrize("mock_mode", [True, False])
@pytest.mark.parametrize("language", EmailLanguage)
async def test_e27_every_text_is_in_the_readers_language(language: EmailLanguage, mock_mode: bool) -> None:
    """E27: by the model and by the bank."""
    async with service(mock_mode=mock_mode) as (made, _):
        mail = (await made.generate_email(reader(language=language), plain_jobs())).email_content

    assert mail is not None
    assert f'<html lang="{language.value}"' in mail.html
    is_japanese = language is JAPANESE
    for text in prose(mail):
        assert bool(JAPANESE_LETTERS.search(text)) is is_japanese, text
    assert bool(JAPANESE_LETTERS.search(mail.text + mail.html)) is is_japanese


@pytest.mark.parametrize(
    ("own", "of_the_batch", "written"),
    [
        (ENGLISH, JAPANESE, ENGLISH),
        (JAPANESE, ENGLISH, JAPANESE),
        (None, JAPANESE, JAPANESE),
        (ENGLISH, None, ENGLISH),
        (None, None, ENGLISH),
    ],
)
async def test_e23_the_readers_own_language_beats_that_of_the_batch(
    own: EmailLanguage | None, of_the_batch: EmailLanguage | None, written: EmailLanguage
) -> None:
    """E23: which is for readers without one."""
    request = BatchGenerationRequest(
        user_profiles=[reader(1, own)], job_matches_by_user={1: matches()}, language=of_the_batch
    )
    async with service() as (made, _):
        (result,) = await made.generate_emails_batch(request)

    assert result.email_content is not None
    assert result.email_content.language is written
