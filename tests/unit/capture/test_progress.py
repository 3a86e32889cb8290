"""A snapshot keeps its place, and goes on there."""

import threading
import uuid
from datetime import UTC, datetime
from typing import Any

import bson
import pytest
import structlog
from bson import Binary, DatetimeMS, Decimal128, Int64, ObjectId, Timestamp

from schemas.control import SnapshotPlace, SourcePosition
from tests.unit.capture.fakes import FakeDatabase, FakeProducer, FakeReader
from workers.capture import progress as module
from workers.capture import scan_report
from workers.capture.collection_scan import documents_after
from workers.capture.document_writer import ChangeTime, DocumentWriter
from workers.capture.position import read_position
from workers.capture.progress import Progress, read_id, stored_id
from workers.capture.snapshot import Snapshot
from workers.capture.watermarks import Watermarks
from workers.product.mongo import CODEC
from workers.product.sources import read_sources
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.kafka.sizes import SizeLimits

USERS = tuple(source for source in read_sources({}).captured if source.topic == "users")
TIME = ChangeTime((3, 7), 1_000, 1_000)
IDS = [f"u{number}" for number in range(10)]


@pytest.mark.parametrize(
    "own_id",
    [
        "u1",
        "",
        7,
        Int64(7),
        2**40,
        1.5,
        7.0,
        float("inf"),
        ObjectId("65c3b4a165c3b4a165c3b4a1"),
        DatetimeMS(-(2**50)),
        datetime(2026, 1, 1, tzinfo=UTC),
        Binary(b"\x00\xff", 3),
        Binary.from_uuid(uuid.UUID(int=7)),
        Decimal128("1.50"),
        Timestamp(7, 1),
        True,
        None,
        {"b": 1, "a": {"$oid": "x"}},
        {"$numberLong": "7"},
        "\ud83d".encode("utf-8", "replace").decode(),
    ],
    ids=repr,
)
def test_an_id_is_kept_exactly_or_not_at_all(own_id: Any) -> None:
    """Of the same type and the same order of fields, or the scan would go on elsewhere."""
    stored = stored_id(own_id)

    if stored is not None:
        assert encoded(read_id(stored)) == encoded(own_id)


def encoded(own_id: Any) -> bytes:
    """An id as BSON, with its type and the order of its fields."""
    return bson.encode({"_id": own_id}, codec_options=CODEC)


def test_ordinary_ids_are_kept() -> None:
    """And what cannot be written is no place."""
    for own_id in ("u1", 7, Int64(7), ObjectId(), {"a": 1, "b": "x"}, Binary.from_uuid(uuid.uuid4())):
        assert stored_id(own_id) is not None
    assert stored_id(object()) is None
    assert stored_id({"$oid": "not one"}) is None


class Run:
    """One process that takes a snapshot of users, and what is in Kafka before and after it."""

    def __init__(self, producer: Any, ids: list[Any], stop_after: int = 0, sources: Any = USERS) -> None:
        self.producer, self.sources = producer, sources
        self.stop, self.stop_after = threading.Event(), stop_after
        self.db: Any = FakeDatabase({"users": ids})
        position = read_position(self.reader, "mongo") or SourcePosition(
            source="mongo", epoch=3, scan=SnapshotPlace(time=7, wall=1, topics=["users", "orders"])
        )
        self.progress = Progress(self.producer, position)
        self.found: list[tuple[int, int]] = []
        self.written: list[Any] = []

    @property
    def reader(self) -> Any:
        """What reads the topics."""
        return FakeReader(self.producer)

    def write(self, source: Any, document: Any, time: ChangeTime) -> bool:
        """Write a document, and stop behind the last one."""
        self.written.append(document["_id"])
        if len(self.written) == self.stop_after:
            self.stop.set()
        documents = DocumentWriter(self.producer, SizeLimits(), DlqLimit())
        return documents.write(source, document, time)

    def write_tombstone(self, *arguments: Any) -> None:
        """Write a tombstone."""
        DocumentWriter(self.producer, SizeLimits(), DlqLimit()).write_tombstone(*arguments)

    def check_found(self, source: Any, deleted: int, held: int) -> None:
        """Keep what would be deleted."""
        self.found.append((deleted, held))

    def done(self) -> None:
        """All topics are complete."""

    def run(self) -> bool:
        """Take the snapshot, as far as it gets."""
        itself: Any = self
        marks = Watermarks(self.producer, ["users"], 100)
        return Snapshot(self.reader, self.db, self.producer, itself, marks, itself, TIME, self.progress).run(
            self.sources, self.stop
        )


