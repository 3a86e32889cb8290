"""What the stand-in refuses, as the service does."""

from typing import Any

import pytest

from deploy.embedded.openai.errors import ApiError
from deploy.embedded.openai.models import served_models
from deploy.embedded.openai.requests import read_embedding_request, read_json, read_response_request
from tests.unit.deploy.openai.api import TEXT_SCHEMA, asked
from workers.writing.letter_prompt import LETTER_FORM
from workers.writing.pace.prices import price_table
from workers.writing.prompts import PERSONAL_FORM, SECTIONS_FORM

VECTORS = {"model": "text-embedding-3-small", "input": "Nurse"}


def in_form(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A request with this schema."""
    return asked(
        text={"format": {"type": "json_schema", "name": "x", "strict": True, "schema": schema} | more}
    )


def below(schema: object) -> dict[str, Any]:
    """A strict schema with another one in it."""
    return TEXT_SCHEMA | {"properties": {"subject": schema}, "required": ["subject"]}


def error_of(request: dict[str, Any], embeds: bool = False) -> tuple[int, str | None, str | None]:
    """Status, parameter and code of the error of a request."""
    with pytest.raises(ApiError) as raised:
        read_embedding_request(request) if embeds else read_response_request(request)
    error = raised.value.body["error"]
    assert error["message"]
    return raised.value.status, error["param"], error["code"]


@pytest.mark.parametrize(
    ("request_", "status", "param", "code"),
    [
        (asked(model="gpt-6"), 404, "model", "model_not_found"),
        (asked(model="text-embedding-3-small"), 404, "model", "model_not_found"),
        (asked(model=None), 400, "model", "missing_required_parameter"),
        (asked(input=None), 400, "input", "missing_required_parameter"),
        (asked(input=7), 400, "input", "invalid_type"),
        (asked(input=[{"role": "user"}]), 400, "input[0].content", "missing_required_parameter"),
        (asked(speed=1), 400, "speed", "unknown_parameter"),
        (asked(reasoning={"effort": "none"}), 400, "reasoning.effort", "unsupported_value"),
        (asked(model="gpt-5.4-nano"), 400, "reasoning.effort", "unsupported_value"),
        (asked(model="gpt-4.1-mini"), 400, "reasoning.effort", "unsupported_parameter"),
        (asked(reasoning={"effort": "little"}), 400, "reasoning.effort", "invalid_value"),
        (asked(max_output_tokens=1), 400, "max_output_tokens", "invalid_value"),
        (asked(temperature=0.2), 400, "temperature", "unsupported_parameter"),
        (asked(service_tier="cheap"), 400, "service_tier", "invalid_value"),
        (asked(stream=True), 400, "stream", "unsupported_parameter"),
        (asked(text={"format": {"type": "yaml"}}), 400, "text.format.type", "invalid_value"),
        (in_form(TEXT_SCHEMA, name="a mail"), 400, "text.format.name", "invalid_value"),
    ],
)
def test_a_request_is_refused_as_the_service_does(
    request_: dict[str, Any], status: int, param: str, code: str
) -> None:
    """Status, parameter and code; the message says what is wrong."""
    assert error_of(request_) == (status, param, code)


@pytest.mark.parametrize(
    "schema",
    [
        TEXT_SCHEMA | {"additionalProperties": True},
        TEXT_SCHEMA | {"required": ["subject"]},
        {"type": "string"},
        TEXT_SCHEMA | {"anyOf": [{"type": "object"}]},
        below({"type": "string", "default": "x"}),
        below({"type": "array"}),
        below({}),
        below(True),
        below({"anyOf": [{"type": "object"}]}),
        below({"type": "string", "enum": [str(number) for number in range(1_001)]}),
    ],
)
def test_a_schema_that_is_not_strict_is_refused(schema: dict[str, Any]) -> None:
    """Without `strict` the same schema is taken."""
    assert error_of(in_form(schema)) == (400, "text.format.schema", "invalid_json_schema")
    assert read_response_request(in_form(schema, strict=False)).form is not None


@pytest.mark.parametrize(
    ("more", "status", "param"),
    [
        ({"model": "gpt-5-nano"}, 404, "model"),
        ({"input": ""}, 400, "input"),
        ({"input": []}, 400, "input"),
        ({"input": ["a"] * 2_049}, 400, "input"),
        ({"input": "a " * 50_000}, 400, "input"),
        ({"dimensions": 0}, 400, "dimensions"),
        ({"dimensions": 1_537}, 400, "dimensions"),
        ({"model": "text-embedding-ada-002", "dimensions": 384}, 400, "dimensions"),
        ({"encoding_format": "hex"}, 400, "encoding_format"),
        ({"truncate": True}, 400, "truncate"),
    ],
)
def test_a_request_for_vectors_is_refused_as_the_service_does(
    more: dict[str, Any], status: int, param: str
) -> None:
    """Too many texts, too long ones, empty ones, and dimensions that the model does not have."""
    assert error_of(VECTORS | more, embeds=True)[:2] == (status, param)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(ApiError) as raised:
        read_json(body)

    assert raised.value.status == 400


@pytest.mark.parametrize("form", [PERSONAL_FORM, SECTIONS_FORM, LETTER_FORM])
def test_our_own_forms_are_strict(form: Any) -> None:
    """The schemas of all mails."""
    assert read_response_request(in_form(dict(form.schema))).form is not None


def test_a_schema_that_contains_itself_is_accepted() -> None:
    """By a reference; as deep as it is written, not as it may be."""
    node = below({"anyOf": [{"$ref": "#"}, {"type": "null"}]})

    assert read_response_request(in_form(node)).form is not None


@pytest.mark.parametrize("model", sorted(price_table()))
def test_every_model_that_has_a_price_is_served_with_its_lowest_effort(model: str) -> None:
    """The table of prices and that of the stand-in agree."""
    effort = price_table()[model].effort

    assert served_models()[model].efforts[:1] == ((effort,) if effort else ())
    asked_for = None if effort is None else {"effort": effort}
    assert read_response_request(asked(model=f"{model}-2026-01-01", reasoning=asked_for)).effort == (
        effort or "none"
    )
