"""What the library takes and gives, field by field."""

import dataclasses
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.unit.writing.readers import ENGLISH, JAPANESE, job, matches, reader
from tests.unit.writing.serviced import service
from workers.writing.models import (
    BatchGenerationRequest,
    EmailContent,
    EmailSection,
    GenerationResult,
    GenerationStatus,
    JobMatch,
    UserProfile,
)

SECTION = {"title", "intro_text", "job_descriptions", "call_to_action", "section_type", "job_ids"}


def test_e16_a_reader_is_a_data_class_that_validates() -> None:
    """E16: "ja" becomes the language, a body of a web framework is read, a wrong value is named."""
    made = UserProfile(1, "Ann", "ann@example.com", "ja")  # type: ignore[arg-type]

    assert made.preferred_language is JAPANESE
    assert TypeAdapter(UserProfile).validate_json(
        '{"user_id": "u", "name": "n", "email": "e", "preferred_language": "en"}'
    ) == UserProfile("u", "n", "e", ENGLISH)
    with pytest.raises(ValidationError, match="preferred_language"):
        UserProfile(user_id=1, name="Ann", email="a@b.c", preferred_language="de")  # type: ignore[arg-type]
    assert dataclasses.is_dataclass(UserProfile)


@pytest.mark.parametrize("score", [-0.1, 100.1, float("nan"), float("inf")])
def test_e17_a_score_is_0_to_100(score: float) -> None:
    """E17: as in the document's example, 95.0."""
    assert job(1, match_score=95.0).match_score == 95.0
    with pytest.raises(ValidationError, match="match_score"):
        job(1, match_score=score)


def test_e17_a_job_may_have_a_link() -> None:
    """E17: as the last field, so that those of the document keep their places."""
    names = [field.name for field in dataclasses.fields(JobMatch)]

    assert names[-1] == "url"
    assert JobMatch(1, "t", "c", "l").url is None


async def test_e18_ids_are_numbers_or_texts_and_stay_as_they_were_given() -> None:
    """E18: of readers and of jobs; `clear_cache` takes either."""
    lists = matches()
    first = next(iter(lists.values()))
    first[0] = job(1)
    first[1] = JobMatch("65c6…a", "Nurse", "C", "Tokyo")
    async with service() as (made, _):
        results = [await made.generate_email(reader(7), lists)]
        results.append(await made.generate_email(dataclasses.replace(reader(), user_id="u-7"), lists))
        forgotten = await made.clear_cache("7")

    assert [each.user_id for each in results] == [7, "u-7"]
    assert all(each.email_content is not None for each in results)
    assert [each.email_content.sections[0].job_ids[:2] for each in results if each.email_content] == [
        [1, "65c6…a"]
    ] * 2
    assert forgotten == 2


async def test_e19_a_mail_has_exactly_the_six_sections_in_their_order() -> None:
    """E19: made at a time with a zone; both parts are fields beside those of the document."""
    async with service() as (made, _):
        mail = (await made.generate_email(reader(), matches())).email_content
    assert mail is not None
    given = mail.model_dump()

    assert mail.generated_at.utcoffset() is not None
    for sections in (given["sections"][:5], given["sections"][::-1], given["sections"] * 2):
        with pytest.raises(ValidationError, match="exactly the six sections"):
            EmailContent.model_validate(given | {"sections": sections})
    assert EmailContent.model_validate(given) == mail


def test_e20_a_section_has_what_the_examples_read() -> None:
    """E20: and what it is of, and the jobs, in the order of their lines."""
    assert set(EmailSection.model_fields) == SECTION


async def test_e20_a_line_of_a_section_is_of_its_job() -> None:
    """E20: the titles are those of the jobs, in their order."""
    async with service() as (made, _):
        mail = (await made.generate_email(reader(), matches())).email_content
    assert mail is not None
    titles = {each.job_id: each.title for jobs in matches().values() for each in jobs}

    for section in mail.sections:
        assert len(section.job_ids) == len(section.job_descriptions) > 0
        for job_id, line in zip(section.job_ids, section.job_descriptions, strict=True):
            assert line.startswith(titles[job_id])


def test_e21_a_result_has_what_the_examples_read_and_what_it_has_cost() -> None:
    """E21."""
    named = {"user_id", "status", "email_content", "error_message"}
    cost = {"input_tokens", "output_tokens", "cost_micro_dollars", "duration_ms"}
    how = {"cached", "fallback", "reason"}

    assert set(GenerationResult.model_fields) >= named | cost | how


async def test_e21_an_error_names_nobody_and_nothing_that_was_asked() -> None:
    """E21: neither address and name of the reader, nor titles, nor a prompt."""
    person = reader(9, job_preferences={"secret": "wish"})
    lists = matches()
    for jobs in lists.values():
        jobs.append(jobs[0])
    async with service() as (made, _):
        results = [
            await made.generate_email(person, lists),
            await made.generate_email(person, {}),
            await made.generate_email(person, matches(new_arrivals=0)),
        ]

    for result in results:
        assert result.status is GenerationStatus.FAILED
        said = f"{result.error_message} {result.reason}"
        assert result.error_message
        for text in ("Quintus", "reader9", "@", "wish", "Engineer", "Rules"):
            assert text not in said


def batch(**fields: Any) -> BatchGenerationRequest:
    """A request for nobody."""
    return BatchGenerationRequest(user_profiles=[], job_matches_by_user={}, **fields)


def test_e22_a_batch_has_a_priority_of_1_to_10() -> None:
    """E22: 5 by default; without a language each reader has their own."""
    assert (batch().priority, batch().language, batch().dry_run) == (5, None, False)
    assert batch(language="ja", priority=8).language is JAPANESE
    for priority in (0, 11):
        with pytest.raises(ValidationError, match="priority"):
            batch(priority=priority)
