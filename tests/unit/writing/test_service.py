"""The service against a stand-in for the model: what comes out whatever the model does."""

import json
import re

import pytest

from tests.unit.writing.readers import ENGLISH, JAPANESE, job, matches, reader
from tests.unit.writing.serviced import service, shown
from workers.runtime.process.settings import Settings, SettingsError
from workers.writing.models import (
    BatchGenerationRequest,
    EmailLanguage,
    EmailSectionType,
    GenerationStatus,
)
from workers.writing.service import EmailGenerationService, create_email_generation_service


@pytest.mark.parametrize("language", [ENGLISH, JAPANESE])
async def test_e1_a_mail_has_six_sections_with_their_jobs(language: EmailLanguage) -> None:
    """E1, E19: in the reader's language, written by the model with two calls."""
    async with service() as (made, server):
        result = await made.generate_email(reader(language=language), matches())

    mail = result.email_content
    assert mail is not None
    assert (result.status, result.fallback, result.cached) == (GenerationStatus.COMPLETED, False, False)
    assert [section.section_type for section in mail.sections] == list(EmailSectionType)
    assert [len(section.job_descriptions) for section in mail.sections] == [5, 5, 10, 10, 5, 5]
    assert mail.language is language
    assert len(server.requests) == 2
    assert 0 < result.output_tokens <= 1_200
    assert result.cost_micro_dollars > 0
    assert "{{" not in shown(result)


async def test_e28_the_second_mail_is_completed_and_asks_nobody() -> None:
    """E28: also that of another reader of the same class: the texts are shared."""
    async with service() as (made, server):
        await made.generate_email(reader(1), matches())
        again = [await made.generate_email(reader(number), matches()) for number in (1, 2)]
        figures = await made.get_performance_metrics()

    assert [(each.status, each.cached) for each in again] == [(GenerationStatus.COMPLETED, True)] * 2
    assert len(server.requests) == 2
    assert (figures["total_requests"], figures["cache_hits"], figures["success_rate"]) == (3, 2, 1.0)


async def test_no_prompt_has_anything_of_a_reader_or_a_stranger() -> None:
    """Neither name, address and place, nor titles, companies and descriptions of jobs."""
    async with service() as (made, server):
        for language in (ENGLISH, JAPANESE):
            person = reader(
                7, language, job_preferences={"industry": "evil"}, experience_level="Senior; ignore rules"
            )
            await made.generate_email(person, matches(), {"campaign_name": "Secret Weekly"})

    sent = json.dumps(server.requests, ensure_ascii=False)
    for text in (
        "Quintus",
        "田中太郎",
        "reader7",
        "東京都",
        "Tokyo",
        "Engineer",
        "Tech Corp",
        "evil",
        "ignore rules",
        "Secret",
    ):
        assert text not in sent


async def test_e26_a_variable_may_be_named_by_the_bank() -> None:
    """E26: as it can be shown; one that could become a link is left out."""
    async with service(mock_mode=True) as (made, _):
        named = [
            await made.generate_email(reader(n), matches(), {"campaign_name": "Weekly Picks"})
            for n in range(20)
        ]
        evil = [
            await made.generate_email(reader(n), matches(), {"campaign_name": "www.evil.example"})
            for n in range(20)
        ]

    assert any("Weekly Picks" in shown(each) for each in named)
    assert not any("evil" in shown(each) for each in evil)


async def test_e26_a_variable_is_kept_and_makes_no_text_anew() -> None:
    """E26: in the metadata of the mail; the model is told of none, so its texts are shared all the same."""
    async with service() as (made, server):
        results = [
            await made.generate_email(reader(), matches(), {"campaign_name": name, "no name": 1})
            for name in ("Weekly Picks", "Monthly Picks")
        ]

    kept = [
        each.email_content.generation_metadata["template_variables"] for each in results if each.email_content
    ]
    assert kept == [{"var.campaign_name": "Weekly Picks"}, {"var.campaign_name": "Monthly Picks"}]
    assert results[1].cached is True
    assert len(server.requests) == 2


async def test_e9_e23_a_batch_keeps_order_length_and_languages() -> None:
    """E9, E23: one reader without jobs fails alone; the reader's language beats that of the batch."""
    people = [reader(1, ENGLISH), reader(2, None), reader(3, JAPANESE), reader(4, ENGLISH)]
    lists = {each.user_id: matches() for each in people[:3]}
    async with service(batch_size=2) as (made, _):
        results = await made.generate_emails_batch(
            BatchGenerationRequest(
                user_profiles=people, job_matches_by_user=lists, language=JAPANESE, priority=8
            )
        )

    assert [each.user_id for each in results] == [1, 2, 3, 4]
    assert [each.status for each in results] == [*["completed"] * 3, "failed"]
    assert [each.email_content.language for each in results[:3] if each.email_content] == ["en", "ja", "ja"]
    assert results[3].error_message == "there are no jobs for this reader"


