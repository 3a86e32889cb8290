"""The position in the source, stored in Kafka: written when every record before it is acknowledged."""

import json

from bson import json_util

from schemas.control import SourcePosition
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import SyncProducer

TOPIC = "capture-positions"
SOURCE = "mongo"


def read_position(reader: Reader, producer: SyncProducer) -> SourcePosition | None:
    """Read the last position that was written, None when there is none; raises CaptureError."""
    last: SourcePosition | None = None
    for record in reader.read(TOPIC, producer.partitions(TOPIC)):
        if record.key == SOURCE.encode():
            last = SourcePosition.loads(record.value) if record.value is not None else None
    if last is None or last.token is None:
        return last
    return last.model_copy(update={"token": json_util.loads(json.dumps(last.token))})


def write_position(producer: SyncProducer, position: SourcePosition, at: int) -> None:
    """Write a position once every record sent before it is acknowledged; `at` in epoch ms.

    The position itself is acknowledged by the next flush at the latest.
    """
    producer.flush()
    # a token is BSON and may hold bytes, so it is stored as extended JSON
    token = json.loads(json_util.dumps(position.token))
    stored = position.model_copy(update={"token": token})
    headers = cloud_headers(
        event_type(TOPIC), "/kairos/capture", f"{position.source}/{position.epoch}/{at}", at
    )
    producer.send(ProducerRecord(TOPIC, position.source.encode(), stored.dumps(), tuple(headers), at))
