"""Capture repairs: lost history, dropped collections, an unreachable server, another mapping."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from pymongo import MongoClient

from deploy.embedded import Services
from schemas.model import RawDocument
from tests.integration.capturing import Product, eventually, product, version
from tests.integration.processes import HANG_SECONDS
from topics.catalog import BY_NAME
from workers.capture.app import run
from workers.capture.position import TOPIC
from workers.runtime.kafka import sync_producer
from workers.runtime.kafka.sync_producer import connected

pytestmark = pytest.mark.wire


@pytest.fixture
def shop(services: Any, tmp_path: Path) -> Iterator[Product]:
    """A product with our own names."""
    with product(services, tmp_path) as shop:
        yield shop


def snapshot_done(shop: Product, epoch: int) -> bool:
    """Whether the snapshot of an epoch has ended."""
    return any(position.epoch == epoch and position.snapshot_done for position in shop.positions())


def keys(shop: Product, topic: str = "users") -> set[str]:
    """The keys of a topic that are not deleted."""
    return set(shop.latest(topic))


def test_a_lost_history_is_repaired_by_a_snapshot(shop: Product, embedded: Services) -> None:
    """Updates, inserts and deletes from before the log was trimmed are corrected under a new epoch."""
    shop.db.users.insert_many([{"_id": "stays"}, {"_id": "changes", "age": 1}, {"_id": "goes"}])
    with shop.captured():
        eventually(lambda: snapshot_done(shop, 1), "the first snapshot")
    shop.db.users.delete_one({"_id": "goes"})
    shop.db.users.update_one({"_id": "changes"}, {"$set": {"age": 2}})
    shop.db.users.insert_one({"_id": "comes"})
    shop.db.client.admin.command("trimOplog", 0)
    with shop.captured():
        eventually(lambda: snapshot_done(shop, 2), "the second snapshot")
    tombstones = [record for record in shop.records("users") if record.value is None]

    assert keys(shop) == {"stays", "changes", "comes"}
    assert json.loads(shop.latest("users")["changes"].value)["age"] == 2
    assert [record.key for record in tombstones] == [b"goes"]
    assert version(tombstones[0])[0] == 2
    assert version(tombstones[0]) == version(shop.latest("users")["stays"])


def test_a_replaced_collection_gets_tombstones_and_a_new_snapshot(shop: Product) -> None:
    """What is not in the new collection is deleted from the topic; no other collection is read again."""
    shop.db.users.insert_many([{"_id": "a"}, {"_id": "b"}])
    shop.db.orders.insert_one({"_id": "o", "user_id": "a"})
    for topic in ("events", "messages", "jobs", "job_views", "job_preferences"):
        shop.db[topic].insert_one({"_id": "x"})
    with shop.captured():
        eventually(lambda: snapshot_done(shop, 1), "the snapshot")
        shop.db.orders.insert_one({"_id": "p", "user_id": "b"})
        shop.db.prepared.insert_one({"_id": "b"})
        shop.db.prepared.rename("users", dropTarget=True)
        eventually(lambda: snapshot_done(shop, 2) and keys(shop) == {"b"}, "the snapshot after the swap")
        shop.db.users.insert_one({"_id": "c"})
        shop.db.orders.insert_one({"_id": "q", "user_id": "c"})
        eventually(lambda: keys(shop) == {"b", "c"}, "the stream after it")
        eventually(lambda: keys(shop, "orders") == {"o", "p", "q"}, "the stream of another collection")

    assert [version(record)[0] for record in shop.records("orders") if record.key == b"o"] == [1]
    assert len(shop.records("orders")) == 3
    assert len(shop.records("messages")) == 1


def test_a_changed_mapping_needs_a_new_snapshot(shop: Product) -> None:
    """When the sources file has changed, the topics are written again from the collections."""
    shop.db.users.insert_one({"_id": "a", "mail": "a@x.test"})
    with shop.captured():
        eventually(lambda: snapshot_done(shop, 1), "the snapshot")
    shop.settings.kairos_sources.write_text('[users]\nfields.email = "mail"\n')
    with shop.captured():
        eventually(lambda: snapshot_done(shop, 2), "the snapshot under the new mapping")

    assert json.loads(shop.latest("users")["a"].value) == {"id": "a", "email": "a@x.test"}


def test_the_stream_resumes_after_a_lost_connection(shop: Product, embedded: Services) -> None:
    """The server is restarted: the stream resumes in the same epoch."""
    shop.db.users.insert_one({"_id": "a"})
    with shop.captured():
        eventually(lambda: snapshot_done(shop, 1), "the snapshot")
        embedded.restart("mongo")
        with MongoClient[RawDocument](embedded.mongo_url) as mongo:  # the old one's connections are gone
            mongo[shop.settings.mongo_database].users.insert_one({"_id": "b"})
        eventually(lambda: keys(shop) == {"a", "b"}, "the change after the outage")

    assert {each.epoch for each in shop.positions()} == {1}


def test_a_lost_position_does_not_let_versions_go_back(shop: Product) -> None:
    """Without a position the next epoch follows the highest one in the document topics."""
    shop.db.users.insert_one({"_id": "a"})
    with shop.captured():
        eventually(lambda: snapshot_done(shop, 1), "the snapshot")
    with connected(shop.settings, "capture") as client:
        client.send(shop.settings.name(TOPIC), key=b"mongo", value=None).get(10)
    with shop.captured():
        eventually(lambda: version(shop.latest("users")["a"])[0] == 2, "the next epoch")


OTHER_NAMES = """
[users]
collection = "customers"
fields = { email = "mail", name = "profile.fullName", age = false }

