"""Look-alikes and doubts: what is not sure feeds nothing, and a comment says what is to be decided."""

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


def test_of_staff_and_customers_the_ones_who_buy_are_the_people() -> None:
    """Both have addresses; only one has ids in orders."""
    staff = [{"_id": ObjectId(), "email": "staff@shop.jp"}]
    orders = numbered({"customer": each["_id"], "amount": 5, "date": DAY} for each in CUSTOMERS)

    assert fed(proposal({"users": staff, "customers": CUSTOMERS, "orders": orders})) == {
        "users": "customers",
        "orders": "orders",
    }


def test_nobody_is_taken_for_the_people_when_orders_are_of_others() -> None:
    """The only collection with a name for people is the staff's: orders are of `parents`."""
    staff = [{"_id": ObjectId(), "email": "staff@shop.jp"}]
    orders = numbered({"parentId": each["_id"], "amount": 5, "date": DAY} for each in CUSTOMERS)
    text = proposal({"users": staff, "parents": CUSTOMERS, "orders": orders})

    assert fed(text) == {}
    assert "users may be the people; other collections refer to parents" in text


def test_staff_in_orders_makes_it_unsure_who_the_people_are() -> None:
    """`user_id` is who took the order, `customer_id` who made it: both mean somebody with an address."""
    staff = [{"_id": ObjectId(), "email": "staff@shop.jp"}]
    orders = numbered(
        {"customer_id": each["_id"], "user_id": staff[0]["_id"], "amount": 5, "date": DAY}
        for each in CUSTOMERS
    )
    text = proposal({"users": staff, "customers": CUSTOMERS, "orders": orders})

    assert fed(text) == {}
    assert (
        "TO DECIDE: customers and users may be the people; other collections refer to customers and users"
        in text
    )


def test_two_people_in_an_order_leave_it_out() -> None:
    """Buyer and approver are both people: none is taken."""
    orders = numbered({"userId": IDS[0], "customerId": IDS[1], "amount": 5, "date": DAY} for _ in range(2))
    text = proposal({"users": CUSTOMERS, "orders": orders})

    assert fed(text) == {"users": "users"}
    assert "TO DECIDE: orders: several fields hold ids of users" in text


def test_two_addresses_leave_the_address_out() -> None:
    """Neither `contactEmail` nor `primaryEmail` is our own name; a wrong one would get the mails."""
    people = [
        {"_id": number, "contactEmail": one, "primaryEmail": f"a{one}"} for number, one in enumerate(PEOPLE)
    ]
    text = proposal({"customers": people})

    assert fed(text) == {"users": "customers"}
    assert paths(sources(text).of("users"), "email") == {"email": "email"}  # which is not there
    assert "# TO DECIDE: email may be" in text


def test_the_address_of_somebody_else_is_not_taken() -> None:
    """A manager's address inside the document of a person is not that person's."""
    people = [{"_id": number, "manager": {"email": one}} for number, one in enumerate(PEOPLE)]
    text = proposal({"customers": people})

    assert '# TO DECIDE: email may be "manager.email" (100 %, text)' in text
    assert paths(sources(text).of("users"), "email") == {"email": "email"}


def test_a_log_a_chat_and_a_queue_of_programs_are_not_taken() -> None:
    """`events` of a tracker, `messages` between people, `jobs` of a scheduler: our names, other contents."""
    text = proposal(
        {
            "users": CUSTOMERS,
            "events": numbered(
                {"type": "click", "user_id": IDS[0], "date": DAY, "userAgent": "x"} for _ in "ab"
            ),
            "messages": numbered(
                {"from": IDS[0], "to": IDS[1], "text": "hi", "createdAt": DAY} for _ in "ab"
            ),
            "jobs": numbered({"name": "send", "description": "x", "nextRunAt": DAY} for _ in "ab"),
        }
    )

    assert fed(text) == {"users": "users"}
    for reason in ("a log of what programs have seen", "as in a chat", "work for programs"):
        assert reason in text


