"""Capture with `where`, on a real Kafka and a real MongoDB: the topic is the filtered collection."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.capturing import Product, eventually, product, version
from tests.integration.test_capture_deletions import confirm, exit_of
from workers.people import load_orders_from_mongodb
from workers.runtime.process import exits

pytestmark = pytest.mark.wire
SOURCES = """
[orders]
where = { state = ["paid", "shipped"], test = { not = true } }
[orders.fields]
amount = { sum = "lines", of = ["price", "n"] }
status = { path = "state", values = { shipped = "placed" } }

[events.fields.participants]
path = "attendees"
where = { rsvp = "going", email = { not_same_as = "host.email" } }
"""
ONLY_SHIPPED = SOURCES.replace('["paid", "shipped"]', '"shipped"')
STATES = ("new", "paid", "shipped", "void", None)


@pytest.fixture
def shop(services: Any, tmp_path: Path) -> Iterator[Product]:
    """A product of which not every order and attendee counts."""
    with product(services, tmp_path, SOURCES) as shop:
        yield shop


def topic(shop: Product, name: str = "orders") -> dict[str, Any]:
    """The documents of a topic, by key."""
    return {key: json.loads(record.value) for key, record in shop.latest(name).items()}


def counted(shop: Product, *states: str) -> dict[str, Any]:
    """The orders of the collection that count, as the topic is to have them, by a plain loop."""
    kept = {}
    for order in shop.db.orders.find():
        if order.get("state") in states and order.get("test") is not True:
            status = "placed" if order["state"] == "shipped" else order["state"]
            amount = sum(line["price"] * line["n"] for line in order["lines"])
            kept[order["_id"]] = {"id": order["_id"], "amount": amount, "status": status}
    return kept


def wait_until_equal(shop: Product, *states: str) -> None:
    """Wait until the topic is the filtered collection."""
    eventually(lambda: topic(shop) == counted(shop, *states), f"the topic has the orders that are {states}")


def order(chance: random.Random) -> dict[str, Any]:
    """The content of an order."""
    made: dict[str, Any] = {"lines": [{"price": chance.randrange(9), "n": 2}] * chance.randrange(3)}
    made |= chance.choice([{}, {"test": True}, {"test": False}])
    state = chance.choice(STATES)
    return made if state is None else made | {"state": state}


def change_some(shop: Product, chance: random.Random) -> None:
    """Insert, replace, update and delete orders, some of which then count no longer, or again."""
    for number in range(60):
        own = {"_id": f"o{chance.randrange(40)}"}
        if number % 4 == 0:
            shop.db.orders.delete_one(own)
        elif number % 4 == 1:
            shop.db.orders.update_one(own, {"$set": {"state": chance.choice(STATES)}})
        elif number % 4 == 2:
            shop.db.orders.update_one(own, {"$set": {"test": chance.random() < 0.3}})
        else:
            shop.db.orders.replace_one(own, order(chance), upsert=True)


def test_an_update_takes_a_document_out_of_its_topic_and_back(shop: Product) -> None:
    """A tombstone under a later version; of what never fitted the snapshot writes nothing."""
    lines = [{"price": 5, "n": 2}]
    shop.db.orders.insert_many(
        [{"_id": "o1", "state": "paid", "lines": lines}, {"_id": "o2", "state": "void", "lines": lines}]
    )
    with shop.captured():
        eventually(lambda: topic(shop), "the snapshot")
        shop.db.orders.update_one({"_id": "o1"}, {"$set": {"test": True}})
        eventually(lambda: topic(shop) == {}, "the order counts no longer")
        shop.db.orders.update_one({"_id": "o1"}, {"$set": {"test": False, "state": "shipped"}})
        eventually(lambda: topic(shop), "the order counts again")
    records = shop.records("orders")
    versions = [version(record) for record in records]

    assert [(record.key, record.value is None) for record in records] == [
        (b"o1", False),
        (b"o1", True),
        (b"o1", False),
    ]
    assert versions == sorted(set(versions))
    assert topic(shop) == {"o1": {"id": "o1", "amount": 10, "status": "placed"}}
    assert b"test" not in records[2].value
    assert shop.records("dead-letters") == []


def test_the_topic_is_the_filtered_collection_in_snapshots_and_in_the_stream(shop: Product) -> None:
    """Under random changes; another filter takes a snapshot that removes and adds what it says.

    The loaders give the same documents.
    """
    chance = random.Random(17)
    shop.db.orders.insert_many([{"_id": f"o{number}"} | order(chance) for number in range(30)])
    settings = shop.settings.model_copy(update={"kairos_max_deleted_share": 1.0})
    wider = Product(shop.db, settings)
    both, shipped = ("paid", "shipped"), ("shipped",)
    for sources, states in ((SOURCES, both), (ONLY_SHIPPED, shipped), (SOURCES, both)):
        settings.kairos_sources.write_text(sources)
        with wider.captured():
            wait_until_equal(shop, *states)
            change_some(shop, chance)
            wait_until_equal(shop, *states)
        assert counted(shop, *states)
        loaded = {each["id"]: each for each in load_orders_from_mongodb(settings=settings)}
        assert loaded == topic(shop)
    assert {version(record)[0] for record in shop.records("orders")} == {1, 2, 3}


def test_a_filter_that_leaves_out_too_much_asks_before_it_deletes(shop: Product) -> None:
    """As a wrong name does: a word that no order has looks like the end of all of them."""
    shop.db.orders.insert_many([{"_id": f"o{n}", "state": "paid", "lines": []} for n in range(10)])
    with shop.captured():
        eventually(lambda: len(topic(shop)) == 10, "the snapshot")
    shop.settings.kairos_sources.write_text(ONLY_SHIPPED)
    assert exit_of(shop.settings) == (exits.REFUSED, True)
    assert len(topic(shop)) == 10
    assert confirm(shop.settings, "orders").exit_code == 0
    with shop.captured():
        eventually(lambda: topic(shop) == {}, "the confirmed deletion")


def test_a_wrong_filter_ends_capture_with_its_line(
    shop: Product, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Before anything is read, in one line."""
    shop.settings.kairos_sources.write_text('[orders]\nwhere.state = { isnt = "void" }\n')
    assert exit_of(shop.settings) == (exits.MISCONFIGURED, True)
    told = "sources.toml: line 2: orders.where.state.isnt: unknown condition, there are is, not, exists"
    assert told in capsys.readouterr().out + caplog.text


def test_only_who_attends_leaves_the_database(shop: Product) -> None:
    """The host's own entry and who did not come are no participants, and a later answer changes that."""
    guests = [
        {"email": "mia@x.jp", "rsvp": "going"},
        {"email": "Host@x.jp", "rsvp": "going"},
        {"email": "no@x.jp", "rsvp": "no-show"},
        {"email": "who@x.jp"},
    ]
    shop.db.events.insert_one({"_id": "e1", "host": {"email": "host@x.jp"}, "attendees": guests})
    with shop.captured():
        eventually(lambda: topic(shop, "events"), "the snapshot")
        assert topic(shop, "events")["e1"]["participants"] == [{"email": "mia@x.jp"}]
        shop.db.events.update_one({"_id": "e1"}, {"$set": {"attendees.2.rsvp": "Going"}})
        eventually(lambda: len(topic(shop, "events")["e1"]["participants"]) == 2, "the answer")
    assert b"host@x.jp" not in shop.records("events")[-1].value
