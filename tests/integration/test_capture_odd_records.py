"""Records that a topic does not take, and records that anybody wrote into it: none of them stops capture."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from bson import Decimal128, Int64, ObjectId
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from tests.integration.capturing import Product, eventually, product
from workers.capture import collection_scan
from workers.capture.app import run
from workers.capture.collection_scan import documents_after
from workers.runtime.kafka.sync_producer import connected
from workers.runtime.process import exits

pytestmark = pytest.mark.wire


@pytest.fixture
def shop(services: Any, tmp_path: Path) -> Iterator[Product]:
    """A product with our own names."""
    with product(services, tmp_path) as shop:
        yield shop


def limit_size(shop: Product, topic: str, size: int) -> None:
    """Let a topic take records of at most so many bytes."""
    configure(shop, topic, {"max.message.bytes": str(size)})


def configure(shop: Product, topic: str, configs: dict[str, str]) -> None:
    """Change settings of a topic."""
    name = shop.settings.name(topic)
    with closing(KafkaAdminClient(bootstrap_servers=shop.settings.brokers)) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs)])


async def write_raw(shop: Product, *records: tuple[bytes, bytes | None, list[Any]]) -> None:
    """Write records to the users as any client may: key, value, headers with or without a value."""
    async with AIOKafkaProducer(bootstrap_servers=shop.settings.brokers) as producer:
        batch = producer.create_batch()
        for key, value, headers in records:
            assert batch.append(key=key, value=value, timestamp=None, headers=headers)
        await (await producer.send_batch(batch, shop.settings.name("users"), partition=0))


def letters(shop: Product) -> dict[str, str]:
    """The reason of each dead letter, by the beginning of the document's id."""
    read = {}
    for record in shop.records("dead-letters"):
        content = json.loads(record.value)
        assert content["collection"] == "users"
        read[content["_id"][:4]] = dict(record.headers)["kairos_reason"].decode()
    return read


def test_a_record_that_is_too_large_for_its_topic_is_a_letter(shop: Product) -> None:
    """By its key alone or by the topic's own limit, in the snapshot and in the stream."""
    limit_size(shop, "users", 100_000)
    limit_size(shop, "dead-letters", 20_000)
    shop.db.users.insert_many([{"_id": "k" * 360_000}, {"_id": "text", "name": "x" * 300_000}, {"_id": "a"}])
    with shop.captured():
        eventually(lambda: set(shop.latest("users")) == {"a"}, "the snapshot")
        shop.db.users.insert_one({"_id": "long" * 90_000})
        shop.db.users.insert_one({"_id": "odd", "name": "x" * 99_900})
        shop.db.users.delete_one({"_id": "long" * 90_000})
        shop.db.users.insert_one({"_id": "b"})
        eventually(lambda: set(shop.latest("users")) == {"a", "b"}, "what comes behind them")

    assert letters(shop) == dict.fromkeys(("kkkk", "text", "long", "odd"), "too-large")


def test_foreign_records_in_a_captured_topic_do_not_stop_a_snapshot(shop: Product) -> None:
    """Odd keys, headers and values: the next snapshots leave them out."""
    shop.db.users.insert_many([{"_id": "a"}, {"_id": "b"}])
    with shop.captured():
        eventually(lambda: len(shop.latest("users")) == 2, "the first snapshot")
    asyncio.run(
        write_raw(
            shop,
            (b"\xff\xfe", b"x", []),
            (b"k", b"x", [("kairos_version", None)]),
            (b"k", b"x", [("kairos_version", b"1.x")]),
            (b"\xff", None, [("kairos_control", None)]),
        )
    )
    with connected(shop.settings, "test") as client:
        client.send(shop.settings.name("capture-positions"), key=b"mongo", value=b"hello").get(10)
        client.send(shop.settings.name("capture-positions"), key=b"mongo/deletions", value=b"{").get(10)
    shop.settings.kairos_sources.write_text('[users]\nfields.email = "mail"\n')
    shop.db.users.insert_one({"_id": "c"})
    with shop.captured():
        eventually(lambda: b"c" in {r.key for r in shop.everything("users")}, "the second snapshot")
        shop.db.users.delete_one({"_id": "a"})
        eventually(
            lambda: (b"a", None) in {(r.key, r.value) for r in shop.everything("users")}, "the stream behind"
        )


def test_a_timestamp_that_kafka_refuses_is_told_once_and_final(
    shop: Product, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The line names topic, key, clocks and settings; the supervisor does not start capture again."""
    configure(shop, "users", {"message.timestamp.before.max.ms": "0"})
    shop.db.users.insert_one({"_id": "mia"})
    with pytest.raises(SystemExit) as ended:
        run(shop.settings, threading.Event())
    said = capsys.readouterr().out + caplog.text

    assert ended.value.code == exits.REFUSED
    assert said.count("capture cannot go on") == 1
    for words in ("users", "mia", "clocks", "message.timestamp.before.max.ms"):
        assert words in said


IDS = [1, Int64(2**60), 2.5, Decimal128("7.1"), "", "a", "z", "é", {"a": 1}, {"b": "x"}, b"\x01\x02", True]


def test_a_scan_goes_on_over_ids_of_all_types(shop: Product) -> None:
    """Behind every id the rest comes, in the same order."""
    shop.db.mixed.insert_many([{"_id": each} for each in (*IDS, ObjectId())])
    order = [each["_id"] for each in shop.db.mixed.find().sort("_id", 1)]

    assert len(order) == len(IDS) + 1
    for number, last in enumerate(order):
        rest = [each["_id"] for each in shop.db.mixed.find(documents_after(last)).sort("_id", 1)]
        assert rest == order[number + 1 :]
    assert collection_scan.documents_after("\ufffd") == {}