def test_people_of_whom_it_is_not_known_who_came_are_left_out() -> None:
    """Entries that were cancelled may not count; nothing says so in words that are understood."""
    people = [{"email": PEOPLE[0], "cancelledAt": None}, {"email": PEOPLE[1], "cancelledAt": DAY}]
    events = numbered(
        {"name": "Dinner", "date": DAY, "venue": "The Vault", "participants": people} for _ in "ab"
    )
    text = proposal({"users": CUSTOMERS, "events": events})

    assert fed(text)["events"] == "events"
    assert paths(sources(text).of("events"), "participants") == {}
    assert "its entries have cancelledAt: a `where` can say who of them came" in text


def test_people_by_id_on_a_list_are_told() -> None:
    """Participants are found by address; a list of ids is switched off with the reason."""
    events = numbered({"name": "Dinner", "date": DAY, "venue": "x", "participants": [*IDS[:2]]} for _ in "ab")
    text = proposal({"users": CUSTOMERS, "events": events})

    assert "participants = false  # its entries are ids" in text


def test_fields_of_our_names_with_other_contents_are_switched_off() -> None:
    """An id is no venue, and a sub-document no name."""
    text = proposal(
        {
            "users": [each | {"name": {"given": "A", "family": "B"}} for each in CUSTOMERS],
            "events": numbered(
                {"name": "Dinner", "date": DAY, "venue": IDS[0], "host": "Ploy", "participants": [PEOPLE[0]]}
                for _ in "ab"
            ),
        }
    )

    assert paths(sources(text).of("users"), "name") == {}
    assert paths(sources(text).of("events"), "venue") == {}


def test_two_collections_with_the_same_meaning_are_left_to_a_person() -> None:
    """Workshops and parties are both events: half of them would be wrong."""
    event = {"name": "Dinner", "date": DAY, "attendees": [PEOPLE[0]]}
    text = proposal({"users": CUSTOMERS, "workshops": numbered([event]), "parties": numbered([event])})

    assert "TO DECIDE: parties and workshops all look like it" in text
    assert fed(text) == {"users": "users"}


def test_views_are_not_followed_and_empty_collections_not_judged() -> None:
    """A view's changes cannot be read; of no documents nothing is known."""
    text = proposal({"users": CUSTOMERS, "orders": []}, kinds={"customers": "view"})

    assert '# not followed, because it is a view: "customers"' in text
    assert "orders: has no documents yet" in text


def test_whoever_wants_no_mails_is_told() -> None:
    """A field that says so is named; it is no consent."""
    text = proposal({"users": [each | {"unsubscribed": True} for each in CUSTOMERS]})

    assert '"unsubscribed" may say who wants no mails' in text


def test_no_value_is_in_a_proposal() -> None:
    """Names that are data are left out, and control characters do not reach a terminal."""
    secret = "hunter2"
    people = [
        each | {secret + "@x.jp": 1, "by": {"65a000000000000000000001": 1}, "a\x1b[2J": 1}
        for each in CUSTOMERS
    ]
    text = proposal({"users": [each | {"city": secret, "cell": secret} for each in people], "x\x1b[2J": []})

    assert secret not in text
    assert "65a0" not in text
    assert "\x1b" not in text


def test_another_address_does_not_stand_in_for_a_bad_one() -> None:
    """`email` holds something else: that `mail` is the address now is for a person to say."""
    people = [{"_id": number, "email": "x", "mail": one} for number, one in enumerate(PEOPLE)]
    text = proposal({"users": people})

    assert paths(sources(text).of("users"), "email") == {}
    assert '# TO DECIDE: email may be "mail"' in text


def test_marks_of_what_does_not_count_are_told() -> None:
    """Somebody who left, an order that was undone: nothing of our fields reads it."""
    people = [each | {"deletedAt": DAY} for each in CUSTOMERS]
    orders = numbered({"user_id": IDS[0], "amount": 5, "date": DAY, "isRefunded": True} for _ in "ab")
    text = proposal({"users": people, "orders": orders})

    assert '# TO DECIDE: "deletedAt" may mark what does not count' in text
    assert '# TO DECIDE: "isRefunded" may mark what does not count' in text
