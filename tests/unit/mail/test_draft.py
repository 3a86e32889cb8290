"""The model's answer: the schema that is asked for, and which answers are accepted."""

import json
from typing import Any

import pytest

from workers.mail.draft import Draft, read_draft, text_form
from workers.writing.errors import WritingError

ENGLISH = {"subject": "Pasta again?", "body": ["It was good to have you."], "closing": "See you"}


def test_the_schema_is_strict() -> None:
    """Every property is required and no other allowed, as structured output demands."""
    schema = text_form().schema

    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(schema["properties"]) == set(Draft.model_fields)


def test_a_good_answer_is_accepted() -> None:
    """Its parts are the draft."""
    assert read_draft(json.dumps(ENGLISH), "en") == Draft(**ENGLISH)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "language", "why"),
    [
        ({"subject": ""}, "en", "subject is empty"),
        ({"subject": "x" * 121}, "en", "subject has 121 characters, 120 are allowed"),
        ({"subject": "a\nBcc: b"}, "en", "subject holds a line break"),
        ({"body": []}, "en", "the text has 0 paragraphs"),
        ({"body": ["x"] * 7}, "en", "the text has 7 paragraphs"),
        ({"body": ["fine", "x" * 1201]}, "en", "body.1 has 1201 characters"),
        ({"body": ["see https://a.example"]}, "en", "body.0 holds a link"),
        ({"body": ["write to me@a.example"]}, "en", "body.0 holds a link"),
        ({"body": ["Dear {{name}}"]}, "en", "body.0 holds a link"),
        ({"closing": "  "}, "en", "closing is empty"),
        ({"body": ["またお越しください。"]}, "en", "the text is not English"),
        ({}, "ja", "the text is not Japanese"),
        ({"extra": 1}, "en", "the answer is no mail: extra: extra_forbidden"),
        ({"body": "one string"}, "en", "the answer is no mail: body: list_type"),
    ],
)
def test_a_bad_answer_is_refused(change: dict[str, Any], language: Any, why: str) -> None:
    """The reason names the part and holds nothing of the text."""
    with pytest.raises(WritingError, match=why):
        read_draft(json.dumps(ENGLISH | change), language)


@pytest.mark.parametrize("answer", ["", "{", "null", '{"subject": "cut of'])
def test_an_answer_that_cannot_be_parsed_is_refused(answer: str) -> None:
    """Cut or empty JSON."""
    with pytest.raises(WritingError, match="the answer is no mail"):
        read_draft(answer, "en")
