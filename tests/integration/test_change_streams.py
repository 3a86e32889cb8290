"""Every kind of write in a change stream: the embedded server and a real replica set."""

import itertools
import uuid

import pytest
from bson import Timestamp
from pymongo import AsyncMongoClient, InsertOne, MongoClient
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from schemas.model import RawDocument
from tests.integration.replica_set import kinds, read_events

pytestmark = pytest.mark.wire
QUICK = 0.2


def test_each_write_is_an_event_in_order(any_db: Database[RawDocument]) -> None:
    """Insert, update, replace and delete appear once, in order, with namespace, key and document."""
    with any_db.users.watch() as stream:
        any_db.users.insert_one({"_id": 1, "name": "a"})
        any_db.users.update_one({"_id": 1}, {"$set": {"name": "b"}})
        any_db.users.replace_one({"_id": 1}, {"name": "c"})
        any_db.users.delete_one({"_id": 1})
        events = read_events(stream, 4)
    assert kinds(events) == ["insert", "update", "replace", "delete"]
    assert all(event["ns"] == {"db": any_db.name, "coll": "users"} for event in events)
    assert all(event["documentKey"] == {"_id": 1} for event in events)
    assert events[0]["fullDocument"] == {"_id": 1, "name": "a"}
    assert events[2]["fullDocument"] == {"_id": 1, "name": "c"}
    assert "fullDocument" not in events[1]
    assert "fullDocument" not in events[3]


def test_update_description(any_db: Database[RawDocument]) -> None:
    """An update names changed fields by their path, removed fields, and elements that were appended."""
    any_db.users.insert_one(
        {"_id": 1, "a": {"b": 1, "c": [1, 2]}, "list": [1, 2], "gone": 1, "n": 1, "same": 1}
    )
    with any_db.users.watch() as stream:
        change = {
            "$set": {"a.b": 2, "a.c.1": 9, "new": {"x": 1}, "same": 1},
            "$unset": {"gone": 1},
            "$inc": {"n": 4},
            "$push": {"list": 3},
        }
        any_db.users.update_one({"_id": 1}, change)
        (event,) = read_events(stream, 1)
    assert event["updateDescription"] == {
        "updatedFields": {"a.b": 2, "a.c.1": 9, "new": {"x": 1}, "n": 5, "list.2": 3},
        "removedFields": ["gone"],
        "truncatedArrays": [],
    }


def test_setting_a_whole_field_reports_the_whole_field(any_db: Database[RawDocument]) -> None:
    """Setting a sub-document or an array reports all of it, not only the difference."""
    any_db.users.insert_one({"_id": 1, "a": {"b": 1, "c": 2}, "list": [1, 2, 3], "x": [{"k": 1}, {"k": 2}]})
    with any_db.users.watch() as stream:
        any_db.users.update_one({"_id": 1}, {"$set": {"a": {"b": 1, "c": 3}, "list": [1]}})
        any_db.users.update_one({"_id": 1, "x.k": 2}, {"$set": {"x.$.k": 5}})
        whole, positional = read_events(stream, 2)
    assert whole["updateDescription"]["updatedFields"] == {"a": {"b": 1, "c": 3}, "list": [1]}
    assert positional["updateDescription"]["updatedFields"] == {"x.1.k": 5}


def test_an_update_that_changes_nothing_is_no_event(any_db: Database[RawDocument]) -> None:
    """Setting the present value, or matching no document, makes no event."""
    any_db.users.insert_one({"_id": 1, "n": 1})
    with any_db.users.watch() as stream:
        any_db.users.update_one({"_id": 1}, {"$set": {"n": 1}})
        any_db.users.update_one({"_id": 2}, {"$set": {"n": 2}})
        any_db.users.delete_one({"_id": 2})
        any_db.users.update_one({"_id": 1}, {"$set": {"n": 3}})
        (event,) = read_events(stream, 1)
    assert event["updateDescription"]["updatedFields"] == {"n": 3}


def test_find_and_modify_and_upserts_are_events(any_db: Database[RawDocument]) -> None:
    """Every way to write makes events."""
    with any_db.users.watch() as stream:
        any_db.users.update_one({"_id": 1}, {"$set": {"n": 1}}, upsert=True)
        any_db.users.find_one_and_update({"_id": 1}, {"$inc": {"n": 1}})
        any_db.users.find_one_and_replace({"_id": 1}, {"n": 7})
        any_db.users.find_one_and_delete({"_id": 1})
        any_db.users.insert_many([{"_id": i, "n": 0} for i in (2, 3)])
        any_db.users.update_many({}, {"$set": {"n": 1}})
        any_db.users.delete_many({})
        events = read_events(stream, 10)
    assert kinds(events) == [
        "insert",
        "update",
        "replace",
        "delete",
        *["insert"] * 2,
        *["update"] * 2,
        *["delete"] * 2,
    ]
    assert events[0]["fullDocument"] == {"_id": 1, "n": 1}


