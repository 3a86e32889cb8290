"""How far the source has been read, kept in Kafka: written only when everything before it is acknowledged."""

import json

from bson import json_util

from schemas.control import SourcePosition
from workers.capture.sink import Sink
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.reader import Reader

TOPIC = "capture-positions"
SOURCE = "mongo"


def read_position(reader: Reader, sink: Sink) -> SourcePosition | None:
    """The last position that was written, None when there is none; raises CaptureError."""
    last: SourcePosition | None = None
    for record in reader.read(TOPIC, sink.partitions(TOPIC)):
        if record.key == SOURCE.encode():
            last = SourcePosition.loads(record.value) if record.value is not None else None
    if last is None or last.token is None:
        return last
    return last.model_copy(update={"token": json_util.loads(json.dumps(last.token))})


def write_position(sink: Sink, position: SourcePosition, at: int) -> None:
    """Write a position after everything handed to the sink before it is acknowledged; `at` in epoch ms.

    The position itself is acknowledged at the latest when the sink is settled the next time.
    """
    sink.flush()
    # a token is BSON: it may hold bytes
    plain = json.loads(json_util.dumps(position.token))
    said = position.model_copy(update={"token": plain})
    headers = cloud_headers(
        event_type(TOPIC), "/kairos/capture", f"{position.source}/{position.epoch}/{at}", at
    )
    sink.send(TOPIC, position.source.encode(), said.dumps(), at, headers)
