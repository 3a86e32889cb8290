"""Whose a document is: exactly one field with ids of people, under a name that says so; or nobody's."""

import pytest
from bson import ObjectId

from tests.unit.product.proposal.products import (
    CUSTOMERS,
    DAY,
    IDS,
    PEOPLE,
    fed,
    numbered,
    paths,
    proposal,
    sources,
)
from workers.product.proposal.likeness import noun_of


@pytest.mark.parametrize(
    ("path", "noun"),
    [
        (("customerId",), "customer"),
        (("customer_ref",), "customer"),
        (("customer", "_id"), "customer"),
        (("data", "userId"), "user"),
        (("会員番号",), "会員"),
        (("manager", "customerId"), ""),
    ],
)
def test_a_reference_has_a_noun(path: tuple[str, ...], noun: str) -> None:
    """What is before its ending, or the sub-document that it is in."""
    assert noun_of(path) == noun


def test_an_id_in_a_sub_document_is_a_reference() -> None:
    """`customer.id`, beside its address, which is none."""
    orders = numbered(
        {"customer": {"id": IDS[0], "email": PEOPLE[0]}, "amount": 5, "date": DAY} for _ in "ab"
    )
    text = proposal({"customers": CUSTOMERS, "orders": orders})

    assert paths(sources(text).of("orders"), "user_id") == {"user_id": "customer.id"}


def test_addresses_may_be_ids() -> None:
    """People whose `_id` is their address."""
    people = [{"_id": email, "email": email} for email in PEOPLE]
    orders = numbered({"user": email, "amount": 5, "date": DAY} for email in PEOPLE)

    assert fed(proposal({"users": people, "orders": orders})) == {"users": "users", "orders": "orders"}


def test_numbers_that_may_be_of_another_field_are_nobody_s() -> None:
    """`customer_no` 1 to 4 are ids of people by chance: people have a `number` of their own, too."""
    people = [{"_id": number, "number": 100 + number, "email": one} for number, one in enumerate(PEOPLE)]
    orders = numbered({"customer_no": number, "amount": 5, "date": DAY} for number in range(4))
    text = proposal({"customers": people, "orders": orders})

    assert fed(text) == {"users": "customers"}
    assert "customers has “number” beside _id" in text


def test_references_that_meet_nobody_are_none() -> None:
    """`user_id` is under our own name; its ids are of somebody else."""
    orders = numbered({"user_id": ObjectId(), "amount": 5, "date": DAY} for _ in range(4))

    assert fed(proposal({"users": CUSTOMERS, "orders": orders})) == {"users": "users"}


def test_events_with_addresses_are_no_people() -> None:
    """Orders name the event, and events have an address; the people are the users all the same."""
    events = numbered({"name": "x", "date": DAY, "venue": "y", "organizerEmail": "o@x.jp"} for _ in "ab")
    orders = numbered({"event_id": "d1", "amount": 5, "date": DAY} for _ in "ab")

    assert fed(proposal({"users": CUSTOMERS, "events": events, "orders": orders})) == {
        "users": "users",
        "events": "events",
    }


def test_an_address_in_a_list_of_addresses_is_told() -> None:
    """The first of several may be it: a person says so."""
    people = [{"_id": id_, "emails": [{"address": one}]} for id_, one in zip(IDS, PEOPLE, strict=False)]
    text = proposal({"users": people})

    assert '# TO DECIDE: email may be "emails.0.address" (100 %, in a list)' in text


def test_a_person_decides_who_the_people_are() -> None:
    """What was left open is looked at anew: the orders are those of the collection that was named."""
    staff = [{"_id": ObjectId(), "email": "staff@shop.jp"}]
    orders = numbered(
        {"customer_id": each["_id"], "user_id": staff[0]["_id"], "amount": 5, "date": DAY}
        for each in CUSTOMERS
    )
    product = {"users": staff, "customers": CUSTOMERS, "orders": orders}
    text = proposal(product, decided={"users": "customers"})

    assert fed(text) == {"users": "customers", "orders": "orders"}
    assert paths(sources(text).of("orders"), "user_id") == {"user_id": "customer_id"}


def test_a_decided_collection_with_an_unknown_name_is_looked_at() -> None:
    """Its name is no word for orders; its fields are found all the same, and must be there."""
    folk = [each | {"age": 30} for each in CUSTOMERS]
    sold = numbered({"folkId": each["_id"], "amount": 5, "date": DAY} for each in CUSTOMERS)
    text = proposal({"folk": folk, "sold": sold}, decided={"users": "folk", "orders": "sold"})

    assert fed(text) == {"users": "folk", "orders": "sold"}
    assert paths(sources(text).of("orders"), "user_id") == {"user_id": "folkId"}
