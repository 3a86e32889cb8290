"""Performance monitoring: what the service counts, and what is said before it has counted anything."""

from typing import Any

import pytest

from deploy.embedded.openai.bodies import response_body, text_part
from deploy.embedded.openai.requests import read_response_request
from deploy.embedded.openai.writing import answer_text
from tests.standins.openai import Reply, failed
from tests.standins.written_texts import written
from tests.unit.writing.readers import ENGLISH, JAPANESE, matches, reader
from tests.unit.writing.serviced import service
from tests.unit.writing.test_service_faults import bad

DOCUMENTED = {
    "total_requests",
    "successful_requests",
    "cache_hits",
    "avg_response_time",
    "total_tokens_used",
}


async def test_e12_nothing_is_divided_by_zero_before_the_first_mail() -> None:
    """E11, E12: the shares are 0.0, and the five figures of the document are there."""
    async with service() as (made, _):
        figures = await made.get_performance_metrics()

    assert figures.keys() >= DOCUMENTED
    assert {figures[name] for name in ("success_rate", "cache_hit_rate", "fallback_rate")} == {0.0}
    assert (figures["total_requests"], figures["avg_response_time"]) == (0, 0.0)


async def test_e13_a_hit_is_a_mail_that_needed_no_call() -> None:
    """E13: hits of sections are counted beside it; another class of readers shares the sections only."""
    async with service() as (made, _):
        for person in (reader(1), reader(2), reader(3, experience_level="senior")):
            await made.generate_email(person, matches())
        figures = await made.get_performance_metrics()

    assert (figures["cache_hits"], figures["total_requests"]) == (1, 3)
    assert (figures["section_hits"], figures["section_requests"]) == (2, 3)
    assert figures["cache_hit_rate"] == pytest.approx(1 / 3)


async def test_e11_mails_tokens_and_money_add_up() -> None:
    """E11: of all mails, with those that failed, by language; every ratio of the document is at most 1."""
    async with service() as (made, _):
        results = [
            await made.generate_email(reader(1), matches()),
            await made.generate_email(reader(2, JAPANESE), matches()),
            await made.generate_email(reader(3), {}),
        ]
        figures = await made.get_performance_metrics()

    assert (figures["total_requests"], figures["successful_requests"], figures["failed_requests"]) == (
        3,
        2,
        1,
    )
    assert figures["total_tokens_used"] == sum(each.tokens_used for each in results) > 0
    assert figures["cost_micro_dollars"] == sum(each.cost_micro_dollars for each in results) > 0
    assert figures["by_language"] == {ENGLISH.value: 1, JAPANESE.value: 1}
    assert figures["avg_response_time"] == pytest.approx(sum(each.duration_ms for each in results) / 3)


async def test_e11_tokens_that_the_model_had_read_before_are_counted_and_cost_less() -> None:
    """E11: as the API says it."""

    def answer(cached: int) -> Any:
        def reply(asked: dict[str, Any]) -> Reply:
            details = {"cached_tokens": cached, "cache_write_tokens": 0}
            used = {"input_tokens": 900, "input_tokens_details": details, "output_tokens": 90}
            used |= {"output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 990}
            return Reply(response_body([text_part(answer_text(read_response_request(asked)))], used, {}))

        return reply

    figures = []
    for cached in (0, 800):
        async with service(answer(cached)) as (made, _):
            await made.generate_email(reader(), matches())
            figures.append(await made.get_performance_metrics())

    assert [each["cached_input_tokens"] for each in figures] == [0, 1_600]
    assert figures[1]["cost_micro_dollars"] < figures[0]["cost_micro_dollars"]


async def test_e11_refusals_are_counted_by_check_also_those_that_were_cured() -> None:
    """E11: the first answer of one text was refused, and the second one taken."""
    async with service(bad(subject="We found 12 jobs"), written) as (made, _):
        result = await made.generate_email(reader(), matches())
        figures = await made.get_performance_metrics()

    assert result.fallback is False
    assert figures["refusals"] == {"digits": 1}
    assert figures["fallback_reasons"] == {}


async def test_e11_fallbacks_are_counted_by_reason() -> None:
    """E11: apart from refusals."""
    async with service(failed(401, "invalid_api_key")) as (made, _):
        await made.generate_email(reader(), matches())
        figures = await made.get_performance_metrics()

    assert (figures["fallbacks"], figures["fallback_rate"]) == (1, 1.0)
    assert figures["fallback_reasons"] == {"status": 1}
    assert figures["refusals"] == {}
