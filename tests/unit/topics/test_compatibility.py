"""Which changes of a schema break a reader."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from topics.compatibility import breaks
from topics.snapshot import current


class Old(BaseModel):
    """An object inside another."""

    word: Literal["a", "b"] = "a"


class Grown(BaseModel):
    """The same with one more value."""

    word: Literal["a", "b", "c"] = "a"


class Shrunk(BaseModel):
    """The same with one value less."""

    word: Literal["a"] = "a"


class Node(BaseModel):
    """An object that holds others of its kind."""

    inner: list["Node"] = []
    note: str | None = None


class Terse(BaseModel):
    """The same without its note."""

    inner: list["Terse"] = []


def schema(**fields: Any) -> dict[str, Any]:
    """The schema of a payload with these fields: a type, or (type, default)."""
    full = {name: field if isinstance(field, tuple) else (field, ...) for name, field in fields.items()}
    model: type[BaseModel] = create_model("Payload", **full)  # type: ignore[call-overload]
    return model.model_json_schema()


SAFE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": ({"a": int}, {"a": int}),
    "a new field with a default": ({"a": int}, {"a": int, "b": (str, "")}),
    "another default": ({"a": (int, 1)}, {"a": (int, 2)}),
    "a word more": ({"a": Literal["x", "y"]}, {"a": Literal["z", "y", "x"]}),
    "a second word": ({"a": Literal["x"]}, {"a": Literal["x", "y"]}),
    "a word more, deep inside": ({"a": list[Old]}, {"a": list[Grown]}),
    "other texts": (
        {"a": Annotated[int, Field(description="old")]},
        {"a": Annotated[int, Field(description="new", title="A", examples=[1])]},
    ),
    "other annotations": (
        {"a": int},
        {"a": Annotated[int, Field(json_schema_extra={"deprecated": True, "readOnly": True})]},
    ),
    "the same alternatives in another order": ({"a": int | str | None}, {"a": None | str | int}),
}
BREAKING: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a field gone": ({"a": int, "b": (str, "")}, {"a": int}, "b: the field is gone"),
    "a field renamed": ({"a": (int, 1)}, {"b": (int, 1)}, "a: the field is gone"),
    "a new field without a default": ({"a": int}, {"a": int, "b": str}, "b: a new field without a default"),
    "a field now required": ({"a": (int, 1)}, {"a": int}, "a: now required"),
    "a field no longer required": ({"a": int}, {"a": (int, 1)}, "a: no longer required"),
    "a narrower type": ({"a": float}, {"a": int}, "a: number is gone"),
    "a wider type": ({"a": int}, {"a": float}, "a: number is new"),
    "null no longer allowed": ({"a": int | None}, {"a": int}, "a: null is gone"),
    "null newly allowed": ({"a": int}, {"a": int | None}, "a: null is new"),
    "another type": ({"a": int}, {"a": str}, "a: integer is gone"),
    "a word less": ({"a": Literal["x", "y"]}, {"a": Literal["x"]}, "a: the word y is gone"),
    "a word renamed": ({"a": Literal["x"]}, {"a": Literal["y"]}, "a: the word x is gone"),
    "any text becomes words": ({"a": str}, {"a": Literal["x", "y"]}, "a: only x, y are left"),
    "words become any text": ({"a": Literal["x"]}, {"a": str}, "a: any word is possible"),
    "a tighter bound": (
        {"a": Annotated[int, Field(ge=0)]},
        {"a": Annotated[int, Field(ge=1)]},
        "a: minimum was 0, is 1",
    ),
    "another format": ({"a": str}, {"a": date}, "a: format was None, is date"),
    "elements of another type": ({"a": list[int]}, {"a": list[str]}, "a[]: integer is gone"),
    "an element inside a list": ({"a": list[Old]}, {"a": list[Shrunk]}, "a[].word: the word b is gone"),
    "inside an alternative": ({"a": Old | None}, {"a": Shrunk | None}, "a.word: the word b is gone"),
    "a value of a map": ({"a": dict[str, Old]}, {"a": dict[str, Shrunk]}, "a.*.word: the word b is gone"),
    "a place of a tuple": ({"a": tuple[int, int]}, {"a": tuple[int, str]}, "a[1]: integer is gone"),
    "a tuple made longer": ({"a": tuple[int, int]}, {"a": tuple[int, int, int]}, "a: 2 places were fixed"),
    "one of several objects": ({"a": Old | Node}, {"a": Old}, "a: the object Node is gone"),
}


@pytest.mark.parametrize("name", SAFE)
def test_a_safe_change_breaks_nothing(name: str) -> None:
    """Old and new readers accept it."""
    old, new = SAFE[name]

    assert breaks(schema(**old), schema(**new)) == []


@pytest.mark.parametrize("name", BREAKING)
def test_a_breaking_change_is_named_with_its_path(name: str) -> None:
    """The line begins with the path and names the change."""
    old, new, line = BREAKING[name]

    assert any(broken.startswith(line) for broken in breaks(schema(**old), schema(**new)))


def test_refusing_unknown_fields_is_a_breaking_change() -> None:
    """A strict object refuses the fields that old writers add."""
    strict = {**schema(a=int), "additionalProperties": False}

    assert breaks(schema(a=int), strict) == ["the payload: unknown fields were allowed, are refused"]


def test_a_model_that_contains_itself_is_compared_once() -> None:
    """Recursion ends, and a difference inside is found."""
    lines = breaks(Node.model_json_schema(), Terse.model_json_schema())

    assert "note: the field is gone, so old readers miss it" in lines
    assert breaks(Node.model_json_schema(), Node.model_json_schema()) == []


def without(field: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A schema without one of its fields."""
    return lambda node: {
        **node,
        "properties": {name: value for name, value in node["properties"].items() if name != field},
    }


@pytest.mark.parametrize("name", sorted(current()))
def test_every_payload_is_compared(name: str) -> None:
    """Each real payload does not differ from itself, and each removed field is a breaking change."""
    payload = current()[name]

    assert breaks(payload, payload) == []
    for field in payload["properties"]:
        assert breaks(payload, without(field)(payload)) == [
            f"{field}: the field is gone, so old readers miss it"
        ]
