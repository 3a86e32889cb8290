"""Fields that are not read at one path: constants, enumerations, choices, joins, sums and counts."""

from typing import Any

import pytest
from bson import Decimal128, Int64, ObjectId

from topics.catalog import BY_NAME
from workers.product.mapping import map_document
from workers.product.reading import read
from workers.product.sources import Source, read_sources

HEX = "65a000000000000000000001"
LINES = [{"price": 19.99, "n": 3}, {"price": Decimal128("0.03"), "n": Int64(1)}]


def source(topic: str, fields: dict[str, Any]) -> Source:
    """The source of a topic with some fields."""
    return read_sources({topic: {"fields": fields}}).of(topic)


def value(topic: str, field: str, entry: Any, document: dict[str, Any]) -> Any:
    """The field of a document that was mapped with an entry of the file."""
    return map_document(source(topic, {field: entry}), {"_id": 1} | document).get(field)


def test_a_constant_is_in_every_document() -> None:
    """Whatever the document has under that name."""
    assert value("users", "language", {"constant": "ja"}, {"language": "en"}) == "ja"
    assert value("users", "interests", {"constant": ["tea", "art"]}, {}) == ["tea", "art"]
    assert value("users", "is_team_member", {"constant": False}, {}) is False
    assert "language" not in source("users", {"language": {"constant": "ja"}}).roots


ROWS = {"paid": "placed", "in_review": "placed", "void": "cancelled", "3": "refunded", "false": "cancelled"}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("paid", "placed"),
        (" PAID", "placed"),
        ("In-review", "placed"),
        ("void", "cancelled"),
        (3, "refunded"),
        (3.0, "refunded"),
        ("3", "refunded"),
        (False, "cancelled"),
        ("new", "new"),
        (None, None),
        ({"a": 1}, {}),
        (["void"], ["cancelled"]),
    ],
)
def test_an_enumeration_says_what_a_value_stands_for(theirs: Any, ours: Any) -> None:
    """Regardless of case and type; a value that is not in it stays what it is, for the reader."""
    entry = {"path": "state", "values": ROWS}
    document = {"state": theirs}

    assert value("orders", "status", entry, document) == ours
    assert value("orders", "status", {"first": ["x", "state"], "values": ROWS}, document) == ours


def test_a_part_of_a_participant_can_be_an_enumeration() -> None:
    """What each of them has answered, in the product's own numbers."""
    parts = {"path": "guests", "status": {"path": "s", "values": {"1": "yes", "2": "no"}}}
    guests = [{"email": "a@x.jp", "s": 1}, {"email": "b@x.jp", "s": 2}]
    mapped = map_document(source("events", {"participants": parts}), {"_id": 1, "guests": guests})
    event: Any = read(BY_NAME["events"].payload[0], mapped)  # type: ignore[type-var]

    assert [each["status"] for each in mapped["participants"]] == ["yes", "no"]
    assert [each.email for each in event.participants] == ["a@x.jp"]


def test_the_first_value_that_is_there_counts() -> None:
    """Null, an empty text and an empty list are none; ids stay ids."""
    entry = {"first": ["mail", "contact.mails", "email"]}

    assert value("users", "email", entry, {"email": "c@x.jp", "mail": ""}) == "c@x.jp"
    assert value("users", "email", entry, {"mail": None, "contact": {"mails": ["b@x.jp"]}}) == ["b@x.jp"]
    assert value("users", "email", entry, {"mail": [], "contact": 5}) is None
    reference = {"first": ["customer_id", "customer._id"]}
    assert value("orders", "user_id", reference, {"customer": {"_id": ObjectId(HEX)}}) == HEX
    assert {"customer", "customer_id"} < set(source("orders", {"user_id": reference}).roots)