def test_refused_documents_are_no_events(any_db: Database[RawDocument]) -> None:
    """Of a bulk with duplicates only the documents that were stored appear."""
    any_db.users.insert_one({"_id": 1})
    with any_db.users.watch() as stream:
        with pytest.raises(BulkWriteError) as refused:
            any_db.users.bulk_write([InsertOne({"_id": i}) for i in (1, 2, 1, 3)], ordered=False)
        with pytest.raises(BulkWriteError):
            any_db.users.bulk_write([InsertOne({"_id": i}) for i in (4, 1, 5)], ordered=True)
        events = read_events(stream, 3)
        assert stream.try_next() is None
    assert [event["documentKey"]["_id"] for event in events] == [2, 3, 4]
    assert refused.value.details["nInserted"] == 2


def test_update_lookup_gives_the_document_as_it_is_now(any_db: Database[RawDocument]) -> None:
    """The looked-up document is the current one, and None once it was deleted."""
    with any_db.users.watch(full_document="updateLookup") as stream:
        any_db.users.insert_one({"_id": 1, "n": 1})
        any_db.users.update_one({"_id": 1}, {"$set": {"n": 2}})
        _, update = read_events(stream, 2)
        assert update["fullDocument"] == {"_id": 1, "n": 2}
        token = update["_id"]
        any_db.users.update_one({"_id": 1}, {"$set": {"n": 3}})
        any_db.users.delete_one({"_id": 1})
    with any_db.users.watch(full_document="updateLookup", resume_after=token) as stream:
        assert read_events(stream, 1)[0]["fullDocument"] is None


def test_events_have_a_growing_cluster_time_and_a_wall_time(
    any_db: Database[RawDocument], any_mongo: MongoClient[RawDocument]
) -> None:
    """Each event has a later cluster time than the one before, and the time of day."""
    before = any_mongo.admin.command("hello")["localTime"]
    with any_db.users.watch() as stream:
        for i in range(50):
            any_db.users.insert_one({"_id": i})
        events = read_events(stream, 50)
    times = [event["clusterTime"] for event in events]
    assert all(isinstance(at, Timestamp) for at in times)
    assert all(earlier < later for earlier, later in itertools.pairwise(times))
    after = any_mongo.admin.command("hello")["localTime"]
    assert all(before <= event["wallTime"] <= after for event in events)
    assert [event["_id"]["_data"] for event in events] == sorted(event["_id"]["_data"] for event in events)


def test_pipelines_filter_and_shape(any_db: Database[RawDocument]) -> None:
    """A database is watched with a filter on collections; a projection shapes the events."""
    pipeline: list[RawDocument] = [
        {"$match": {"ns.coll": {"$in": ["users", "orders"]}}},
        {"$project": {"ns": 1, "documentKey": 1, "operationType": 1}},
    ]
    with any_db.watch(pipeline) as stream:
        for name in ("users", "noise", "orders", "noise", "users"):
            any_db[name].insert_one({"_id": uuid.uuid4().hex})
        events = read_events(stream, 3)
    assert [event["ns"]["coll"] for event in events] == ["users", "orders", "users"]
    assert all(set(event) == {"_id", "ns", "documentKey", "operationType"} for event in events)


def test_the_whole_server_can_be_watched(
    any_db: Database[RawDocument], any_mongo: MongoClient[RawDocument]
) -> None:
    """A stream of the server has events of any database."""
    with any_mongo.watch([{"$match": {"ns.db": any_db.name}}]) as stream:
        any_db.users.insert_one({"_id": 1})
        (event,) = read_events(stream, 1)
    assert event["ns"] == {"db": any_db.name, "coll": "users"}


async def test_the_asynchronous_client_sees_the_same(
    any_db: Database[RawDocument], any_mongo: MongoClient[RawDocument]
) -> None:
    """AsyncMongoClient watches and resumes as the synchronous client does."""
    host, port = any_mongo.address or ("", 0)
    async with AsyncMongoClient[RawDocument](host, port, directConnection=True) as other:
        users = other[any_db.name].users
        async with await users.watch() as stream:
            await users.insert_one({"_id": 1})
            first = await stream.next()
            await users.insert_one({"_id": 2})
        async with await users.watch(resume_after=first["_id"]) as stream:
            assert (await stream.next())["documentKey"] == {"_id": 2}
