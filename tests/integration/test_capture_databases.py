"""Topics that come from several databases and clusters."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.integration.capturing import Product, eventually, product
from tests.integration.test_capture import values
from workers.capture.databases import databases_of
from workers.capture.position import read_all
from workers.capture.topic_scan import reading
from workers.people import load_orders_from_mongodb
from workers.product.sources import load_sources

pytestmark = pytest.mark.wire

SOURCES = """
[orders]
database = "{shop}"
collection = "users"

[events]
cluster = "crm"
"""


@pytest.fixture
def shop(services: Any, tmp_path: Path) -> Iterator[Product]:
    """A product whose orders are in another database, and its events behind another URL."""
    urls = f"crm={services.mongo_url}/?appName=crm"
    with product(services, tmp_path, mongo_urls=urls) as made:
        made.settings.kairos_sources.write_text(SOURCES.format(shop=f"{made.db.name}s"))
        yield made
        made.db.client.drop_database(f"{made.db.name}s")


def orders(shop: Product) -> Any:
    """The collection of the orders."""
    return shop.db.client[f"{shop.db.name}s"].users


def test_each_database_has_its_own_stream_and_position(shop: Product) -> None:
    """Snapshot and changes of all of them; the loaders read the same places."""
    shop.db.users.insert_one({"_id": "u1"})
    shop.db.events.insert_one({"_id": "e1"})
    orders(shop).insert_one({"_id": "o1", "user_id": "u1"})
    with shop.captured():
        for topic in ("users", "orders", "events"):
            eventually(partial(has, shop, topic, 1), topic)
        orders(shop).insert_one({"_id": "o2", "user_id": "u1"})
        shop.db.events.delete_one({"_id": "e1"})
        shop.db.users.insert_one({"_id": "u2"})
        eventually(lambda: shop.latest("orders").keys() == {"o1", "o2"}, "the new order")
        eventually(lambda: not shop.latest("events"), "no event")
        eventually(lambda: shop.latest("users").keys() == {"u1", "u2"}, "the new user")

    names = {"mongo", f"mongo:/{shop.db.name}s", f"mongo:crm/{shop.db.name}"}
    assert stored(shop) == names
    assert [order["id"] for order in load_orders_from_mongodb(settings=shop.settings)] == ["o1", "o2"]


def test_a_topic_that_moves_from_database_to_database_follows(shop: Product) -> None:
    """There and back: its versions rise, what is not there is deleted, and no old position is used."""
    moved = shop.settings.kairos_sources.read_text()
    shop.db.orders.insert_many([{"_id": each, "user_id": "u1"} for each in ("a", "b")])
    orders(shop).insert_many([{"_id": each, "user_id": "u2"} for each in ("a", "b", "c")])
    for text, expected in (("", {"a", "b"}), (moved, {"a", "b", "c"}), ("", {"a", "b"})):
        shop.settings.kairos_sources.write_text(text)
        fresh = shop.settings.model_copy(update={"kairos_max_deleted_share": 1.0})
        with Product(shop.db, fresh).captured():
            eventually(partial(has, shop, "orders", len(expected)), f"{expected}")
            eventually(partial(is_owned, shop, "u2" if "c" in expected else "u1"), "the owner")
        assert shop.latest("orders").keys() == expected

    sources = load_sources(shop.settings.kairos_sources)
    assert stored(shop) == {each.name for each in databases_of(sources.captured, shop.db.name, {"": ""})}


def has(shop: Product, topic: str, count: int) -> bool:
    """Whether a topic has so many documents."""
    return len(shop.latest(topic)) == count


def is_owned(shop: Product, owner: str) -> bool:
    """Whether all orders of the topic are one person's."""
    return {order["user_id"] for order in values(shop, "orders").values()} == {owner}


def stored(shop: Product) -> set[str]:
    """The names of the positions."""
    with reading(shop.settings) as reader:
        return set(read_all(reader))
