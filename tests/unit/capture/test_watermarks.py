"""The small rules at the edges of capture: when a watermark is said, how long to wait, what is in flight."""

from collections import deque
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError

from schemas.control import SourcePosition, Watermark
from workers.capture.change_stream import pipeline
from workers.capture.failure import CaptureError, delay_after
from workers.capture.position import write_position
from workers.capture.sink import Sink
from workers.capture.watermarks import GAP_MS, IDLE_AFTER_MS, IDLE_TICK_MS, Watermarks
from workers.product.sources import read_sources
from workers.runtime.process.backoff import GIVE_UP_SECONDS, MAX_DELAY, Backoff
from workers.runtime.process.settings import Settings

TICK = 100


class Recorder:
    """A sink that keeps what it is given, and remembers when it was settled."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int, int]] = []
        self.settled = 0

    def partitions(self, topic: str) -> list[int]:
        """Two of each."""
        return [0, 1]

    def flush(self) -> None:
        """Count."""
        self.settled = len(self.said) + 1

    def send(self, topic: str, key: bytes, value: bytes, at: int, headers: Any, partition: int) -> None:
        """Keep it."""
        self.said.append((topic, partition, Watermark.loads(value).at))


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        """The time now."""
        return self.ms


@pytest.fixture
def sink() -> Recorder:
    """Where watermarks go."""
    return Recorder()


@pytest.fixture
def clock() -> Time:
    """The time of the test."""
    return Time()


@pytest.fixture
def marks(sink: Recorder, clock: Time) -> Watermarks:
    """Watermarks of two topics."""
    return Watermarks(sink, ["users", "orders"], TICK, clock, lambda: 1)  # type: ignore[arg-type]


def ats(sink: Recorder) -> list[int]:
    """What was said, once per watermark."""
    return [at for topic, partition, at in sink.said if (topic, partition) == ("users", 0)]


def test_a_change_is_followed_at_once_by_a_watermark_in_every_partition(
    marks: Watermarks, sink: Recorder
) -> None:
    """After quiet, the watermark of a change does not wait; everything before it is settled first."""
    marks.changed(marks.assign_timestamp(1_000))
    marks.emit_if_due(backlog=False)

    assert sink.said == [(topic, n, 1_000) for topic in ("users", "orders") for n in (0, 1)]
    assert sink.settled == 1


def test_a_change_after_a_watermark_is_later_than_it(marks: Watermarks) -> None:
    """The database's clock may stand still or go back; the time that a change is given does not."""
    marks.changed(marks.assign_timestamp(1_000))
    marks.emit_if_due(backlog=False)

    assert [marks.assign_timestamp(at) for at in (999, 1_000, 1_001, 2_000)] == [1_001, 1_001, 1_001, 2_000]


def test_in_a_flow_of_changes_watermarks_keep_their_distance(
    marks: Watermarks, sink: Recorder, clock: Time
) -> None:
    """A change per millisecond makes a watermark per gap, in a backlog one per tick."""
    for ms in range(100):
        clock.ms = ms
        marks.changed(marks.assign_timestamp(ms + 1))
        marks.emit_if_due(backlog=False)
    assert len(ats(sink)) == 100 / GAP_MS
    for ms in range(100, 500):
        clock.ms = ms
        marks.changed(marks.assign_timestamp(ms + 1))
        marks.emit_if_due(backlog=True)
    assert len(ats(sink)) == 100 / GAP_MS + 400 / TICK
    assert ats(sink) == sorted(set(ats(sink)))


def test_a_quiet_source_is_told_every_tick_and_later_every_second(
    marks: Watermarks, sink: Recorder, clock: Time
) -> None:
    """Silence moves the watermark to the time at which it was asked, more seldom when it lasts."""
    marks.changed(marks.assign_timestamp(1))
    for ms in range(0, 2 * IDLE_AFTER_MS, 10):
        clock.ms = ms
        marks.on_idle(ms)
        marks.emit_if_due(backlog=False)
    early = [at for at in ats(sink) if at < IDLE_AFTER_MS]
    late = [at for at in ats(sink) if at >= IDLE_AFTER_MS]

    assert len(early) == IDLE_AFTER_MS / TICK
    assert len(late) == pytest.approx(IDLE_AFTER_MS / IDLE_TICK_MS, abs=1)


def test_nothing_new_is_not_said(marks: Watermarks, sink: Recorder, clock: Time) -> None:
    """A time that was said before is not said again."""
    for ms in (0, 5_000, 10_000):
        clock.ms = ms
        marks.on_idle(7)
        marks.emit_if_due(backlog=False)

    assert ats(sink) == [7]


