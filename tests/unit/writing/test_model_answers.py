"""Answers of the API as they come: a text, or the kind of what is wrong."""

from typing import Any

import pytest

from deploy.embedded.openai.bodies import (
    failed_response,
    incomplete,
    refusal_part,
    response_body,
    text_part,
    usage,
)
from tests.standins.openai import Reply
from tests.standins.written_texts import written
from tests.unit.writing.readers import matches, reader
from tests.unit.writing.serviced import service
from workers.writing.errors import RetryableError, TruncatedError, WritingError
from workers.writing.model_answers import ModelAnswer, Usage, answer_of

WHOLE = response_body([text_part("Hello")], usage(900, 2), {})


def reason_of(body: object) -> str:
    """The kind of what is wrong with an answer."""
    with pytest.raises(WritingError) as caught:
        answer_of(body)
    return caught.value.reason


def test_a_whole_answer_has_its_text_and_its_tokens() -> None:
    assert answer_of(WHOLE) == ModelAnswer("Hello", Usage(900, 0, 2))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (incomplete(WHOLE), "truncated"),
        (incomplete(WHOLE, "content_filter"), "refused"),
        (response_body([refusal_part("No.")], usage(900, 2), {}), "refused"),
        (response_body([text_part(" ")], usage(900, 2), {}), "empty"),
        (response_body([], usage(900, 2), {}), "empty"),
        (failed_response(WHOLE), "status"),
        (WHOLE | {"status": "cancelled"}, "status"),
        (WHOLE | {"status": "incomplete"}, "truncated"),
        ({"error": {"code": "x"}}, "schema"),
        ({"status": ["completed"]}, "schema"),
        (["completed"], "schema"),
        (None, "schema"),
    ],
)
def test_the_kinds_of_bad_answers_are_told_apart(body: object, reason: str) -> None:
    assert reason_of(body) == reason


def test_an_answer_that_ran_out_of_tokens_may_be_whole_with_more_of_them() -> None:
    """One that is incomplete for another reason may not."""
    with pytest.raises(TruncatedError):
        answer_of(incomplete(WHOLE))
    with pytest.raises(WritingError) as caught:
        answer_of(WHOLE | {"status": "incomplete"})
    assert type(caught.value) is WritingError


@pytest.mark.parametrize("code", ["server_error", "rate_limit_exceeded"])
def test_a_failure_of_the_service_may_be_tried_again(code: str) -> None:
    """As the same failure with an HTTP status may; the code is named."""
    with pytest.raises(RetryableError, match=f"the answer is failed .{code}."):
        answer_of(failed_response(WHOLE, code))


@pytest.mark.parametrize(
    ("error", "named"),
    [
        ({"code": "invalid_prompt", "message": "the text of a reader"}, "invalid_prompt"),
        ({"code": "x" * 900}, "x" * 40),
        ({"code": 5}, "no code"),
        (None, "no code"),
        ("broken", "no code"),
    ],
)
def test_another_failure_is_final_and_names_its_code_only(error: Any, named: str) -> None:
    with pytest.raises(WritingError) as caught:
        answer_of(WHOLE | {"status": "failed", "error": error})
    assert type(caught.value) is WritingError
    assert str(caught.value) == f"the answer is failed ({named})"


async def test_a_mail_comes_from_the_model_after_a_failure_of_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first answers have status 200 and failed."""
    monkeypatch.setattr("workers.writing.model_call.FIRST_DELAY", 0.001)
    broken = Reply(failed_response(WHOLE))
    async with service(broken, broken, written) as (made, server):
        result = await made.generate_email(reader(), matches())

    assert result.fallback is False
    assert len(server.requests) == 4
