"""Filters and computed fields in the changes of Debezium."""

import json
from typing import Any

import pytest

from tests.unit.product.changes.test_change import LATEST, content, envelope
from workers.product.changes.change import read_change
from workers.product.changes.columns import UNAVAILABLE
from workers.product.reading.forms import ForeignFormError
from workers.product.sources import read_sources

ORDERS = {
    "external": True,
    "format": "debezium",
    "where": {"state": ["paid", "shipped"], "meta.test": {"not": True}},
    "fields": {
        "amount": {"sum": "lines.total"},
        "status": {"path": "state", "values": {"paid": "placed"}},
        "event_id": {"first": ["event", "meta.event"]},
    },
}


def order(row: dict[str, Any], **parts: Any) -> Any:
    """The fields of an order after a change; None when it is left out."""
    source = read_sources({"orders": ORDERS}).of("orders")
    value = envelope(after={"id": 7, "user_id": 1} | row, **parts)
    return read_change(source, json.dumps(value).encode(), LATEST).content


def test_a_row_that_is_left_out_is_a_deletion() -> None:
    """The conditions see columns of JSON as documents, and computed fields, too."""
    row = {"state": "paid", "lines": '[{"total": 5}, {"total": 7.5}]', "meta": '{"test": false, "event": 3}'}

    assert order(row) == {"user_id": "1", "amount": 12.5, "status": "placed", "event_id": "3"}
    assert order(row | {"meta": '{"test": true}'}) is None
    assert order(row | {"state": "void"}) is None
    assert order(row | {"state": None}) is None


def test_a_column_of_a_filter_that_was_not_sent_is_told() -> None:
    """Nothing is deleted because of it."""
    row = {"state": UNAVAILABLE, "lines": "[]"}
    assert order(row, before=row | {"state": "paid"}) is not None
    with pytest.raises(
        ForeignFormError, match="value of “state”, which `where` reads; REPLICA IDENTITY FULL"
    ):
        order(row)


def test_a_constant_is_no_field_of_a_row() -> None:
    """A row of another table is still told as one."""
    table = {"external": True, "format": "debezium", "fields": {"language": {"constant": "ja"}}}
    assert content(envelope(), **table) == {"email": "mia@x.jp", "name": "Mia", "language": "ja"}
    with pytest.raises(ForeignFormError, match="without any field of a document"):
        content({"kunde": 1, "ort": "Bern"}, **table)
