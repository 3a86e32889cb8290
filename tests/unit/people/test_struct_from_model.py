"""Structs generated from models: every type, default and field; what a struct cannot express is refused."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest
from annotated_types import Ge
from pydantic import BaseModel, BeforeValidator, Field, create_model, field_validator

from schemas.fact_base import FactBase
from schemas.model import Moment, Version
from topics.catalog import BY_NAME
from workers.people.struct_from_model import struct_of, tagged_struct_of


class Part(BaseModel):
    """A nested model."""

    word: str


class Whole(BaseModel):
    """A model with a field of every supported type; a required field follows one with a default."""

    parts: list[Part] = []
    text: str
    number: int | None = None
    amount: float = 0.5
    flag: bool | None = None
    day: date | None = None
    at: Moment | None = None
    kind: Literal["a", "b"] = "a"
    version: Version
    sums: dict[str, float] = {}
    words: tuple[str, ...] = ()
    part: Part | None = None


WHOLE = {
    "parts": [{"word": "x"}], "text": "t", "number": 1, "amount": 2.0, "flag": True, "day": "2024-02-10",
    "at": "2024-02-10T00:00:00Z", "kind": "b", "version": [1, 2], "sums": {"a": 1.0}, "words": ["v"],
    "part": {"word": "y"}, "unknown": 1,
}  # fmt: skip


def decode(values: dict[str, Any]) -> Any:
    return msgspec.json.decode(msgspec.json.encode(values), type=struct_of(Whole))


def model_and_struct() -> list[tuple[type[BaseModel], type[msgspec.Struct]]]:
    """Every model of the inbox's payloads, with nested ones, and its struct."""
    waiting: list[type[BaseModel]] = list(BY_NAME["inbox"].payload)
    pairs: dict[type[BaseModel], type[msgspec.Struct]] = {}
    while waiting:
        model = waiting.pop()
        pairs[model] = struct_of(model)
        waiting += [nested for nested in nested_models(model) if nested not in pairs]
    return list(pairs.items())


def nested_models(model: type[BaseModel]) -> list[type[BaseModel]]:
    annotations = [field.annotation for field in model.model_fields.values()]
    found = []
    while annotations:
        annotation = annotations.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found.append(annotation)
        annotations += getattr(annotation, "__args__", ())
    return found


@pytest.mark.parametrize(("model", "struct"), model_and_struct(), ids=lambda pair: pair.__name__)
def test_a_struct_has_the_fields_and_defaults_of_its_model(
    model: type[BaseModel], struct: type[msgspec.Struct]
) -> None:
    """Of every model that reaches the inbox: names, order, which are required, and the other defaults."""
    fields = {field.name: field for field in msgspec.structs.fields(struct)}

    assert list(fields) == list(model.model_fields)
    for name, expected in model.model_fields.items():
        assert fields[name].required == expected.is_required()
        if not expected.is_required():
            factory = fields[name].default_factory
            default = fields[name].default if factory is msgspec.NODEFAULT else factory()
            assert default == expected.get_default()


def test_the_inbox_has_nested_models() -> None:
    """The test above would pass on an empty list."""
    assert (
        len(model_and_struct()) == 2 * len(BY_NAME["inbox"].payload) + 3
    )  # with Note, Companion and MailClick


def test_every_type_is_decoded_as_the_model_decodes_it() -> None:
    """Unknown fields are ignored; an empty document has the defaults."""
    full, least = decode(WHOLE), decode({"text": "t", "version": [1, 2]})
    expected = Whole.model_validate(WHOLE)

    assert msgspec.to_builtins(full) == msgspec.to_builtins(expected.model_dump())
    assert full.at == datetime(2024, 2, 10, tzinfo=UTC)
    assert (least.parts, least.amount, least.kind, least.part, least.sums) == ([], 0.5, "a", None, {})
    assert least.parts is not decode({"text": "t", "version": [1, 2]}).parts


@pytest.mark.parametrize(
    "wrong", [{"at": "2024-02-10T00:00:00"}, {"kind": "c"}, {"version": [1]}, {"text": None}, {"number": "1"}]
)
def test_a_value_of_another_type_is_refused(wrong: dict[str, Any]) -> None:
    """A time needs its zone, a literal one of its words: the models decide about such values."""
    with pytest.raises(msgspec.ValidationError):
        decode({**WHOLE, **wrong})


def test_a_tagged_struct_takes_its_kind_from_the_model() -> None:
    """The tag is an attribute of the class and of every struct."""

    class Base(msgspec.Struct, tag_field="kind", gc=False):
        pass

    class Odd(FactBase):
        kind: Literal["odd"] = "odd"

    struct = tagged_struct_of(Odd, Base)
    data = b'{"id":"x","version":[1,2],"at":3,"kind":"odd"}'

    assert issubclass(struct, Base)
    assert struct.__struct_fields__ == ("id", "version", "at")
    assert msgspec.json.decode(data, type=struct).kind == "odd"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("annotation", "default"),
    [
        (datetime, None),
        (set[str], ...),
        (Any, None),
        (list, ...),
        (Annotated[str, BeforeValidator(str)], ...),
        (list[Annotated[str, BeforeValidator(str)]], ...),
        (Annotated[int, Ge(0)], ...),
        (int, Field(ge=0)),
        (str, Field(alias="other")),
        (list[str], Field(default_factory=list)),
        (list[str], ["x"]),
        (Part, Part(word="x")),
    ],
)
def test_a_field_that_a_struct_cannot_express_is_refused_by_name(annotation: Any, default: Any) -> None:
    """When the struct is generated, which is at import."""
    model: type[BaseModel] = create_model("Generated", wrong=(annotation, default))

    with pytest.raises(TypeError, match=r"^Generated\.wrong: "):
        struct_of(model)


def test_a_model_with_validators_is_refused() -> None:
    """A struct would not run them."""

    class Checked(BaseModel):
        text: str

        @field_validator("text")
        @classmethod
        def check(cls, value: str) -> str:
            return value

    with pytest.raises(TypeError, match="Checked: a model with validators"):
        struct_of(Checked)
