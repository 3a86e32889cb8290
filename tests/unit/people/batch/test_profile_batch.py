"""Which documents count for whom in a batch: ids of all kinds, documents given twice, shared addresses."""

from datetime import UTC, datetime
from decimal import Decimal

from bson import Decimal128, ObjectId

from tests.unit.people.batch.test_enrich import enrich, event


def test_ids_are_compared_as_the_database_would() -> None:
    """`_id` is an id; an ObjectId, its text and its extended JSON are one, as are a number and its text."""
    id_ = ObjectId("65a000000000000000000001")
    orders = [{"_id": 1, "user_id": str(id_)}, {"_id": 2, "user_id": {"$oid": str(id_)}}]

    assert enrich([{"_id": id_}], orders)[str(id_)]["total_orders"] == 2
    assert enrich([{"id": 5}], [{"id": 1, "user_id": "5"}])["5"]["total_orders"] == 1


def test_values_of_a_database_are_read() -> None:
    """What pymongo gives for a document can be given as it is."""
    orders = [
        {"_id": 1, "user_id": "u1", "amount": Decimal128("75.50"), "date": datetime(2024, 1, 5, tzinfo=UTC)}
    ]
    found = enrich([{"_id": "u1"}], [*orders, {"_id": 2, "user_id": "u1", "amount": Decimal("4.5")}])["u1"]

    assert (found["order_amount_total"], found["last_order_date"]) == (80.0, "2024-01-05")


def test_documents_without_an_id_all_count() -> None:
    """Nothing says that they are one."""
    events = [event(None, "ann@x.jp"), event(None, "ann@x.jp")]
    found = enrich([{"id": "u1", "email": "ann@x.jp"}], [{"user_id": "u1"}] * 2, events)["u1"]

    assert (found["total_orders"], found["number_of_events_attended"]) == (2, 2)


def test_of_two_documents_with_one_id_the_later_counts() -> None:
    """An order that changed hands, an event with another list, a user who moved: nothing counts twice."""
    users = [{"id": "u1", "email": "ann@x.jp", "age": 30}, {"id": "u2", "email": "bob@x.jp"}]
    users.append({"id": "u1", "email": "ann@x.jp", "age": 31})
    orders = [{"id": 1, "user_id": "u1"}, {"id": 1, "user_id": "u2"}]
    events = [event("e1", "ann@x.jp"), event("e1", "bob@x.jp")]

    found = enrich(users, orders, events)

    assert [found[id_]["total_orders"] for id_ in ("u1", "u2")] == [0, 1]
    assert [found[id_]["number_of_events_attended"] for id_ in ("u1", "u2")] == [0, 1]
    assert (len(found), found["u1"]["age"]) == (2, 31)


def test_an_address_belongs_to_the_oldest_user() -> None:
    """Attendance goes to one of two who claim it; the other's profile says so."""
    users = [
        {"id": "u1", "email": "Ann@x.jp", "created_at": "2024-01-01"},
        {"id": "u2", "email": "ann@x.jp ", "created_at": "2023-01-01"},
    ]

    found = enrich(users, events=[event("e1", "ANN@x.jp")])

    assert [found[id_]["number_of_events_attended"] for id_ in ("u1", "u2")] == [0, 1]
    contested = [[note["field"] for note in found[id_]["data_quality"]["contradictory"]] for id_ in found]
    assert contested == [["email"], []]


def test_what_concerns_nobody_is_left_out() -> None:
    """Orders of people who are no users, and events of strangers, change nothing."""
    orders = [{"id": 1, "user_id": "gone"}, {"id": 2}]

    assert enrich([{"id": "u1"}], orders, [event("e1", "x@x.jp")], [{"id": 1, "user_id": "gone"}]) == enrich(
        [{"id": "u1"}]
    )