def test_texts_are_joined() -> None:
    """Those that are there; with nothing, or another text, between them."""
    names = {"join": ["name.first", "name.last"]}

    assert value("users", "name", names, {"name": {"first": " Mia ", "last": "Sato"}}) == "Mia Sato"
    assert value("users", "name", names, {"name": {"first": "Mia", "last": ""}}) == "Mia"
    assert value("users", "name", names, {"name": {}}) is None
    assert value("users", "name", names, {"name": {"first": "Mia", "last": {"x": 1}}}) == {}
    japanese = {"join": ["sei", "mei"], "separator": ""}
    assert value("users", "name", japanese, {"sei": "田中", "mei": ["健二"]}) == "田中健二"
    assert (
        value("jobs", "salary", {"join": ["from", "to"], "separator": " to "}, {"from": 5, "to": 7.5})
        == "5 to 7.5"
    )


@pytest.mark.parametrize(
    ("entry", "document", "amount"),
    [
        ({"sum": "lines.price"}, {"lines": LINES}, 20.02),
        ({"sum": "lines", "of": "price"}, {"lines": LINES}, 20.02),
        ({"sum": "lines", "of": ["price", "n"]}, {"lines": LINES}, 60),
        ({"sum": "lines", "of": "price"}, {"lines": LINES[0]}, 19.99),
        ({"sum": "lines.price"}, {"lines": []}, 0),
        ({"sum": "lines.price"}, {}, None),
        ({"sum": "lines.price"}, {"lines": None}, None),
        ({"sum": "amounts"}, {"amounts": [0.1, 0.2, None, [0.3]]}, 0.6),
        ({"sum": "amounts"}, {"amounts": ["¥1,500", " -500", -300]}, 700),
        ({"sum": "cart.lines.price"}, {"cart": {"lines": LINES}}, 20.02),
        (
            {"sum": "lines", "of": "price", "where": {"kind": {"not": "gift"}}},
            {"lines": [{"price": 5}, {"price": 7, "kind": "gift"}]},
            5,
        ),
    ],
)
def test_numbers_are_summed(entry: dict[str, Any], document: dict[str, Any], amount: Any) -> None:
    """Exactly, as they are written; also products of numbers in each entry."""
    assert value("orders", "amount", entry, document) == amount


@pytest.mark.parametrize(
    ("entry", "document"),
    [
        ({"sum": "lines.price"}, {"lines": [{"price": 5}, {}]}),
        ({"sum": "lines.price"}, {"lines": [{"price": 5}, {"price": "free"}]}),
        ({"sum": "lines.price"}, {"lines": [{"price": True}]}),
        ({"sum": "lines.price"}, {"lines": [{"price": "-" * 5000 + "1"}]}),
        ({"sum": "lines.price"}, {"lines": [{"price": Decimal128("9E+6144")}]}),
        ({"sum": "lines.price"}, {"lines": ["5"]}),
        ({"sum": "lines", "of": "price", "where": {"kind": "food"}}, {"lines": [{"price": 5}]}),
    ],
)
def test_a_sum_of_which_a_part_is_unknown_is_unknown(entry: dict[str, Any], document: dict[str, Any]) -> None:
    """With a note; no smaller sum is made up."""
    mapped = map_document(source("orders", {"amount": entry}), {"_id": 1} | document)
    order: Any = read(BY_NAME["orders"].payload[0], mapped)  # type: ignore[type-var]

    assert order.amount is None
    assert [note.reason for note in order.notes] == ["“an unknown entry in lines” is no number"]


def test_entries_are_counted() -> None:
    """All, or those that fit; a text is no list."""
    seats = {"count": "seats"}

    assert value("events", "capacity", seats, {"seats": [{"n": 1}, {"n": 2}, None]}) == 2
    assert value("events", "capacity", seats, {"seats": []}) == 0
    assert value("events", "capacity", seats, {}) is None
    assert value("events", "capacity", seats, {"seats": "1, 2"}) == "an unknown entry in seats"
    free = {"count": "seats", "where": {"taken": {"not": True}}}
    assert value("events", "capacity", free, {"seats": [{"taken": True}, {}, {"taken": False}]}) == 2
    assert value("events", "capacity", free, {"seats": [{"taken": "?"}]}) == "an unknown entry in seats"