@pytest.fixture(autouse=True)
def save_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every document is a place."""
    monkeypatch.setattr(module, "SAVE_MS", 0)


@pytest.mark.parametrize("ended", ["stopped", "killed"])
def test_the_next_process_goes_on_behind_the_last_place(ended: str) -> None:
    """It writes the rest, and takes what the first has written for seen."""
    producer = FakeProducer()
    first = Run(producer, IDS, stop_after=4)
    assert not first.run()
    if ended == "killed":  # the last place was not saved
        producer.sent.pop()
        producer.sent.pop()
    second = Run(producer, IDS)

    assert second.run()
    assert first.written + second.written[-6:] == IDS
    assert len(second.written) <= 7
    assert second.db.filters == [documents_after(IDS[9 - len(second.written)])]
    assert second.found == [(0, 0)]
    position = read_position(second.reader, "mongo")
    assert position is not None
    assert position.scan is not None
    assert (position.scan.topics, position.scan.after, position.epoch) == (["orders"], None, 3)


def test_a_long_snapshot_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that goes on does not know how many documents lie behind it, and says nothing of the rest."""
    monkeypatch.setattr(scan_report, "TELL_MS", 0)
    monkeypatch.setattr(scan_report, "LOOK_EVERY", 4)
    producer = FakeProducer()
    with structlog.testing.capture_logs() as first:
        Run(producer, IDS, stop_after=5).run()
    with structlog.testing.capture_logs() as second:
        Run(producer, IDS).run()

    (line,) = [line for line in first if line["event"] == "scanning a collection"]
    assert {name: line[name] for name in ("collection", "documents", "of_about", "percent")} == {
        "collection": "users",
        "documents": 4,
        "of_about": 10,
        "percent": 40,
    }
    (line,) = [line for line in second if line["event"] == "scanning a collection"]
    assert (line["documents"], "percent" in line) == (4, False)


def test_behind_a_refused_document_there_is_no_place() -> None:
    """Its key is known to the end of its collection only, and must not be taken for deleted."""
    producer = FakeProducer()
    first = Run(producer, ["a", True, "b", "c"], stop_after=3)
    assert not first.run()
    second = Run(producer, ["a", True, "b", "c"])

    assert second.run()
    assert second.written == [True, "b", "c"]


def test_what_is_left_out_is_deleted_as_if_it_were_not_there() -> None:
    """Nothing is written of it before, and the place moves behind it; the guard is asked."""
    producer: Any = FakeProducer()
    for key in ("a", "b"):
        DocumentWriter(producer, SizeLimits(), DlqLimit()).write(
            USERS[0], {"_id": key}, TIME._replace(version=(2, 1))
        )
    begun = len(producer.sent)
    sources = read_sources({"users": {"where": {"_id": {"not": ["b", "c"]}}}}).captured[:1]
    run = Run(producer, ["a", "b", "c", "d"], sources=sources)

    assert run.run()
    assert run.written == ["a", "d"]
    assert run.found == [(1, 2)]
    written = [record for record in producer.sent[begun:] if record.topic == "users"]
    assert [(record.key, record.value is None) for record in written if record.key != b"~watermark"] == [
        (b"a", False),
        (b"d", False),
        (b"b", True),
    ]
