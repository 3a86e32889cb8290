"""The stand-in for OpenAI, and any schema: it is refused, or the answer has its form."""

import json
from typing import Any

import hypothesis.strategies as st
from hypothesis import given
from jsonschema import Draft202012Validator

from deploy.embedded.openai.errors import ApiError
from deploy.embedded.openai.requests import read_response_request
from deploy.embedded.openai.strict_schema import problem_of
from deploy.embedded.openai.writing import answer_text
from tests.unit.deploy.openai.api import asked

names = st.sampled_from(["subject", "body", "closing", "intro", "x", "件名", "a b"])
scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
any_json = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
)
KEYWORDS = ("type", "properties", "required", "anyOf", "items", "enum", "const", "$ref", "$defs", "default")
any_schemas = st.recursive(
    any_json | st.fixed_dictionaries({"type": st.sampled_from(["object", "array", "string", "x"])}),
    lambda inner: st.dictionaries(
        st.sampled_from(KEYWORDS),
        inner | st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    ),
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Strict objects of some properties."""
    return st.dictionaries(names, inner, max_size=3).map(
        lambda properties: {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    )


strict_schemas = objects(
    st.recursive(
        st.sampled_from([{"type": kind} for kind in ("string", "integer", "number", "boolean", "null")])
        | st.lists(scalars, min_size=1, max_size=3).map(lambda values: {"enum": values})
        | st.just({"type": ["string", "null"]}),
        lambda inner: (
            objects(inner)
            | inner.map(lambda items: {"type": "array", "items": items})
            | st.lists(inner, min_size=1, max_size=2).map(lambda options: {"anyOf": options})
        ),
        max_leaves=6,
    )
)


def request_for(schema: Any) -> dict[str, Any]:
    """A request with a schema."""
    form = {"type": "json_schema", "name": "any", "strict": True, "schema": schema}
    return asked("Japanese", text={"format": form})


@given(strict_schemas)
def test_a_strict_schema_is_taken_and_filled(schema: dict[str, Any]) -> None:
    """The answer is valid by it; only schemas that are too deep are refused."""
    problem = problem_of(schema)
    if problem is not None:
        assert "levels" in problem
        return
    answer = json.loads(answer_text(read_response_request(request_for(schema))))

    Draft202012Validator(schema).validate(answer)


@given(any_schemas)
def test_any_schema_is_refused_or_filled(schema: Any) -> None:
    """Nothing else is raised."""
    try:
        request = read_response_request(request_for(schema))
    except ApiError:
        return
    assert isinstance(json.loads(answer_text(request)), dict)
