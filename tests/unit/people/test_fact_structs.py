"""Facts decoded into structs have the meaning of the models."""

import json
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given

from schemas.facts import FACT
from tests.unit.people.person_facts import facts
from topics.catalog import BY_NAME
from workers.people.fact_structs import FACT_STRUCTS, FactStruct, read_fact

EXAMPLES = [example for model in BY_NAME["inbox"].payload for example in model.EXAMPLES]  # type: ignore[attr-defined]
GOOD = json.dumps(EXAMPLES[0]).encode()


def plain(fact: Any) -> Any:
    """A fact as plain values: times in UTC, lists as lists."""
    if isinstance(fact, msgspec.Struct):
        names = ("kind", *fact.__struct_fields__) if isinstance(fact, FactStruct) else fact.__struct_fields__
        return {name: plain(getattr(fact, name)) for name in names}
    if hasattr(fact, "model_fields_set"):
        return {name: plain(getattr(fact, name)) for name in type(fact).model_fields}
    if isinstance(fact, list | tuple):
        return [plain(item) for item in fact]
    return fact.timestamp() if isinstance(fact, datetime) else fact


def is_struct(fact: Any) -> bool:
    return isinstance(fact, msgspec.Struct)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["kind"])
def test_an_example_decodes_to_the_same_values_as_the_model(example: dict[str, Any]) -> None:
    """As given, and as a model writes it; what a model has written is decoded into a struct."""
    model = FACT.validate_python(example)
    for data in (json.dumps(example).encode(), model.dumps()):
        assert plain(read_fact(data)) == plain(FACT.validate_json(data))
    assert is_struct(read_fact(model.dumps()))


@given(facts())
def test_generated_facts_decode_to_the_same_values_as_the_models(drawn: list[Any]) -> None:
    """All that `route` writes is decoded into structs."""
    for fact in drawn:
        decoded = read_fact(fact.dumps())
        assert is_struct(decoded)
        assert plain(decoded) == plain(FACT.validate_json(fact.dumps()))


def test_every_kind_of_fact_has_a_struct_with_all_fields_of_its_model() -> None:
    """One struct per payload of the inbox; the value has the fields of the document."""
    assert len(FACT_STRUCTS) == len(BY_NAME["inbox"].payload)
    for model in BY_NAME["inbox"].payload:
        kind = model.model_fields["kind"].default
        (struct,) = [struct for struct in FACT_STRUCTS if struct.kind == kind == struct.__struct_config__.tag]
        assert {*struct.__struct_fields__, "kind"} == set(model.model_fields)
        value, _ = model.model_fields["value"].annotation.__args__  # type: ignore[union-attr]
        value_struct, _ = struct.__annotations__["value"].__args__
        assert value_struct.__struct_fields__ == tuple(value.model_fields)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"kind":"user"}', b'{"kind":"odd","id":"x","version":[1,1],"at":1}', b"\xff",
     GOOD.replace(b"[1, 7]", b"[1]"), GOOD.replace(b"1704067200000", b'"soon"')],
)  # fmt: skip
def test_bytes_that_the_models_refuse_are_refused_with_the_same_error(data: bytes) -> None:
    """The text is pydantic's."""
    with pytest.raises(ValueError, match="validation error") as refused:
        read_fact(data)
    with pytest.raises(ValueError, match="validation error") as expected:
        FACT.validate_json(data)
    assert str(refused.value) == str(expected.value)
