"""The fast reader of facts has the models' meaning."""

import json
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from schemas.facts import FACT
from tests.unit.people.person_facts import facts
from topics.catalog import BY_NAME
from workers.people import fact_structs
from workers.people.fact_structs import read_fact

EXAMPLES = [example for model in BY_NAME["inbox"].payload for example in model.EXAMPLES]  # type: ignore[attr-defined]
GOOD = json.dumps(EXAMPLES[0]).encode()


def plain(fact: Any) -> Any:
    """A fact as plain values: times in UTC, lists as lists."""
    if isinstance(fact, msgspec.Struct):
        names = (
            ("kind", *fact.__struct_fields__)
            if isinstance(fact, fact_structs.FactStruct)
            else fact.__struct_fields__
        )
        return {name: plain(getattr(fact, name)) for name in names}
    if hasattr(fact, "model_fields_set"):
        return {name: plain(getattr(fact, name)) for name in type(fact).model_fields}
    if isinstance(fact, list | tuple):
        return [plain(one) for one in fact]
    return fact.timestamp() if isinstance(fact, datetime) else fact


def is_fast(fact: Any) -> bool:
    return isinstance(fact, msgspec.Struct)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["kind"])
def test_examples_are_read_alike(example: dict[str, Any]) -> None:
    """As given, and as a model writes them; what a model has written is read the fast way."""
    model = FACT.validate_python(example)
    for data in (json.dumps(example).encode(), model.dumps()):
        assert plain(read_fact(data)) == plain(FACT.validate_json(data))
    assert is_fast(read_fact(model.dumps()))


@settings(max_examples=50, deadline=None)
@given(facts())
def test_generated_facts_are_read_alike(some: list[Any]) -> None:
    """All that `route` writes is read the fast way."""
    for fact in some:
        found = read_fact(fact.dumps())
        assert is_fast(found)
        assert plain(found) == plain(FACT.validate_json(fact.dumps()))


def test_the_structs_have_the_fields_of_the_models() -> None:
    """A field that a model gets must come here too."""
    for model in BY_NAME["inbox"].payload:
        kind = model.model_fields["kind"].default
        (struct,) = [
            one
            for one in fact_structs.FactStruct.__subclasses__()
            if one.kind == kind == one.__struct_config__.tag
        ]
        assert {*struct.__struct_fields__, "kind"} == set(model.model_fields)
        value, _ = model.model_fields["value"].annotation.__args__  # type: ignore[union-attr]
        said, _ = struct.__annotations__["value"].__args__
        assert set(said.__struct_fields__) == set(value.model_fields)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"kind":"user"}', b'{"kind":"odd","id":"x","version":[1,1],"at":1}', b"\xff",
     GOOD.replace(b"[1, 7]", b"[1]"), GOOD.replace(b"1704067200000", b'"soon"')],
)  # fmt: skip
def test_what_the_models_refuse_is_refused(data: bytes) -> None:
    """With the models' own words."""
    with pytest.raises(ValueError, match="validation error") as refused:
        read_fact(data)
    with pytest.raises(ValueError, match="validation error") as expected:
        FACT.validate_json(data)
    assert str(refused.value) == str(expected.value)