[orders.fields]
user_id = "customerId"

[events]
collection = "meetups"
fields.participants = { path = "attendees", email = "contact.mail", name = "who" }

[jobs]
enabled = false

[messages]
external = true
"""


def test_a_product_with_other_names(services: Any, tmp_path: Path) -> None:
    """Other collections, paths and id types give our documents; unmapped fields are in no topic."""
    with product(services, tmp_path, OTHER_NAMES) as shop:
        kenji = ObjectId()
        password = {"password": "hunter2"}
        customer = {"_id": kenji, "mail": "k@x.test", "profile": {"fullName": "Kenji", **password}, "age": 30}
        meetup = {"_id": 7, "attendees": [{"contact": {"mail": "k@x.test"}, "who": "K", **password}]}
        shop.db.customers.insert_one(customer | password)
        shop.db.messages.insert_one({"_id": "not ours"})
        with shop.captured():
            eventually(lambda: keys(shop) == {str(kenji)}, "the snapshot")
            shop.db.orders.insert_one({"_id": ObjectId(), "customerId": kenji, **password})
            shop.db.meetups.insert_one(meetup | password)
            shop.db.customers.update_one({"_id": kenji}, {"$set": {"password": "hunter2-new"}})
            eventually(lambda: keys(shop, "events") and len(shop.records("users")) == 2, "the changes")
        documents = {t: [json.loads(r.value) for r in shop.records(t)] for t in ("users", "orders", "events")}
        everything = [record for topic in BY_NAME for record in shop.everything(topic)]

        user = {"id": str(kenji), "_id_type": "ObjectId", "email": "k@x.test", "name": "Kenji"}
        assert documents["users"][-1] == user
        assert documents["orders"][0]["user_id"] == str(kenji)
        assert documents["events"][0]["participants"] == [{"email": "k@x.test", "name": "K"}]
        assert documents["events"][0]["id"] == "7"
        assert not any(
            b"hunter2" in (r.key or b"") + (r.value or b"") + repr(r.headers).encode() for r in everything
        )
        assert not any(b"not ours" in (r.value or b"") for r in everything)
        assert not shop.records("messages")
        assert not shop.watermarks("messages")


def test_how_far_was_read_is_told_truly_and_promptly(shop: Product) -> None:
    """What a report leaves out is later; what stands behind a watermark, too; an idle source advances."""
    shop.db.users.insert_one({"_id": "a"})
    with shop.captured():
        eventually(lambda: snapshot_done(shop, 1), "the snapshot")
        for i in range(300):
            shop.db.users.insert_one({"_id": i})
        eventually(lambda: len(keys(shop)) == 301, "the changes")
        last = max(record.timestamp for record in shop.records("users"))
        eventually(lambda: shop.reads()[-1].at > last + 300, "a report after the changes")
    everything, reads = shop.everything("users"), shop.reads()
    assert {"users", "messages", "job-views"} <= reads[-1].ends.keys()
    assert [read.at for read in reads] == sorted({read.at for read in reads})
    for read in reads:
        ends = dict(enumerate(read.ends["users"].next))
        left_out = [each.timestamp for each in everything if each.offset >= (ends[each.partition] or 0)]
        assert min(left_out, default=read.at + 1) > read.at
    watermarks = dict.fromkeys(range(2), -1)
    for record in everything:
        if record.key == b"~watermark":
            assert record.timestamp >= watermarks[record.partition]
            watermarks[record.partition] = record.timestamp
        else:
            assert record.timestamp > watermarks[record.partition]
    assert min(watermarks.values()) > 0


def test_a_lost_broker_ends_the_process_with_one_line(
    shop: Product,
    embedded: Services,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Without Kafka capture ends with exit code 1 and one log line; started again, it captures the change."""
    monkeypatch.setattr(sync_producer, "DELIVERY_SECONDS", 2)
    # the next one waits for the session of one that could not leave its group
    shop.settings = shop.settings.model_copy(update={"kairos_session_seconds": 20.0})
    codes: list[Any] = []

    def work() -> None:
        try:
            run(shop.settings, threading.Event())
        except SystemExit as end:
            codes.append(end.code)

    thread = threading.Thread(target=work)
    thread.start()
    eventually(lambda: snapshot_done(shop, 1), "the snapshot")
    embedded.stop_one("kafka")
    shop.db.users.insert_one({"_id": "while it was away"})
    thread.join(HANG_SECONDS)
    embedded.start_one("kafka")

    assert codes == [1]
    # where logs go depends on what else ran in this process
    assert (capsys.readouterr().out + caplog.text).count("capture cannot go on") == 1
    with shop.captured():
        eventually(lambda: keys(shop) == {"while it was away"}, "the change")
