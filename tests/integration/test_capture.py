"""Capture with a real change stream and a real Kafka: snapshot, streaming, crashes."""

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from bson import DatetimeMS, Int64
from pymongo.database import Database

from tests.integration.capturing import Product, eventually, product, version
from workers.runtime.process.settings import Settings

pytestmark = pytest.mark.wire


@pytest.fixture
def shop(services: Any, tmp_path: Path) -> Iterator[Product]:
    """A product with our own names."""
    with product(services, tmp_path) as shop:
        yield shop


def values(shop: Product, topic: str) -> dict[str, Any]:
    """The documents of a topic, by key."""
    return {key: json.loads(record.value) for key, record in shop.latest(topic).items()}


@contextmanager
def writing(db: Database[dict[str, Any]]) -> Iterator[None]:
    """Three writers insert, update and delete users while the block runs."""
    stop = threading.Event()

    def write(writer: int) -> None:
        for i in itertools.count():
            db.users.update_one({"_id": f"s{(i * 7 + writer * 300) % 1_000}"}, {"$inc": {"age": 1}})
            db.users.insert_one({"_id": f"w{writer}-{i}", "age": 1})
            if i % 3 == 0:
                db.users.delete_one({"_id": f"w{writer}-{i - 3}"})
            if stop.wait(0.02):
                return

    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def wait_until_equal(shop: Product) -> None:
    """Wait until the topic has the documents of the collection."""
    expected = {user["_id"]: user["age"] for user in shop.db.users.find()}
    eventually(
        lambda: {key: user["age"] for key, user in values(shop, "users").items()} == expected,
        "the topic equals the collection",
    )


def test_a_change_is_in_its_topic_with_version_timestamp_and_headers(shop: Product) -> None:
    """Insert, update and delete have later and later versions; the snapshot has the lowest."""
    shop.db.users.insert_one({"_id": "u1", "email": "a@x.test", "password": "secret"})
    with shop.captured():
        eventually(lambda: values(shop, "users"), "the snapshot")
        shop.db.users.update_one({"_id": "u1"}, {"$set": {"age": Int64(30)}})
        eventually(lambda: values(shop, "users")["u1"].get("age") == 30, "the update")
        shop.db.users.delete_one({"_id": "u1"})
        eventually(lambda: not shop.latest("users"), "the deletion")
    records = shop.records("users")
    versions = [version(record) for record in records]
    headers = dict(records[1].headers)

    assert [record.value is None for record in records] == [False, False, True]
    assert versions == sorted(set(versions))
    assert {epoch for epoch, _ in versions} == {1}
    assert [record.timestamp for record in records] == sorted({record.timestamp for record in records})
    assert headers["ce_type"] == b"kairos.users.v1"
    assert headers["content-type"] == b"application/json"


def has_more_positions(shop: Product, count: int) -> bool:
    """Whether more than `count` positions were written."""
    return len(shop.positions()) > count


def test_no_change_is_lost_between_snapshot_and_stream(shop: Product) -> None:
    """Capture starts while others write; when they stop, the topic equals the collection."""
    shop.db.users.insert_many([{"_id": f"s{i}", "age": 0} for i in range(1_000)])
    with shop.captured():
        with writing(shop.db):
            eventually(lambda: any(position.snapshot_done for position in shop.positions()), "the snapshot")
        wait_until_equal(shop)

    assert {version(record)[0] for record in shop.records("users")} == {1}


def test_a_killed_capture_loses_nothing(shop: Product) -> None:
    """Killed twice under load, and resumed: when writing stops, the topic equals the collection."""
    shop.db.users.insert_many([{"_id": f"s{i}", "age": 0} for i in range(1_000)])
    with writing(shop.db):
        for _ in range(2):
            before = len(shop.positions())
            process = shop.process()
            eventually(partial(has_more_positions, shop, before + 2), "positions in the stream")
            process.kill()
            process.join()
    with shop.captured():
        wait_until_equal(shop)

    assert {position.epoch for position in shop.positions()} == {1}


