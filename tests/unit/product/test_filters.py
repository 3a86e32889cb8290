"""`where`: which documents and which entries in them count, and on which side what is unknown falls."""

from typing import Any

import pytest
from bson import Decimal128, Int64, MinKey, ObjectId

from workers.product.filter_entries import read_conditions
from workers.product.filters import holds
from workers.product.mapping import is_left_out, map_document
from workers.product.plain_values import lookup
from workers.product.sources import Source, read_sources

HEX = "65a000000000000000000001"


def verdict(where: dict[str, Any], document: dict[str, Any]) -> bool | None:
    """Whether the conditions hold for a document."""
    problems: list[str] = []
    conditions = read_conditions("orders.where", where, problems)
    assert problems == []
    return holds(conditions, document, document)


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ("paid", "paid", True),
        ("paid", " Paid ", True),
        ("no-show", "No show", True),
        ("キャンセル", "ｷｬﾝｾﾙ", True),
        ("paid", "unpaid", False),
        ("1", 1, True),
        ("1", 1.0, True),
        ("1", Int64(1), True),
        ("true", True, True),
        (HEX, ObjectId(HEX), True),
        (["paid", "shipped"], "shipped", True),
        (["paid", "shipped"], "void", False),
        (["paid", "shipped"], ["new", "paid"], True),
        (["paid", "shipped"], ["new", "void"], False),
        (["paid", "shipped"], ["new", {"state": "paid"}], None),
        (["paid", "shipped"], ["paid", {"state": "void"}], True),
        ("paid", {"state": "paid"}, None),
        ("paid", "", None),
        ("paid", None, None),
        ("paid", [], None),
        ("paid", float("nan"), None),
        ("paid", MinKey(), None),
        (True, True, True),
        (True, "yes", True),
        (True, 1, True),
        (True, "はい", True),
        (True, False, False),
        (True, 0, False),
        (True, "perhaps", None),
        (2, 2.0, True),
        (2, "2", True),
        (2, Decimal128("2.0"), True),
        (-2, -2, True),
        (2, 3, False),
        (2, "two", None),
        (2, 10**400, False),
        ("2", 10**400, None),
    ],
)
def test_a_value_is_compared_as_what_was_asked_for(condition: Any, value: Any, expected: bool | None) -> None:
    """Words regardless of case and hyphens, numbers and booleans in any spelling; and the opposite of it."""
    assert verdict({"state": condition}, {"state": value}) is expected
    assert verdict({"state": {"is": condition}}, {"state": value}) is expected
    if value not in (None, "", []) and value == value and value != MinKey():
        opposite = None if expected is None else not expected
        assert verdict({"state": {"not": condition}}, {"state": value}) is opposite


@pytest.mark.parametrize("document", [{}, {"test": None}, {"test": ""}, {"test": []}, {"test": float("nan")}])
def test_what_is_missing_is_none_of_the_excluded(document: dict[str, Any]) -> None:
    """A mark is mostly left out where it does not apply; that it has to be there is said beside."""
    assert verdict({"test": {"not": True}}, document) is True
    assert verdict({"test": {"not": True, "exists": True}}, document) is False
    assert verdict({"test": {"exists": False}}, document) is True
    assert verdict({"test": {"is": False}}, document) is None


def test_anything_but_nothing_exists() -> None:
    """Also false, zero, and what cannot be read."""
    for value in (False, 0, "x", {}, {"a": 1}, [None, 1]):
        assert verdict({"refunded_at": {"exists": True}}, {"refunded_at": value}) is True
        assert verdict({"refunded_at": {"exists": False}}, {"refunded_at": value}) is False


def test_paths_lead_into_documents_and_lists() -> None:
    """One fitting value is enough; of what is excluded one is too much."""
    document = {"payments": [{"state": "failed"}, {"state": "paid"}, {}], "meta": {"test": True}}

    assert verdict({"payments.state": "paid"}, document) is True
    assert verdict({"payments.state": {"not": "failed"}}, document) is False
    assert verdict({"payments.0.state": "paid"}, document) is False
    assert verdict({"meta.test": {"not": True}}, document) is False
    assert verdict({"meta.live": {"not": True}, "payments.state": "paid"}, document) is True


def test_a_definite_no_outweighs_what_is_unknown() -> None:
    """And what is unknown outweighs a yes."""
    assert verdict({"a": "x", "b": "y"}, {"a": "z"}) is False
    assert verdict({"a": "x", "b": "y"}, {"a": "x"}) is None


