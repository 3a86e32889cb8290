"""Changes and documents that are larger than an answer of MongoDB, or than a record of Kafka."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.embedded import Services
from schemas.model import RawDocument
from tests.integration.capturing import Product, eventually
from tests.integration.failing_mongo import LIMIT, failing_product, keys, limit_events, streams
from workers.capture.change_stream import SPLIT, ChangeStreamReader, pipeline
from workers.product.sources import read_sources

pytestmark = pytest.mark.wire


@pytest.fixture
def shop(embedded: Services, tmp_path: Path) -> Iterator[Product]:
    """A product on the embedded server."""
    with failing_product(embedded, tmp_path) as shop:
        yield shop


def user(number: int) -> dict[str, Any]:
    """A user whose event is large beside others."""
    return {"_id": f"u{number}", "email": f"u{number}@x.test", "interests": ["x" * 100] * 3}


def test_large_changes_come_in_parts_and_whole_into_the_topic(shop: Product) -> None:
    """Also those before a restart of capture and of the stream; nothing is read anew."""
    limit_events(shop, 500, splits=True)
    shop.db.users.insert_one(user(0))
    for begin in (1, 11):
        with shop.captured():
            eventually(lambda: streams(shop), "the stream")
            for number in range(begin, begin + 10):
                shop.db.users.insert_one(user(number))
                shop.db.users.update_one({"_id": f"u{number}"}, {"$set": {"name": "N"}})
            wanted = {f"u{number}" for number in range(begin + 10)}
            eventually(partial(lambda wanted: keys(shop) == wanted, wanted), "all users")
    documents = {key: json.loads(record.value) for key, record in shop.latest("users").items()}

    assert {key: len(document["interests"][0]) for key, document in documents.items()} == dict.fromkeys(
        keys(shop), 100
    )
    assert {each.epoch for each in shop.positions()} == {1}


def test_a_stream_that_ends_between_two_parts_gives_the_change_whole(shop: Product) -> None:
    """The driver may go on in the middle of a change; capture's token is never that of a part."""
    limit_events(shop, 500, splits=True)
    sources = read_sources({}).captured
    with MongoClient[RawDocument](shop.settings.mongo_url) as client:
        db = client[shop.settings.mongo_database]
        start = db.command("hello")["operationTime"]
        shop.db.users.insert_many([{"_id": "small"}, user(1)])
        first = ChangeStreamReader(db, sources, start=start)
        small = first.next(1_000)
        first.close()
        options: dict[str, Any] = {"pipeline": [*pipeline(sources), SPLIT], "full_document": "updateLookup"}
        with db.watch(resume_after=first.token, **options) as stream:
            part = stream.next()
            token = stream.resume_token
        with db.watch(resume_after=token, **options) as stream:
            rest = stream.next()
        second = ChangeStreamReader(db, sources, token=first.token)
        whole, behind = second.next(1_000), second.token
        shop.db.users.insert_one({"_id": "later"})
        later = second.next(1_000)
        second.close()

    assert [each["splitEvent"] for each in (part, rest)] == [{"fragment": n, "of": 2} for n in (1, 2)]
    assert small is not None
    assert small["documentKey"] == {"_id": "small"}
    assert whole is not None
    assert (whole["documentKey"], whole["fullDocument"]["_id"]) == ({"_id": "u1"}, "u1")
    assert "splitEvent" not in whole
    assert behind == first.token  # until a later one comes
    assert later is not None
    assert second.token == later["_id"]


def test_a_server_that_cannot_split_loses_its_history_and_is_read_anew(
    shop: Product, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The sentence says what is too large; the document comes with the snapshot."""
    limit_events(shop, 500, splits=False)
    with shop.captured():
        eventually(lambda: streams(shop), "the stream")
        shop.db.users.insert_one(user(1))
        eventually(lambda: streams(shop, 2) and keys(shop) == {"u1"}, "the snapshot")
    said = capsys.readouterr().out + caplog.text

    assert "a change is larger than the 16 MB of an answer, and this server cannot split it" in said
    assert "error 10334, BSONObjectTooLarge" in said


def test_documents_of_16_mb_stop_nothing(shop: Product) -> None:
    """Captured when what is mapped is small, else a dead letter; in the snapshot and in the stream."""
    room = LIMIT - 500
    shop.db.users.insert_one({"_id": "unmapped", "email": "a@x.test", "other": "x" * room})
    shop.db.users.insert_one({"_id": "mapped", "name": "x" * room})
    with shop.captured():
        eventually(lambda: streams(shop), "the snapshot")
        shop.db.users.insert_one({"_id": "unmapped 2", "email": "b@x.test", "other": "x" * room})
        shop.db.users.update_one({"_id": "unmapped"}, {"$set": {"email": "c@x.test"}})
        shop.db.users.insert_one({"_id": "mapped 2", "name": "x" * room})
        shop.db.users.insert_one({"_id": "behind"})
        eventually(lambda: "behind" in keys(shop), "what comes behind them")
    letters = {r.key.decode(): dict(r.headers)["kairos_reason"] for r in shop.records("dead-letters")}

    assert keys(shop) == {"unmapped", "unmapped 2", "behind"}
    assert json.loads(shop.latest("users")["unmapped"].value)["email"] == "c@x.test"
    assert letters == {"mapped": b"too-large", "mapped 2": b"too-large"}
    assert {each.epoch for each in shop.positions()} == {1}
