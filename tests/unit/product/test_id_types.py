"""The types of ids, which the topics hold as text."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Binary, DBRef, Decimal128, Int64, ObjectId

from workers.product.mapping import canonical, encode_document
from workers.product.reading.forms import ID_TYPE
from workers.product.sources import read_sources

HEX = "65a000000000000000000001"
UUID = uuid.UUID("12345678-1234-5678-1234-567812345678")
USERS = read_sources({}).of("users")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("7", None),
        (7, "number"),
        (Int64(7), "number"),
        (Decimal128("7"), "number"),
        (ObjectId(HEX), "ObjectId"),
        (HEX, None),
        (UUID, "binary"),
        (Binary.from_uuid(UUID), "binary"),
        (DBRef("users", 7), "number"),
        ({"shop": 1}, "object:n"),
        ({"shop": "1", "of": UUID, "at": {"x": 1}, "is": True, "not": None}, "object:sbons"),
        (datetime(2024, 1, 2, tzinfo=UTC), "time"),
    ],
)
def test_the_type_of_an_id_that_is_no_text_is_told(value: Any, kind: str | None) -> None:
    """Ids of two types may have the same text."""
    mapped = json.loads(encode_document(USERS, {"_id": value, "age": 5}))
    expected = {"id": canonical(value, "id"), "age": 5}
    assert mapped == (expected if kind is None else expected | {ID_TYPE: kind})
