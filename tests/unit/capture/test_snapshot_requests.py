"""Requests for snapshots, as they stand in the topic of the positions."""

from schemas.control import SourcePosition
from workers.capture.position import position_record
from workers.capture.snapshot_requests import SnapshotRequests, answered_record, request_record
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord


def fetched(record: ProducerRecord) -> ConsumerRecord:
    """A record as it is read."""
    return ConsumerRecord(record.topic, 0, 0, record.key, record.value, record.at or 0, ())


def test_a_request_stays_until_it_is_answered() -> None:
    """Other records of the topic are none, whatever their keys; from the beginning all is read anew."""
    requests = SnapshotRequests()
    requests.apply(
        [
            fetched(request_record("users", 1)),
            fetched(request_record("orders", 1)),
            fetched(position_record(SourcePosition(source="mongo", epoch=1), 1)),
            ConsumerRecord("capture-positions", 0, 0, None, b"{}", 0, ()),
            ConsumerRecord("capture-positions", 0, 0, b"\xff/resnapshot", b"{}", 0, ()),
            fetched(answered_record("orders", 2)),
        ]
    )
    assert requests.among(("events", "orders", "users")) == ("users",)
    requests.answered(["users"])
    assert requests.among(("users",)) == ()
    requests.apply([fetched(request_record("users", 3))])
    requests.begin()
    assert requests.among(("users",)) == ()