def test_the_wait_ends_when_a_watermark_is_due(marks: Watermarks, clock: Time) -> None:
    """With something unsaid the wait is at most the gap, otherwise the tick."""
    marks.changed(marks.assign_timestamp(1))
    marks.emit_if_due(backlog=False)
    assert TICK <= marks.wait_ms() <= TICK + 1
    clock.ms = 5
    marks.changed(marks.assign_timestamp(2))
    assert marks.wait_ms() <= GAP_MS - 5 + 1
    clock.ms = 1_000
    assert marks.wait_ms() == 1


def test_patience_grows_ends_and_starts_anew(clock: Time) -> None:
    """The delays double up to a limit; after a minute it is over; a success starts them anew."""
    backoff = Backoff(clock=clock)
    delays = [delay_after(OSError("x"), backoff) for _ in range(8)]
    clock.ms = GIVE_UP_SECONDS
    delay_after(OSError("x"), backoff)
    clock.ms = GIVE_UP_SECONDS + 1
    with pytest.raises(CaptureError, match="MongoDB is lost since 61 s: gone"):
        delay_after(OSError("gone\nand more"), backoff)
    backoff.reset()

    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, MAX_DELAY, MAX_DELAY]
    assert delay_after(OSError("x"), backoff) == delays[0]


class Future:
    """An acknowledgement that comes when it is waited for, or an error."""

    def __init__(self, error: Exception | None) -> None:
        self.is_done = False
        self.error = error

    def get(self, timeout: float) -> None:
        """Come."""
        self.is_done = True
        if self.error:
            raise self.error


class Producer:
    """A producer that acknowledges only when asked."""

    def __init__(self) -> None:
        self.futures: deque[Future] = deque()
        self.error: Exception | None = None
        self.values: list[bytes] = []

    def send(self, topic: str, **record: Any) -> Future:
        """Take it."""
        self.values.append(record["value"])
        self.futures.append(Future(self.error))
        return self.futures[-1]

    def open(self) -> int:
        """How many are not acknowledged."""
        return sum(not future.is_done for future in self.futures)


def test_what_is_in_flight_is_bounded_by_number_and_by_bytes() -> None:
    """The sink waits for the oldest acknowledgement rather than hold more."""
    producer = Producer()
    sink = Sink(producer, Settings(), max_records=5)  # type: ignore[arg-type]
    for _ in range(20):
        sink.send("users", b"k", b"v", 1, [])
        assert producer.open() <= 5
    sink.flush()
    assert producer.open() == 0
    for _ in range(5):
        sink.send("users", b"k", bytes(10 * 1024 * 1024), 1, [])
        assert producer.open() <= 3


def test_a_record_that_was_not_acknowledged_is_an_error() -> None:
    """The first failed future ends it, whether settled or found by a later record."""
    for call in ("settle", "send"):
        producer = Producer()
        producer.error = KafkaTimeoutError("too late")
        sink = Sink(producer, Settings(), max_records=1)  # type: ignore[arg-type]
        sink.send("users", b"k", b"v", 1, [])
        with pytest.raises(CaptureError, match="did not acknowledge a record of users: KafkaTimeoutError"):
            sink.flush() if call == "settle" else sink.send("users", b"k", b"v", 1, [])


def test_a_position_is_handed_over_only_after_all_before_it_is_acknowledged() -> None:
    """When the position is sent, no record before it is open; its token may hold bytes."""
    producer = Producer()
    sink = Sink(producer, Settings())  # type: ignore[arg-type]
    for _ in range(3):
        sink.send("users", b"k", b"v", 1, [])
    token = {"_data": "82", "_typeBits": b"\x00\xff"}
    write_position(sink, SourcePosition(source="mongo", epoch=1, token=token), 1)

    assert [future.is_done for future in producer.futures] == [True, True, True, False]
    assert b'"$binary"' in producer.values[-1]


def test_only_mapped_fields_leave_the_database() -> None:
    """The stream asks for the roots of the mapped paths and for nothing else of a document."""
    sources = read_sources({"users": {"collection": "customers", "fields": {"name": "profile.fullName"}}})
    match, project = pipeline(sources.captured[:1])

    assert {"ns.coll": {"$in": ["customers"]}} in match["$match"]["$or"]
    assert {"fullDocument._id", "fullDocument.profile"} <= set(project["$project"])
    assert not {"fullDocument", "fullDocument.name", "updateDescription"} & set(project["$project"])