class DelayedClient:
    """A client whose acknowledgements for users are delayed until `gate` is open."""

    def __init__(self, producer: Any) -> None:
        self.gate = threading.Event()
        self.is_awaited = threading.Event()
        self._producer = producer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._producer, name)

    def send(self, topic: str, **record: Any) -> Any:
        """Send, and delay the acknowledgement."""
        future = self._producer.send(topic, **record)
        return DelayedFuture(future, self) if topic.endswith("-users") else future


class DelayedFuture:
    """An acknowledgement that is delayed by the client's gate."""

    def __init__(self, future: Any, client: DelayedClient) -> None:
        self._future = future
        self._client = client

    @property
    def is_done(self) -> bool:
        """Whether it has arrived and the gate is open."""
        return self._client.gate.is_set() and bool(self._future.is_done)

    def get(self, timeout: float) -> Any:
        """Wait for the gate and the acknowledgement."""
        if not self._client.gate.is_set():
            self._client.is_awaited.set()
        assert self._client.gate.wait(timeout)
        return self._future.get(timeout)


def test_a_position_waits_for_the_acknowledgement(shop: Product) -> None:
    """While a record is in flight no position after it is written; with its acknowledgement one is."""
    clients: list[DelayedClient] = []

    def wrap(producer: Any) -> DelayedClient:
        client = DelayedClient(producer)
        client.gate.set()
        clients.append(client)
        return client

    with shop.captured(wrap):
        eventually(lambda: shop.positions() and shop.positions()[-1].snapshot_done, "the snapshot")
        (client,) = clients
        client.gate.clear()
        shop.db.users.insert_one({"_id": "u1"})
        eventually(lambda: shop.latest("users"), "the record in Kafka")
        eventually(client.is_awaited.is_set, "capture waits for the acknowledgement")
        before = shop.positions()[-1].token
        reads = len(shop.reads())
        shop.db.users.insert_one({"_id": "u2"})
        assert shop.positions()[-1].token == before
        assert len(shop.reads()) == reads
        client.gate.set()
        eventually(lambda: shop.positions()[-1].token != before, "the position moves on")


def test_a_document_that_cannot_be_mapped_does_not_stop_the_others(shop: Product) -> None:
    """One without a usable id or too large is a dead letter without its content; the next is captured."""
    shop.db.users.insert_one({"_id": True, "email": "hidden@x.test"})
    with shop.captured():
        eventually(lambda: shop.records("dead-letters"), "the dead letter of the snapshot")
        shop.db.users.insert_one({"_id": "huge", "name": "x" * 1_000_000})
        shop.db.users.insert_one({"_id": False, "name": "hidden"})
        shop.db.users.insert_one({"_id": "fine", "created_at": DatetimeMS(10**17), "name": {"first": "odd"}})
        eventually(lambda: "fine" in shop.latest("users"), "the document after them")
        eventually(lambda: len(shop.records("dead-letters")) == 3, "three dead letters")
    letters = {record.key.decode(): dict(record.headers) for record in shop.records("dead-letters")}

    assert {key: headers["kairos_reason"] for key, headers in letters.items()} == {
        "True": b"mapping",
        "huge": b"too-large",
        "False": b"mapping",
    }
    assert letters["False"]["kairos_error"] == b"users.id: a value of type bool cannot be an id"
    assert letters["True"]["kairos_worker"] == b"capture"
    assert letters["True"]["kairos_topic"] == b"users"
    assert not any(b"hidden" in record.value for record in shop.records("dead-letters"))
    assert set(shop.latest("users")) == {"fine"}


def test_a_missing_topic_is_an_error_with_the_command_to_run(
    shop: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its topics capture does not start; the error names the topic and the command."""
    from workers.capture.app import capture
    from workers.runtime.kafka import sync_producer

    monkeypatch.setattr(sync_producer, "CONNECT_MS", 500)
    elsewhere = Settings(**(shop.settings.model_dump() | {"kairos_prefix": "nothing-here-"}))
    with (
        sync_producer.connected(elsewhere, "capture") as client,
        pytest.raises(
            sync_producer.ProducerError,
            match="nothing-here-users is not on the broker: run `kairos topics apply`",
        ),
    ):
        capture(elsewhere, threading.Event(), client)
