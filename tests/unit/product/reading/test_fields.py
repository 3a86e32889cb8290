"""A new field in the model of a document is read from the sources without any other edit."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Literal

import pytest
from bson import ObjectId
from pydantic import create_model

from schemas.documents import Order, User
from schemas.model import Moment
from schemas.notes import Noted
from topics.catalog import DOCUMENTS
from workers.product import sources
from workers.product.mapping import map_document
from workers.product.reading import read
from workers.product.reading.fields import READERS, field_readers
from workers.product.reading.numbers import read_amount

HEX = "65a000000000000000000001"
NEW_FIELDS = [
    ("coupon", str | None, " summer  2024 ", "summer 2024"),
    ("partner_id", str | None, ObjectId(HEX), HEX),
    ("tags", list[str], "tea, rice", ["tea", "rice"]),
    ("paid_at", Moment | None, "2024/01/15", datetime(2024, 1, 15, tzinfo=UTC)),
    ("due_on", date | None, "20240115", date(2024, 1, 15)),
    ("seats", int | None, "1,250", 1250),
    ("discount", float | None, "12.5", 12.5),
    ("is_gift", bool | None, "yes", True),
    ("channel", Literal["web", "App"] | None, "APP", "App"),
]
new_field = pytest.mark.parametrize(("name", "annotation", "value", "meaning"), NEW_FIELDS)


def with_field(monkeypatch: pytest.MonkeyPatch, name: str, annotation: Any) -> type[Noted]:
    """`Order` with one more field, as if it stood in its model."""
    field: Any = (annotation, [] if annotation == list[str] else None)
    model: type[Noted] = create_model("Extended", __base__=Order, **{name: field})
    readers: dict[Any, Any] = {**READERS, model: field_readers(model)}
    monkeypatch.setattr("workers.product.reading.document.READERS", readers)
    topics = [replace(topic, payload=(model,)) if topic.name == "orders" else topic for topic in DOCUMENTS]
    monkeypatch.setattr(sources, "DOCUMENTS", topics)
    return model


@new_field
def test_a_new_field_is_mapped_and_read(
    monkeypatch: pytest.MonkeyPatch, name: str, annotation: Any, value: Any, meaning: Any
) -> None:
    """From its own name and from another path, by the type in the model."""
    model = with_field(monkeypatch, name, annotation)
    for fields, raw in (({}, {name: value}), ({name: "extra.it"}, {"extra": {"it": value}})):
        source = sources.read_sources({"orders": {"fields": fields}}).of("orders")
        document = read(model, map_document(source, {"_id": "1", **raw}))

        assert (getattr(document, name), document.notes) == (meaning, [])
        assert model.loads(document.dumps()) == read(model, document.model_dump(mode="json")) == document


@new_field
def test_an_unreadable_new_field_is_noted(
    monkeypatch: pytest.MonkeyPatch, name: str, annotation: Any, value: Any, meaning: Any
) -> None:
    model = with_field(monkeypatch, name, annotation)
    document = read(model, {"id": "1", name: {"an": "object"}})

    assert not getattr(document, name)
    assert [(note.field, note.problem) for note in document.notes] == [(name, "malformed")]


@pytest.mark.parametrize("value", ["2.5", 2.5, -1, "many", 1e13])
def test_a_whole_number_is_neither_broken_nor_negative(monkeypatch: pytest.MonkeyPatch, value: Any) -> None:
    model = with_field(monkeypatch, "seats", int | None)

    assert [note.field for note in read(model, {"id": "1", "seats": value}).notes] == ["seats"]


@pytest.mark.parametrize("annotation", [dict[str, str], list[int], int | str, Literal[1, 2] | None, Any])
def test_a_field_without_a_reader_is_an_error_at_import(annotation: Any) -> None:
    """It needs a row in SPECIAL_READERS; nothing is read in a way that nobody chose."""
    model: type[Noted] = create_model("Extended", __base__=User, extra=(annotation, None))

    with pytest.raises(TypeError, match=r"^Extended\.extra: nothing reads "):
        field_readers(model)


def test_a_row_for_a_field_counts_before_its_type() -> None:
    """Also in a model that inherits the field."""
    model: type[Noted] = create_model("Extended", __base__=Order)

    assert dict(field_readers(model))["amount"] is read_amount
