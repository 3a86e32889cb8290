"""What anybody wrote into a topic of capture is left out with its place, and never stops a snapshot."""

from typing import Any

import pytest
import structlog

from tests.unit.capture.fakes import FakeProducer, FakeReader
from workers.capture.document_writer import ChangeTime, document_record
from workers.capture.position import read_position
from workers.capture.topic_scan import highest_epoch, left_over, live_keys
from workers.runtime.kafka.records import ConsumerRecord

FOREIGN: tuple[tuple[bytes | None, bytes | None, Any], ...] = (
    (b"\xff\xfe", b"x", ()),
    (b"key", b"x", (("kairos_version", None),)),
    (b"key", b"x", (("kairos_version", b""),)),
    (b"key", b"x", (("kairos_version", b"1.2.3"),)),
    (b"key", b"x", (("kairos_version", b"\xff.x"),)),
    (b"\xff", None, (("kairos_version", None), ("kairos_control", None))),
    (b"key", None, None),
)


@pytest.mark.parametrize(("key", "value", "headers"), FOREIGN)
def test_a_foreign_record_is_left_out_with_its_place(
    key: bytes | None, value: bytes | None, headers: Any
) -> None:
    """One line; what is ours is read."""
    producer = FakeProducer()
    producer.send(document_record("users", "u1", b"{}", ChangeTime((4, 1), 1, 1)))
    reader: Any = FakeReader(producer, [ConsumerRecord("users", 3, 77, key, value, 1, headers)])
    with structlog.testing.capture_logs() as lines:
        assert live_keys(reader, "users", [0]) == {"u1"}

    ((line),) = lines
    assert (line["topic"], line["partition"], line["offset"]) == ("users", 3, 77)
    assert left_over(reader, "users", [0], 5).stale == {"u1"}
    assert highest_epoch(reader, "users", [0]) == 4


def test_records_without_a_key_and_watermarks_are_no_documents() -> None:
    """They are left out without a word."""
    records = [
        ConsumerRecord("users", 0, 0, None, b"x", 1, ()),
        ConsumerRecord("users", 0, 1, b"~watermark", b"x", 1, (("kairos_control", b"watermark"),)),
    ]
    reader: Any = FakeReader(FakeProducer(), records)
    with structlog.testing.capture_logs() as lines:
        assert live_keys(reader, "users", [0]) == set()
    assert lines == []


def test_what_a_snapshot_replaced_is_counted() -> None:
    """Of three old documents one was written again, one deleted, one left over; a new one is not counted."""
    producer = FakeProducer()
    old, new = ChangeTime((1, 1), 1, 1), ChangeTime((2, 1), 1, 1)
    for key in ("a", "b", "c"):
        producer.send(document_record("users", key, b"{}", old))
    producer.send(document_record("users", "b", None, old))
    for key in ("a", "d"):
        producer.send(document_record("users", key, b"{}", new))
    reader: Any = FakeReader(producer)

    assert left_over(reader, "users", [0], 2) == ({"c"}, 1)


def test_a_foreign_record_among_the_positions_is_left_out() -> None:
    """A text under capture's own key is no position."""
    record = ConsumerRecord("capture-positions", 0, 0, b"mongo", b"hello", 1, ())
    reader: Any = FakeReader(FakeProducer(), [record])

    assert read_position(reader, "mongo") is None