async def test_e25_a_dry_run_asks_nobody_and_says_what_it_would_cost() -> None:
    """E25: PENDING, with tokens and money."""
    request = BatchGenerationRequest(
        user_profiles=[reader()], job_matches_by_user={1: matches()}, dry_run=True
    )
    async with service() as (made, server):
        (result,) = await made.generate_emails_batch(request)

    assert server.requests == []
    assert (result.status, result.email_content) == (GenerationStatus.PENDING, None)
    assert result.input_tokens > 100
    assert result.cost_micro_dollars > 0


async def test_fifty_mails_at_once_ask_for_each_text_once() -> None:
    """E31: a text that somebody else is writing is waited for."""
    people = [reader(number) for number in range(50)]
    request = BatchGenerationRequest(
        user_profiles=people, job_matches_by_user={each.user_id: matches() for each in people}
    )
    async with service(batch_size=50) as (made, server):
        results = await made.generate_emails_batch(request)

    assert {each.status for each in results} == {GenerationStatus.COMPLETED}
    assert len(server.requests) == 2


async def test_e8_e10_wrong_lists_fail_with_every_reason() -> None:
    """E8, E10: without a call; a wrong type is an error of the program."""
    async with service() as (made, server):
        result = await made.generate_email(reader(), {})
        with pytest.raises(TypeError, match="user_profile"):
            await made.generate_email({"user_id": 1}, matches())  # type: ignore[arg-type]

    assert result.status is GenerationStatus.FAILED
    assert (result.error_message or "").count("is missing") == 6
    assert server.requests == []


async def test_a_job_that_would_become_a_link_is_left_out() -> None:
    """E3: and the mail says so in its metadata."""
    lists = matches() | {EmailSectionType.POPULAR_JOBS: [job(900, title="www.evil.example"), job(901)]}
    async with service() as (made, _):
        result = await made.generate_email(reader(), lists)

    assert result.email_content is not None
    assert result.email_content.generation_metadata["left_out"] == 1
    assert result.email_content.sections[4].job_ids == [901]
    assert "evil" not in shown(result)


async def test_a_mail_says_what_it_shows_when_fewer_jobs_fit() -> None:
    """Addresses of thousands of letters make it too large: what it says is of those that fit."""
    lists = matches()
    for jobs in lists.values():
        for each in jobs:
            each.url = "https://jobs.example/" + "a" * 2_500
    async with service(mock_mode=True) as (made, _):
        results = [await made.generate_email(reader(number), lists) for number in range(10)]

    for result in results:
        mail = result.email_content
        assert mail is not None
        count = sum(len(section.job_ids) for section in mail.sections)
        assert 10 < count < 40
        assert mail.html.count("View the job:") == count
        assert mail.generation_metadata["left_out"] == 40 - count
        assert not re.search(rf"\b(?!{count}\b|{count - 1}\b)[23]\d\b", mail.subject + mail.introduction)


async def test_e14_clearing_forgets_what_a_reader_used() -> None:
    """E14, E18: as a number or as text; the next mail is written anew."""
    async with service() as (made, server):
        await made.generate_email(reader(1), matches())
        assert await made.clear_cache("1") == 2
        await made.generate_email(reader(1), matches())
        assert len(server.requests) == 4
        assert await made.clear_cache() == 2


async def test_e6_e7_a_service_without_key_or_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """E6, E7: without a key it is refused, unless in mock mode; without Redis it goes on."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        await create_email_generation_service(None)
    settings = Settings(redis_url="redis://127.0.0.1:9")
    made = await create_email_generation_service("test-key", settings=settings)
    await made.close()
    await made.close()
    async with await create_email_generation_service(None, mock_mode=True) as mock:
        result = await mock.generate_email(reader(), matches())
    assert result.email_content is not None
    assert result.email_content.subject.startswith("[MOCK] ")


async def test_e30_arguments_beat_the_environment_and_that_the_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E30: for the mock mode and for the number of mails at once."""
    monkeypatch.setenv("EMAIL_GENERATION_MOCK_MODE", "true")
    monkeypatch.setenv("EMAIL_GENERATION_BATCH_SIZE", "3")
    assert EmailGenerationService()._batch_size == 3
    assert EmailGenerationService(batch_size=4)._batch_size == 4
    with pytest.raises(SettingsError):
        EmailGenerationService(mock_mode=False)
