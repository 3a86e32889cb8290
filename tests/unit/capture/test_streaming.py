"""The stream of changes: another server behind the same address, and what passes by itself."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from bson import Timestamp
from pymongo.errors import AutoReconnect, OperationFailure

from schemas.control import SourcePosition
from schemas.model import from_epoch_ms
from tests.unit.capture.fakes import FakeProducer
from workers.capture.document_writer import DocumentWriter
from workers.capture.failure import CaptureError
from workers.capture.server import ServerTime
from workers.capture.server_clock import ServerClock
from workers.capture.snapshot_requests import SnapshotRequests
from workers.capture.streaming import SnapshotReason, StreamingPhase
from workers.capture.version import as_number
from workers.capture.watermarks import Watermarks
from workers.product.sources import read_sources
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.kafka.sizes import SizeLimits
from workers.runtime.process.clock import now_ms

HOUR = 3_600_000
ANOTHER = SnapshotReason("another")
SOURCES = read_sources({}).captured


class Changes:
    """A stream that gives changes or failures, one by one, and then stops the phase."""

    has_buffered = False
    token: dict[str, Any] | None = None

    def __init__(self, stop: threading.Event, *results: Any) -> None:
        self.stop = stop
        self.results = list(results)

    def next(self, wait_ms: int) -> Any:
        """The next change."""
        result = self.results.pop(0)
        if not self.results:
            self.stop.set()
        if isinstance(result, Exception):
            raise result
        return result


def insert(id_: str, at: int) -> dict[str, Any]:
    """The change that inserts a user at a time."""
    return {
        "operationType": "insert",
        "ns": {"db": "product", "coll": "users"},
        "documentKey": {"_id": id_},
        "fullDocument": {"_id": id_},
        "clusterTime": Timestamp(7, 1),
        "wallTime": from_epoch_ms(at),
    }


def stream(
    *results: Any,
    other_server: Callable[[SourcePosition], SnapshotReason | None] = lambda _: None,
    read_at: int = 0,
) -> tuple[SnapshotReason | None, FakeProducer]:
    """What a phase returns and writes for these results of its stream."""
    stop = threading.Event()
    producer: Any = FakeProducer()
    changes: Any = Changes(stop, *results)
    time = ServerTime(Timestamp(7, 1), now_ms(), 0, 0.0)
    phase = StreamingPhase(
        changes,
        SOURCES,
        producer,
        DocumentWriter(producer, SizeLimits(), DlqLimit()),
        Watermarks(producer, ["users"], 100),
        ServerClock(lambda: time, time, lambda: 0.0),
        SourcePosition(source="mongo", epoch=1),
        other_server,
        dict.fromkeys((source.topic for source in SOURCES), read_at),
        SnapshotRequests(),
    )
    return phase.run(stop), producer


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits."""
    monkeypatch.setattr("threading.Event.wait", lambda self, timeout=None: self.is_set())


def test_another_server_behind_the_same_address_needs_a_snapshot() -> None:
    """It is asked when the connection is back; its change is not written under the old epoch."""
    reason, producer = stream(AutoReconnect("reset"), insert("u1", now_ms()), other_server=lambda _: ANOTHER)

    assert reason == ANOTHER
    assert producer.sent == []


@pytest.mark.parametrize(
    "error", [AutoReconnect("reset"), OperationFailure("x", 6), OperationFailure("x", 11601)]
)
def test_the_same_server_goes_on(error: Exception) -> None:
    """A failure that passes loses nothing."""
    reason, producer = stream(error, insert("u1", now_ms()), insert("u2", now_ms()))

    assert reason is None
    assert [record.key for record in producer.sent if record.key != b"~watermark"] == [b"u1", b"u2"]


def test_what_does_not_pass_ends_capture() -> None:
    """A privilege that was taken away."""
    with pytest.raises(CaptureError, match="refuses the change stream: not authorized"):
        stream(OperationFailure("not authorized", 13))


def test_a_change_of_a_server_that_tells_no_wall_time_has_the_seconds_of_its_cluster_time() -> None:
    """As servers before 6.0, and other products: it is served."""
    change = insert("u1", 0) | {"clusterTime": Timestamp(1_700_000_000, 3)}
    del change["wallTime"]
    _, producer = stream(change, None)

    (record,) = [each for each in producer.sent if each.key == b"u1"]
    assert record.at == 1_700_000_000_000


@pytest.mark.parametrize("ahead", [2 * HOUR, 24 * HOUR, 5_000 * 24 * HOUR])
def test_no_record_is_ahead_of_our_clock_by_more_than_the_bound(ahead: int) -> None:
    """The database's clock is hours or years fast: records and watermarks have our time, and it is told."""
    with structlog.testing.capture_logs() as lines:
        _, producer = stream(insert("u1", now_ms() + ahead), insert("u2", now_ms() + ahead), None)

    assert [(line["event"], line["topic"]) for line in lines] == [
        (
            "records with a timestamp ahead of this machine's clock by more than KAIROS_AHEAD_SECONDS: they "
            "count as now",
            "users",
        )
    ]
    assert producer.sent
    assert all(record.at <= now_ms() + HOUR for record in producer.sent)


def whole(operation: str, collection: str | None, to: str | None = None, time: int = 7) -> dict[str, Any]:
    """The change of a whole collection, or of the database."""
    places = {"ns": collection, "to": to}
    named = {place: {"db": "product", "coll": name} for place, name in places.items() if name}
    return {"operationType": operation, "ns": {"db": "product"}, "clusterTime": Timestamp(time, 1)} | named


@pytest.mark.parametrize(
    ("change", "text", "topics"),
    [
        (whole("drop", "users"), "drop of users", ("users",)),
        (whole("drop", "job_views"), "drop of job_views", ("job-views",)),
        (whole("rename", "prepared", "users"), "rename of prepared", ("users",)),
        (whole("rename", "users", "orders"), "rename of users", ("users", "orders")),
        (whole("dropDatabase", None), "dropDatabase of the database", ()),
        (whole("invalidate", None), "invalidate of the database", ()),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_change_of_a_whole_collection_needs_a_snapshot_of_it_alone(
    change: dict[str, Any], text: str, topics: tuple[str, ...]
) -> None:
    """No topics stand for all of them."""
    assert stream(change, None)[0] == SnapshotReason(text, topics)


def test_what_was_read_since_is_not_read_again() -> None:
    """A dropped database ends the stream itself; of a drop behind the snapshot nothing is known."""
    read_at = as_number(Timestamp(7, 1))

    for before in (whole("drop", "users"), whole("rename", "prepared", "users"), whole("dropDatabase", None)):
        assert stream(before, None, read_at=read_at)[0] is None
    assert stream(whole("invalidate", None), None, read_at=read_at)[0] is not None
    assert stream(whole("drop", "users", time=8), None, read_at=read_at)[0] is not None
