"""Every payload has examples, and each example is valid."""

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


def test_every_payload_of_the_catalogue_is_a_model() -> None:
    """Payloads share the base class that reads and writes them."""
    assert {model for row in CATALOG for model in row.payload} == set(PAYLOADS)


@every_payload
def test_a_payload_has_an_example_and_a_docstring(model: type[Model]) -> None:
    """Neither is inherited."""
    assert model.EXAMPLES
    assert "EXAMPLES" in vars(model)
    assert model.__doc__
    assert inspect.getdoc(model) != inspect.getdoc(Model)


@every_example
def test_an_example_reads_and_writes_back_to_the_same(model: type[Model], example: dict[str, Any]) -> None:
    """Equal payloads and equal bytes."""
    payload = model.loads(json.dumps(example).encode())

    copy = model.loads(payload.dumps())
    assert copy == payload
    assert copy.dumps() == payload.dumps()


@every_example
def test_an_example_has_only_fields_of_the_payload(model: type[Model], example: dict[str, Any]) -> None:
    """A field of an example that the model ignores is a spelling mistake."""
    assert unknown_fields(model.loads(json.dumps(example).encode()), example) == []


@every_example
def test_an_unknown_field_is_ignored(model: type[Model], example: dict[str, Any]) -> None:
    """Old readers accept records of newer writers."""
    newer = {**example, "field_from_the_future": {"a": 1}}

    assert model.loads(json.dumps(newer).encode()) == model.loads(json.dumps(example).encode())


def unknown_fields(value: Any, example: Any, path: str = "") -> list[str]:
    """The paths in the example that the value does not have."""
    if isinstance(value, BaseModel) and isinstance(example, dict):
        fields = type(value).model_fields
        return [f"{path}.{name}" for name in example if name not in fields] + [
            unknown
            for name in example
            if name in fields
            for unknown in unknown_fields(getattr(value, name), example[name], f"{path}.{name}")
        ]
    if isinstance(value, list) and isinstance(example, list):
        return [
            unknown
            for index, pair in enumerate(zip(value, example, strict=True))
            for unknown in unknown_fields(*pair, f"{path}[{index}]")
        ]
    return []
