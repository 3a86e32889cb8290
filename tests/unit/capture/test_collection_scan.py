"""A scan goes on where its cursor was lost."""

import threading
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, CursorNotFound, OperationFailure

from tests.unit.capture.fakes import FakeCursor, FakeDatabase
from workers.capture.collection_scan import documents_after, scan_collection
from workers.capture.failure import CaptureError
from workers.product.mongo_errors import is_transient
from workers.runtime.process.backoff import Backoff

IDS = list(range(100))


class Fails:
    """Cursors that give some documents and then fail, with each error once."""

    def __init__(self, *errors: Exception, after: int = 10) -> None:
        self.errors = list(errors)
        self.after = after

    def __call__(self, _: Any, documents: list[Any]) -> FakeCursor:
        """The next cursor."""
        if not self.errors:
            return FakeCursor(documents)
        return FakeCursor(documents[: self.after], self.errors.pop(0))


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits."""
    monkeypatch.setattr("threading.Event.wait", lambda self, timeout=None: self.is_set())


def scan(db: Any, backoff: Backoff | None = None) -> list[Any]:
    """The ids that a scan finds."""
    return [each["_id"] for each in scan_collection(db, "users", ["_id"], threading.Event(), backoff)]


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("reset"),
        CursorNotFound("gone", 43),
        *(
            OperationFailure("x", code)
            for code in (6, 133, 262, 175, 11601, 89, 91, 189, 11600, 13435, 13436, 10107, 11602, 237)
        ),
        OperationFailure("x", 1, {"errorLabels": ["ResumableChangeStreamError"]}),
    ],
    ids=str,
)
def test_a_lost_cursor_goes_on_behind_the_last_document(error: Any) -> None:
    """Every document comes once, in two scans."""
    db = FakeDatabase({"users": IDS}, Fails(error))

    assert is_transient(error)
    assert scan(db) == IDS
    assert db.filters == [{}, documents_after(9)]


def test_what_no_waiting_mends_ends_capture_with_the_collection() -> None:
    """A missing privilege is one line."""
    db = FakeDatabase({"users": IDS}, Fails(OperationFailure("not authorized", 13)))

    with pytest.raises(CaptureError, match=r"may not read collection product\.users \(right find\): grant"):
        scan(db)


def test_losses_are_counted_since_the_last_document() -> None:
    """Two short losses of one long scan, an hour apart, do not add up."""
    seconds = iter(range(0, 10_000_000, 3_600))
    db = FakeDatabase({"users": IDS}, Fails(*(AutoReconnect("reset") for _ in range(9))))

    assert scan(db, Backoff(clock=lambda: float(next(seconds)))) == IDS


def test_a_loss_without_progress_ends_after_its_time() -> None:
    """The same document fails for more than a minute."""
    seconds = iter(range(0, 10_000, 50))
    db = FakeDatabase({"users": IDS}, Fails(*(AutoReconnect("reset") for _ in range(9)), after=0))

    with pytest.raises(CaptureError, match="MongoDB is lost since"):
        scan(db, Backoff(clock=lambda: float(next(seconds))))


def test_an_id_that_was_not_decoded_exactly_begins_the_scan_anew() -> None:
    """Its place in the order is not known."""
    assert documents_after("a\ufffdb") == {}
    assert documents_after({"a": ["\ufffd"]}) == {}
    assert documents_after("$x") == {"$expr": {"$gt": ["$_id", {"$literal": "$x"}]}}
