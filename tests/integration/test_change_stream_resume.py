"""Where a change stream starts, resumes and ends: the embedded server and a real replica set."""

import time

import pytest
from bson import Timestamp
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from schemas.model import RawDocument
from tests.integration.processes import HANG_SECONDS
from tests.integration.replica_set import kinds, read_events

pytestmark = pytest.mark.wire
QUICK = 0.2


def test_resume_after_every_event(any_db: Database[RawDocument]) -> None:
    """A stream resumed after event k begins with event k+1, with either of the two options."""
    with any_db.users.watch() as stream:
        for i in range(5):
            any_db.users.insert_one({"_id": i})
        tokens = [event["_id"] for event in read_events(stream, 5)]
    for i, token in enumerate(tokens[:-1]):
        for option in ("resume_after", "start_after"):
            with any_db.users.watch(**{option: token}) as resumed:
                assert read_events(resumed, 1)[0]["documentKey"] == {"_id": i + 1}
    with any_db.users.watch(resume_after=tokens[-1], max_await_time_ms=100) as resumed:
        assert resumed.try_next() is None


def test_start_at_operation_time(any_db: Database[RawDocument]) -> None:
    """A stream may start at the time of an event, which it repeats, and at the time of a reply."""
    with any_db.users.watch() as stream:
        any_db.users.insert_many([{"_id": i} for i in range(3)])
        second = read_events(stream, 3)[1]
    with any_db.users.watch(start_at_operation_time=second["clusterTime"]) as repeated:
        assert [event["documentKey"]["_id"] for event in read_events(repeated, 2)] == [1, 2]
    at = any_db.command("ping")["operationTime"]
    assert isinstance(at, Timestamp)
    any_db.users.insert_one({"_id": "later"})
    with any_db.users.watch(start_at_operation_time=Timestamp(at.time, at.inc + 1)) as later:
        assert read_events(later, 1)[0]["documentKey"]["_id"] == "later"


def test_two_starting_points_are_refused(any_db: Database[RawDocument]) -> None:
    """`resumeAfter` and `startAfter` exclude each other."""
    with any_db.users.watch() as stream:
        any_db.users.insert_one({"_id": 1})
        (event,) = read_events(stream, 1)
    stage = {"$changeStream": {"resumeAfter": event["_id"], "startAfter": event["_id"]}}
    with pytest.raises(OperationFailure):
        any_db.command("aggregate", "users", pipeline=[stage], cursor={})


def test_the_token_of_an_idle_stream_advances(any_db: Database[RawDocument]) -> None:
    """A stream without events gets newer tokens while other collections change, and resumes from them."""
    any_db.users.insert_one({"_id": 1})
    with any_db.users.watch(max_await_time_ms=100) as stream:
        assert stream.try_next() is None
        first = stream.resume_token
        any_db.other.insert_one({"_id": 1})
        end = time.monotonic() + HANG_SECONDS
        while stream.resume_token == first:
            assert time.monotonic() < end
            assert stream.try_next() is None
        later = stream.resume_token
    assert first is not None
    assert later is not None
    assert later["_data"] > first["_data"]
    any_db.users.insert_one({"_id": 2})
    with any_db.users.watch(resume_after=later) as resumed:
        assert read_events(resumed, 1)[0]["documentKey"] == {"_id": 2}


def test_dropping_a_watched_collection_invalidates(any_db: Database[RawDocument]) -> None:
    """`drop`, then `invalidate`, then the stream ends; `start_after` starts after it."""
    any_db.users.insert_one({"_id": 1})
    with any_db.users.watch() as stream:
        any_db.users.drop()
        drop, invalidate = read_events(stream, 2)
        assert not stream.alive
    assert kinds([drop, invalidate]) == ["drop", "invalidate"]
    assert drop["ns"] == {"db": any_db.name, "coll": "users"}
    any_db.users.insert_one({"_id": 2})
    with pytest.raises(OperationFailure) as refused, any_db.users.watch(resume_after=invalidate["_id"]):
        pass
    assert refused.value.code == 260
    with any_db.users.watch(start_after=invalidate["_id"]) as stream:
        assert read_events(stream, 1)[0]["documentKey"] == {"_id": 2}
    with any_db.users.watch(resume_after=drop["_id"]) as stream:
        assert kinds(read_events(stream, 1)) == ["invalidate"]


def test_dropped_collections_do_not_end_the_stream_of_a_database(
    any_db: Database[RawDocument], any_mongo: MongoClient[RawDocument]
) -> None:
    """On a database `drop` is an ordinary event; only `dropDatabase` ends the stream."""
    any_db.users.insert_one({"_id": 1})
    any_db.orders.insert_one({"_id": 1})
    with any_db.watch() as stream:
        any_db.users.drop()
        any_db.users.insert_one({"_id": 2})
        assert kinds(read_events(stream, 2)) == ["drop", "insert"]
        any_mongo.drop_database(any_db.name)
        events = read_events(stream, 4)
        assert not stream.alive
    assert kinds(events) == ["drop", "drop", "dropDatabase", "invalidate"]
    assert {event["ns"]["coll"] for event in events[:2]} == {"users", "orders"}
    assert events[2]["ns"] == {"db": any_db.name}


def test_renaming_a_watched_collection_invalidates(any_db: Database[RawDocument]) -> None:
    """A rename has both names and ends the stream of the collection."""
    any_db.users.insert_one({"_id": 1})
    with any_db.users.watch() as stream:
        any_db.users.rename("people")
        rename, invalidate = read_events(stream, 2)
    assert kinds([rename, invalidate]) == ["rename", "invalidate"]
    assert rename["to"] == {"db": any_db.name, "coll": "people"}
