"""Reading never fails: for any JSON in any field there is no exception and no loss without a note."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from schemas.notes import Noted
from workers.product.reading import read
from workers.product.reading.fields import READERS
from workers.product.reading.lists import WORD_SEPARATORS
from workers.product.reading.values import EXTENDED_JSON, is_empty

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
KEYS = ["email", "address", "name", "x", *EXTENDED_JSON]
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
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
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


def has_content(value: Any) -> bool:
    """Whether a value holds more than nulls, NaN and words for nothing, at any depth."""
    if isinstance(value, dict):
        wrapped = len(value) == 1 and next(iter(value)) in EXTENDED_JSON
        return has_content(next(iter(value.values()))) if wrapped else True
    if isinstance(value, list):
        return any(has_content(entry) for entry in value)
    if isinstance(value, str):
        parts = WORD_SEPARATORS.split(value)
        return any(not is_empty(part.strip().strip("[]\"'").strip()) for part in parts)
    return value is not None and value == value


@given(ANY)
def test_any_object_is_read_and_reading_is_idempotent(case: tuple[type[Noted], dict[str, Any]]) -> None:
    """A document that is read, written and read a second time is the same, to the byte."""
    model, raw = case
    document = read(model, raw)
    second = read(model, from_json(document.dumps()))

    assert second == document
    assert second.dumps() == document.dumps()
    assert model.loads(document.dumps()) == document


@given(ANY)
def test_every_loss_is_noted_and_no_value_is_invented(case: tuple[type[Noted], dict[str, Any]]) -> None:
    """A field that has content in the database and none in the document has a note."""
    model, raw = case
    document, empty = read(model, raw | {"notes": None}), read(model, {})
    noted = {note.field for note in document.notes if note.problem == "malformed"}
    for name, _ in READERS[model]:
        is_empty = getattr(document, name) == getattr(empty, name)
        if name in ("time_spent_seconds", "is_team_member"):
            continue  # 0 seconds are the default; is_team_member may be derived from the role
        assert raw.get(name) is not None or is_empty, name
        assert name in noted or not (is_empty and has_content(raw.get(name))), name
