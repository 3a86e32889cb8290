"""Every payload has examples, and each example is one."""

import inspect
import json
from typing import Any

import pytest
from pydantic import BaseModel

from schemas.model import Model
from topics.catalog import CATALOG

PAYLOADS = sorted(
    {model for row in CATALOG for model in row.payload if issubclass(model, Model)},
    key=lambda model: model.__name__,
)
EXAMPLES = [
    pytest.param(model, example, id=f"{model.__name__}-{number}")
    for model in PAYLOADS
    for number, example in enumerate(model.EXAMPLES)
]

every_payload = pytest.mark.parametrize("model", PAYLOADS, ids=lambda model: model.__name__)
every_example = pytest.mark.parametrize(("model", "example"), EXAMPLES)


def test_every_payload_of_the_catalogue_is_a_model_of_ours() -> None:
    """Payloads share the base that reads and writes them."""
    assert {model for row in CATALOG for model in row.payload} == set(PAYLOADS)


@every_payload
def test_a_payload_has_an_example_and_a_docstring(model: type[Model]) -> None:
    """Both are its own, not inherited."""
    assert model.EXAMPLES
    assert "EXAMPLES" in vars(model)
    assert model.__doc__
    assert inspect.getdoc(model) != inspect.getdoc(Model)


@every_example
def test_an_example_reads_and_writes_back_to_the_same(model: type[Model], example: dict[str, Any]) -> None:
    """JSON in, JSON out: equal payloads, equal bytes."""
    payload = model.loads(json.dumps(example).encode())

    again = model.loads(payload.dumps())
    assert again == payload
    assert again.dumps() == payload.dumps()


@every_example
def test_an_example_says_only_what_the_payload_knows(model: type[Model], example: dict[str, Any]) -> None:
    """A field of an example that the model drops is a spelling mistake."""
    assert unknown(model.loads(json.dumps(example).encode()), example) == []


@every_example
def test_a_field_from_the_future_is_ignored(model: type[Model], example: dict[str, Any]) -> None:
    """Old readers get along with records of newer writers."""
    newer = {**example, "field_from_the_future": {"a": 1}}

    assert model.loads(json.dumps(newer).encode()) == model.loads(json.dumps(example).encode())


def unknown(value: Any, given: Any, path: str = "") -> list[str]:
    """The paths in `given` that the value does not have."""
    if isinstance(value, BaseModel) and isinstance(given, dict):
        fields = type(value).model_fields
        return [f"{path}.{name}" for name in given if name not in fields] + [
            found
            for name in given
            if name in fields
            for found in unknown(getattr(value, name), given[name], f"{path}.{name}")
        ]
    if isinstance(value, list) and isinstance(given, list):
        return [
            found
            for index, pair in enumerate(zip(value, given, strict=True))
            for found in unknown(*pair, f"{path}[{index}]")
        ]
    return []