def test_two_values_of_a_document_are_compared() -> None:
    """Ids of any type and addresses in any case; without one of the two, sameness is unknown."""
    same, other = {"buyer": {"same_as": "seller.id"}}, {"buyer": {"not_same_as": "seller.id"}}
    document: dict[str, Any]
    for buyer, seller in ((ObjectId(HEX), HEX), (7, "7"), (7.0, 7), ("A@x.jp ", "a@x.jp"), (1, [2, 1])):
        document = {"buyer": buyer, "seller": {"id": seller}}
        assert (verdict(same, document), verdict(other, document)) == (True, False)
    for document in ({"buyer": "a_b", "seller": {"id": "a-b"}}, {"buyer": 1, "seller": {"id": 2}}):
        assert (verdict(same, document), verdict(other, document)) == (False, True)
    for document in ({"buyer": 1}, {"seller": {"id": 1}}, {}):
        assert (verdict(same, document), verdict(other, document)) == (None, True)
    assert verdict(other, {"buyer": {"x": 1}, "seller": {"id": 1}}) is None


def source(topic: str, **table: Any) -> Source:
    """The source of a topic under a table of the file."""
    return read_sources({topic: table}).of(topic)


def test_a_document_of_which_it_is_unknown_is_left_out_but_for_messages() -> None:
    """Nobody is written to because of an order that perhaps counts, or because a message perhaps does not."""
    for topic in ("users", "orders", "events", "jobs"):
        kept = source(topic, where={"state": "live"})
        assert is_left_out(kept, {"_id": 1})
        assert is_left_out(kept, {"_id": 1, "state": {"x": 1}})
        assert is_left_out(kept, {"_id": 1, "state": "draft"})
        assert not is_left_out(kept, {"_id": 1, "state": "live"})
    messages = source("messages", where={"channel": "email"})
    assert not is_left_out(messages, {"_id": 1})
    assert is_left_out(messages, {"_id": 1, "channel": "push"})
    assert not is_left_out(source("orders"), {"_id": 1})


ATTENDEES = [
    {"email": "going@x.jp", "rsvp": "Going", "role": "guest", "user": 1},
    {"email": "no_show@x.jp", "rsvp": "going", "showed_up": False, "user": 2},
    {"email": "cancelled@x.jp", "rsvp": "cancelled", "user": 3},
    {"email": "waiting@x.jp", "rsvp": "waiting list", "user": 4},
    {"email": "unknown@x.jp", "user": 5},
    {"email": "host@x.jp", "rsvp": "going", "role": "Host", "user": 6},
    {"email": "owner@x.jp", "rsvp": "going", "user": ObjectId(HEX)},
    "bare@x.jp",
    None,
    7,
]
WHERE = {
    "rsvp": ["going"],
    "showed_up": {"not": False},
    "role": {"not": "host"},
    "user": {"not_same_as": "host.id"},
}


def attending(where: dict[str, Any], attendees: Any, **fields: Any) -> Any:
    """The participants of an event."""
    rule = {"path": "attendees", "where": where}
    mapped = map_document(
        source("events", fields={"participants": rule}), {"attendees": attendees} | fields | {"_id": 1}
    )
    return mapped.get("participants")


def test_only_who_attends_is_a_participant() -> None:
    """No no-show, cancellation or waiting list, not the host's own entry, nobody of whom it is unknown."""
    assert attending(WHERE, ATTENDEES, host={"id": HEX}) == [{"email": "going@x.jp"}]
    assert attending(WHERE, ATTENDEES[0], host={"id": HEX}) == {"email": "going@x.jp"}
    assert attending(WHERE, ATTENDEES[2], host={"id": HEX}) is None
    assert attending(WHERE, [], host={"id": HEX}) == []


def test_an_entry_that_is_an_address_has_nothing_but_its_address() -> None:
    """So the host's address can be left out, also of a text with several."""
    where = {"email": {"not_same_as": "host_email"}}
    entries = ["Host@x.jp", "The Host <host@x.jp>", "a@x.jp", {"email": "host@x.jp"}, {"email": "b@x.jp"}]

    assert attending(where, entries, host_email="host@x.jp") == ["a@x.jp", {"email": "b@x.jp"}]
    assert attending(where, "host@x.jp, a@x.jp", host_email="host@x.jp") == [" a@x.jp"]
    assert attending(where, '["host@x.jp", {"email": "b@x.jp"}]', host_email="host@x.jp") == [
        {"email": "b@x.jp"}
    ]
    assert attending({"rsvp": "going"}, ["a@x.jp"]) == []
    assert attending({"role": {"not": "host"}}, ["a@x.jp"]) == ["a@x.jp"]


def test_the_fields_that_conditions_read_leave_the_database() -> None:
    """Those of the document, and those with which its entries are compared."""
    orders = source("orders", where={"meta.test": {"not": True}, "buyer": {"not_same_as": "seller.id"}})
    events = source("events", fields={"participants": {"path": "attendees", "where": WHERE}})

    assert {"meta", "buyer", "seller"} < set(orders.roots)
    assert orders.where_roots == ("_id", "buyer", "meta", "seller")
    assert {"attendees", "host"} < set(events.roots)
    assert not {"rsvp", "role", "user", "showed_up"} & set(events.roots)
    assert lookup({"a": [{"b": 1}, {}]}, ("a", "b")) == [1]
