"""Change streams that wait, and concurrent writers: the embedded server and a real replica set."""

import itertools
import threading
import time

import pytest
from pymongo.database import Database

from schemas.model import RawDocument
from tests.integration.replica_set import read_events

pytestmark = pytest.mark.wire
QUICK = 0.2


def test_a_wait_ends_with_its_time_or_with_a_write(any_db: Database[RawDocument]) -> None:
    """A stream without events returns after its time; a write ends the wait early."""
    any_db.users.insert_one({"_id": 0})
    with any_db.users.watch(max_await_time_ms=600) as stream:
        stream.try_next()
        begun = time.monotonic()
        assert stream.try_next() is None
        assert 0.5 < time.monotonic() - begun < 2.5
    with any_db.users.watch(max_await_time_ms=5_000) as stream:
        timer = threading.Timer(QUICK, lambda: any_db.users.insert_one({"_id": 1}))
        timer.start()
        begun = time.monotonic()
        assert read_events(stream, 1)[0]["documentKey"] == {"_id": 1}
        assert time.monotonic() - begun < 2.0
        timer.join()


def test_a_change_that_the_pipeline_drops_does_not_end_the_wait(any_db: Database[RawDocument]) -> None:
    """A waiting stream returns only with a matching event."""
    pipeline = [{"$match": {"fullDocument.n": {"$gt": 5}}}]
    with any_db.users.watch(pipeline, max_await_time_ms=3_000) as stream:
        timers = [
            threading.Timer(QUICK * n, lambda n=n: any_db.users.insert_one({"n": n * 3})) for n in (1, 2)
        ]
        for timer in timers:
            timer.start()
        event = stream.try_next()
        assert event is not None
        assert event["fullDocument"]["n"] == 6
        for timer in timers:
            timer.join()


def test_events_of_concurrent_writers_are_in_the_order_of_their_writes(any_db: Database[RawDocument]) -> None:
    """Four writers increment one number: the events have every value in order."""
    any_db.users.insert_one({"_id": 1, "n": 0})

    def add() -> None:
        for _ in range(100):
            any_db.users.update_one({"_id": 1}, {"$inc": {"n": 1}})

    with any_db.users.watch() as stream:
        threads = [threading.Thread(target=add) for _ in range(4)]
        for thread in threads:
            thread.start()
        events = read_events(stream, 400)
        for thread in threads:
            thread.join()
    assert [event["updateDescription"]["updatedFields"]["n"] for event in events] == list(range(1, 401))


def test_a_scan_under_load_and_the_stream_lose_no_change(any_db: Database[RawDocument]) -> None:
    """A snapshot in many batches and the stream opened before it have every change, in whole documents."""
    any_db.users.insert_many([{"_id": i, "v": 0, "w": 0} for i in range(3_000)])
    with any_db.users.watch(full_document="updateLookup", max_await_time_ms=100) as stream:
        stream.try_next()
        stop = threading.Event()

        def write() -> None:
            for i in itertools.count():
                any_db.users.update_one({"_id": i % 3_000}, {"$inc": {"v": 1, "w": 1}})
                if stop.is_set():
                    return

        writer = threading.Thread(target=write)
        writer.start()
        seen = {document["_id"]: document for document in any_db.users.find().batch_size(200)}
        stop.set()
        writer.join()
        any_db.users.insert_one({"_id": "end"})
        while True:
            event = read_events(stream, 1)[0]
            if event["documentKey"]["_id"] == "end":
                break
            seen[event["documentKey"]["_id"]] = event["fullDocument"]
    assert all(document["v"] == document["w"] for document in seen.values())
    assert seen == {document["_id"]: document for document in any_db.users.find({"_id": {"$ne": "end"}})}
