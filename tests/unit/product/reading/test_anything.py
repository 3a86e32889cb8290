"""Reading never fails: any JSON in any field, no exception, no silent loss, and one reading is enough."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from schemas.notes import Noted
from workers.product.reading import read
from workers.product.reading.lists import BETWEEN_WORDS
from workers.product.reading.rows import READERS
from workers.product.reading.values import EXTENDED, NOTHING

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "Ann <a@x.jp>", "mailto:a@x.jp", "<<a@b>>", "mailto:mailto:a@b?c@d", "a@x, b@y", "2024-01-15",
            "20240115", "2024/1/5", "9999-12-31T23:59:59-01:00", "1705276800000", "-1705276800", "$75.00",
            "¥7,500", "32 years", "queued", "sent", "saved", "staff", "Asia/Tokyo", "null", "N/A", "[1,",
            '["a", "b, c", 3]', "[a, b]", "true", '"', '",', "[]", "½", "²", "١٢", "e" * 70,
        ]
    ),
)  # fmt: skip
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(-(10**20), 10**20),
        st.floats(),
        st.floats(-1e15, 1e15),
        TEXTS,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["email", "address", "name", "x", *EXTENDED]), inner, max_size=3),
    ),
    max_leaves=8,
)
NOTES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "field": st.sampled_from(["age", "email", "id", "x"]) | JSON,
            "problem": st.sampled_from(["malformed", "contradictory"]) | JSON,
            "reason": TEXTS | JSON,
        },
    )
)


def documents(model: type[Noted]) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects with anything in any field of a document."""
    fields = dict.fromkeys(model.model_fields, JSON) | {"notes": JSON | NOTES}
    return st.fixed_dictionaries({}, optional=fields)


ANY = st.sampled_from(list(READERS)).flatmap(
    lambda model: documents(model).map(lambda raw: (model, from_json(to_json(raw, inf_nan_mode="constants"))))
)


def says_something(value: Any) -> bool:
    """Whether a value holds more than nulls and words for nothing, however deep."""
    if isinstance(value, dict):
        wrapped = len(value) == 1 and next(iter(value)) in EXTENDED
        return says_something(next(iter(value.values()))) if wrapped else True
    if isinstance(value, list):
        return any(says_something(each) for each in value)
    if isinstance(value, str):
        parts = BETWEEN_WORDS.split(value)
        return any(each.strip().strip("[]\"'").strip().lower() not in NOTHING for each in parts)
    return value is not None


@given(ANY)
def test_any_object_is_read_and_once_is_enough(case: tuple[type[Noted], dict[str, Any]]) -> None:
    """Read, written and read again is the same, to the byte."""
    model, raw = case
    found = read(model, raw)
    again = read(model, from_json(found.dumps()))

    assert again == found
    assert again.dumps() == found.dumps()
    assert model.loads(found.dumps()) == found


@given(ANY)
def test_every_loss_is_noted_and_nothing_is_invented(case: tuple[type[Noted], dict[str, Any]]) -> None:
    """A field that says something in the database and nothing in the document has a note."""
    model, raw = case
    found, nothing = read(model, raw | {"notes": None}), read(model, {})
    noted = {note.field for note in found.notes if note.problem == "malformed"}
    for name, _ in READERS[model]:
        lost = getattr(found, name) == getattr(nothing, name)
        if name in ("time_spent_seconds", "is_team_member"):
            continue  # 0 seconds are the same as none; a role may speak for the other
        assert raw.get(name) is not None or lost, name
        assert name in noted or not (lost and says_something(raw.get(name))), name
