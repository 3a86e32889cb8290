"""The position of capture: written only after the records before it."""

from schemas.control import SourcePosition
from tests.unit.runtime.kafka.test_sync_producer import RECORD, Client
from workers.capture.position import write_position
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.settings import Settings


def test_a_position_is_sent_after_all_records_before_it_are_acknowledged() -> None:
    """When the position is sent, no record before it is in flight; its token may hold bytes."""
    client = Client()
    producer = SyncProducer(client, Settings(), "test")  # type: ignore[arg-type]
    for _ in range(3):
        producer.send(RECORD)
    token = {"_data": "82", "_typeBits": b"\x00\xff"}
    write_position(producer, SourcePosition(source="mongo", epoch=1, token=token), 1)

    assert [future.is_done for future in client.futures] == [True, True, True, False]
    assert b'"$binary"' in client.values[-1]
