"""`kairos capture status` and `resnapshot`, on real Kafka and the embedded MongoDB."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.integration.capturing import Product, eventually, product
from tests.integration.test_capture import values
from workers import cli
from workers.capture.position import read_all, write_position
from workers.capture.snapshot_requests import KEY
from workers.capture.topic_scan import reading
from workers.commands import capture_status_view as view
from workers.commands.capture_status import statuses
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import sync_producer
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire


@pytest.fixture
def shop(services: Any, tmp_path: Path) -> Iterator[Product]:
    """A product with our own names, and three users."""
    with product(services, tmp_path) as made:
        made.db.users.insert_many([{"_id": f"u{i}", "age": i} for i in range(3)])
        yield made


def run(shop: Product, *arguments: str) -> Result:
    """Run `kairos capture` with arguments."""
    return CliRunner().invoke(cli.kairos, ["capture", *arguments], env=shop.settings.environment())


def state(shop: Product) -> dict[str, Any]:
    """The status of the only source."""
    (status,) = statuses(shop.settings)  # in the same process capture prints its log beside a command
    return view.data(status)


def is_following(shop: Product) -> bool:
    """Whether the snapshot is complete and stored."""
    return bool(state(shop)["state"] == "following")


def test_status_says_how_far_a_source_is_read(shop: Product) -> None:
    """Before capture has begun, while it follows, and when a document could not be used."""
    before = state(shop)
    assert (before["state"], before["read_up_to"], before["documents"]) == ("not begun", None, 3)
    with shop.captured():
        eventually(partial(is_following, shop), "the snapshot")
        shop.db.users.insert_one({"_id": True})
        eventually(lambda: state(shop)["dead_letters"] == 1, "the dead letter")
    after = state(shop)
    assert (after["source"], after["documents"], after["problem"]) == ("mongo", 4, None)
    assert after["lag_seconds"] < 60
    assert after["read_up_to"] is not None
    assert json.loads(run(shop, "status", "--json").stdout) == [state(shop)]
    shown = run(shop, "status")
    assert shown.exit_code == 0
    assert shown.output.startswith("mongo: following\n  topics        users, orders, events")
    assert "  dead letters  1 (kairos dead-letters list --worker capture)" in shown.output


def test_the_history_that_is_left_is_that_of_the_server(shop: Product) -> None:
    """A position behind the oldest change has lost it, and somebody has to look."""
    with shop.captured():
        eventually(partial(is_following, shop), "the snapshot")
    known = state(shop)
    assert known["history_left_seconds"] == known["history_seconds"] - known["lag_seconds"]
    assert run(shop, "status").exit_code == 0
    before = shop.positions()[-1]
    with sync_producer(shop.settings, "test") as producer:
        old = before.model_copy(update={"token": {"_data": "82" + "0" * 7 + "1" + "0" * 8}})
        write_position(producer, old, now_ms())
        producer.flush()
    shown = run(shop, "status")
    assert shown.exit_code == 1
    assert "TOO FAR: " in shown.output
    assert "nothing is left" in shown.output


def test_a_source_that_cannot_be_reached_is_told(shop: Product, unused_tcp_port: int) -> None:
    """What Kafka knows is shown all the same; the exit code says that somebody has to look."""
    with shop.captured():
        eventually(partial(is_following, shop), "the snapshot")
    away = shop.settings.model_copy(update={"mongo_url": f"mongodb://127.0.0.1:{unused_tcp_port}"})
    shown = run(Product(shop.db, away), "status")
    assert shown.exit_code == 1
    assert shown.output.startswith("mongo: following\n")
    assert "  not reached   " in shown.output
    assert "Connection refused" in shown.output


def test_a_source_is_read_anew_when_somebody_asks(shop: Product) -> None:
    """While capture runs and before it starts; one topic alone, and what was wrong in it is right again."""
    shop.db.orders.insert_one({"_id": "o1", "user_id": "u1"})
    with shop.captured():
        eventually(partial(is_following, shop), "the snapshot")
        spoil(shop)
        assert run(shop, "resnapshot", "users").exit_code == 0
        eventually(lambda: values(shop, "users")["u1"]["age"] == 1, "the right age")
        eventually(lambda: not requests(shop), "the answer")
    asked = run(shop, "resnapshot", "users")
    assert (asked.exit_code, asked.output) == (0, "asked for: users; see `kairos capture status`\n")
    assert state(shop)["state"] == "a new snapshot is asked for: users"
    spoil(shop)
    with shop.captured():
        eventually(lambda: not requests(shop), "the answer")
        eventually(lambda: values(shop, "users")["u1"]["age"] == 1, "the right age")
    assert max(position.epoch for position in shop.positions()) == 3
    assert len(shop.records("orders")) == 1


def test_what_capture_does_not_read_cannot_be_read_anew(shop: Product) -> None:
    """Named with what there is."""
    shop.settings.kairos_sources.write_text("[jobs]\nenabled = false\n")
    for name in ("jobs", "people"):
        refused = run(shop, "resnapshot", name)
        assert refused.exit_code == 1
        assert f"capture reads no source for {name}, only for users, orders" in refused.output


def spoil(shop: Product) -> None:
    """Write a document of a high version into the topic, as nobody should."""
    (record,) = [each for each in shop.latest("users").values() if each.key == b"u1"]
    wrong = json.dumps({"id": "u1", "age": 99}).encode()
    with sync_producer(shop.settings, "test") as producer:
        producer.send(
            ProducerRecord("users", b"u1", wrong, record.headers, record.timestamp, record.partition)
        )
        producer.flush()
    assert values(shop, "users")["u1"]["age"] == 99


def requests(shop: Product) -> list[str]:
    """The requests that wait."""
    with reading(shop.settings) as reader:
        return [key for key in read_all(reader) if key.endswith(KEY)]
