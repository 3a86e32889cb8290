"""The documents of each user in a batch: ids of all types, repeated documents, shared addresses."""

from datetime import UTC, datetime
from decimal import Decimal

from bson import Decimal128, ObjectId

from tests.unit.people.batch.test_enrich import enrich, event


def test_ids_of_different_types_are_compared_as_text() -> None:
    """An ObjectId equals its text and its extended JSON, a number its text; `_id` is an id."""
    id_ = ObjectId("65a000000000000000000001")
    orders = [{"_id": 1, "user_id": str(id_)}, {"_id": 2, "user_id": {"$oid": str(id_)}}]

    assert enrich([{"_id": id_}], orders)[str(id_)]["total_orders"] == 2
    assert enrich([{"id": 5}], [{"id": 1, "user_id": "5"}])["5"]["total_orders"] == 1


def test_values_of_a_database_are_read() -> None:
    """A document of pymongo can be given as it is."""
    orders = [
        {"_id": 1, "user_id": "u1", "amount": Decimal128("75.50"), "date": datetime(2024, 1, 5, tzinfo=UTC)}
    ]
    profile = enrich([{"_id": "u1"}], [*orders, {"_id": 2, "user_id": "u1", "amount": Decimal("4.5")}])["u1"]

    assert (profile["order_amount_total"], profile["last_order_date"]) == (80.0, "2024-01-05")


def test_documents_without_an_id_are_all_counted() -> None:
    """They are not taken for the same document."""
    events = [event(None, "ann@x.jp"), event(None, "ann@x.jp")]
    profile = enrich([{"id": "u1", "email": "ann@x.jp"}], [{"user_id": "u1"}] * 2, events)["u1"]

    assert (profile["total_orders"], profile["number_of_events_attended"]) == (2, 2)


def test_of_two_documents_with_one_id_the_later_counts() -> None:
    """An order of another user, an event with other participants, a changed user: nothing counts twice."""
    users = [{"id": "u1", "email": "ann@x.jp", "age": 30}, {"id": "u2", "email": "bob@x.jp"}]
    users.append({"id": "u1", "email": "ann@x.jp", "age": 31})
    orders = [{"id": 1, "user_id": "u1"}, {"id": 1, "user_id": "u2"}]
    events = [event("e1", "ann@x.jp"), event("e1", "bob@x.jp")]

    profiles = enrich(users, orders, events)

    assert [profiles[id_]["total_orders"] for id_ in ("u1", "u2")] == [0, 1]
    assert [profiles[id_]["number_of_events_attended"] for id_ in ("u1", "u2")] == [0, 1]
    assert (len(profiles), profiles["u1"]["age"]) == (2, 31)


def test_an_address_belongs_to_the_oldest_user() -> None:
    """Attendances belong to one of two users with the address; the other's profile has a note."""
    users = [
        {"id": "u1", "email": "Ann@x.jp", "created_at": "2024-01-01"},
        {"id": "u2", "email": "ann@x.jp ", "created_at": "2023-01-01"},
    ]

    profiles = enrich(users, events=[event("e1", "ANN@x.jp")])

    assert [profiles[id_]["number_of_events_attended"] for id_ in ("u1", "u2")] == [0, 1]
    contested = [
        [note["field"] for note in profiles[id_]["data_quality"]["contradictory"]] for id_ in profiles
    ]
    assert contested == [["email"], []]


def test_documents_of_no_user_change_nothing() -> None:
    """Orders of ids that are no users, and events without a user among the participants."""
    orders = [{"id": 1, "user_id": "gone"}, {"id": 2}]

    assert enrich([{"id": "u1"}], orders, [event("e1", "x@x.jp")], [{"id": 1, "user_id": "gone"}]) == enrich(
        [{"id": "u1"}]
    )


def test_a_document_that_moves_belongs_to_its_last_owner_only() -> None:
    """To another user, back again, and to nobody."""
    users = [{"id": id_, "email": f"{id_}@x.jp"} for id_ in "abc"]
    orders = [{"id": 1, "user_id": user} for user in "aba"] + [{"id": 2, "user_id": "c"}, {"id": 2}]
    messages = [
        {"id": 1, "user_id": user, "status": "sent", "sent_date": "2024-02-09"} for user in ("b", "c", "x")
    ]
    messages += [{"id": 2, "user_id": "b", "status": "queued"}, {"id": 2, "user_id": "a", "status": "queued"}]

    profiles = enrich(users, orders, messages=messages)

    assert [profiles[id_]["total_orders"] for id_ in "abc"] == [1, 0, 0]
    assert [profiles[id_]["queued_message_count"] for id_ in "abc"] == [1, 0, 0]
    assert [profiles[id_]["total_messages_sent"] for id_ in "abc"] == [0, 0, 0]
