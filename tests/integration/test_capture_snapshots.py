"""A snapshot whose process ends goes on in the next one."""

from functools import partial

import pytest

from tests.integration.capturing import Product, eventually
from tests.integration.test_capture import shop, values, wait_until_equal

pytestmark = pytest.mark.wire
__all__ = ["shop"]


def test_an_unfinished_snapshot_goes_on_where_it_was_stopped(shop: Product) -> None:
    """The next capture reads the rest under the same epoch, and what changed in between."""
    shop.db.users.insert_many([{"_id": i, "age": 0} for i in range(5_000)])
    with shop.captured() as stop:
        eventually(lambda: shop.records("users"), "the beginning")
        stop.set()
    first = shop.positions()[-1]
    shop.db.users.delete_one({"_id": 0})
    shop.db.users.update_one({"_id": 1}, {"$set": {"age": 1}})
    shop.db.users.insert_one({"_id": -1, "age": 2})
    with shop.captured():
        wait_until_equal_ages(shop, {str(i): i if i == 1 else 0 for i in range(1, 5_000)} | {"-1": 2})
        eventually(lambda: shop.positions()[-1].snapshot_done, "the rest of the snapshot")

    assert not first.snapshot_done
    assert first.scan is not None
    assert first.scan.topics[0] == "users"
    assert first.scan.after is not None
    assert shop.positions()[-1].epoch == first.epoch
    assert len(shop.records("users")) <= 5_003


def wait_until_equal_ages(shop: Product, expected: dict[str, int]) -> None:
    """Wait until the topic has these ages, by key."""
    eventually(lambda: {k: v["age"] for k, v in values(shop, "users").items()} == expected, "the collection")


def test_a_snapshot_of_killed_captures_ends(shop: Product) -> None:
    """Killed again and again in the snapshot: the topic becomes the collection, deletions included."""
    shop.db.users.insert_many([{"_id": f"s{i}", "age": 0} for i in range(20_000)])
    for number in range(3):
        before = len(shop.records("users"))
        process = shop.process()
        eventually(partial(has_more_records, shop, before), "some records")
        process.kill()
        process.join()
        shop.db.users.delete_many({"_id": {"$in": [f"s{number}", f"s9{number}"]}})
    with shop.captured():
        wait_until_equal(shop)


def has_more_records(shop: Product, count: int) -> bool:
    """Whether there are more than `count` records of users."""
    return len(shop.records("users")) > count
