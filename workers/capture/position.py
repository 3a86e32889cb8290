"""The position in the source, stored in Kafka: written when every record before it is acknowledged.

Beside it, under a key of its own, stand the deletions that a snapshot has refused, until they are confirmed.
"""

import json
from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from bson import json_util

from schemas.control import Deletion, SourcePosition
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.kafka.tolerant import read_each

TOPIC = "capture-positions"
DELETIONS = "/deletions"  # behind the name of a source


class StoredPosition(NamedTuple):
    """The last position under a key, and when it was written, in epoch milliseconds."""

    position: SourcePosition
    written_at: int


def read_position(reader: Reader, source: str) -> SourcePosition | None:
    """Read the last position of a source that was written, None when there is none; raises CaptureError."""
    last = read_last(reader, source)
    return None if last is None else with_token(last)


def with_token(position: SourcePosition) -> SourcePosition:
    """A stored position with its token as the server gave it."""
    if position.token is None:
        return position
    return position.model_copy(update={"token": json_util.loads(json.dumps(position.token))})


def read_deletions(reader: Reader, source: str) -> dict[str, Deletion]:
    """The deletions, by topic, that the last snapshot of a source has refused or that were confirmed."""
    last = read_last(reader, source + DELETIONS)
    return dict(last.deletions) if last else {}


def read_last(reader: Reader, key: str) -> SourcePosition | None:
    """The last record of a key; one that cannot be read is not ours and is logged with its place."""
    ours = (record for record in reader.read(TOPIC) if record.key == key.encode())
    last = deque(read_each(TOPIC, ours, stored_position), maxlen=1)
    return last[0] if last else None


def read_all(reader: Reader) -> dict[str, StoredPosition]:
    """The last record of every key, as it is stored; those that cannot be read are left out."""
    found: dict[str, StoredPosition] = {}

    def note(record: ConsumerRecord) -> None:
        key = (record.key or b"").decode()
        found.pop(key, None)
        if (position := stored_position(record)) is not None:
            found[key] = StoredPosition(position, record.timestamp)

    deque(read_each(TOPIC, reader.read(TOPIC), note), maxlen=0)
    return found


def stored_position(record: ConsumerRecord) -> SourcePosition | None:
    """The position in a record, None for a tombstone; raises ValidationError."""
    return None if record.value is None else SourcePosition.loads(record.value)


def write_position(producer: SyncProducer, position: SourcePosition, at: int) -> None:
    """Write a position once every record sent before it is acknowledged; `at` in epoch ms.

    The position itself is acknowledged by the next flush at the latest.
    """
    producer.flush()
    # a token is BSON and may hold bytes, so it is stored as extended JSON
    token = json.loads(json_util.dumps(position.token))
    producer.send(position_record(position.model_copy(update={"token": token}), at))


def write_deletions(producer: SyncProducer, source: str, deletions: Mapping[str, Deletion], at: int) -> None:
    """Write, acknowledged, the deletions by topic that are refused or confirmed; none clears the record."""
    name = source + DELETIONS
    record = position_record(SourcePosition(source=name, epoch=0, deletions=dict(deletions)), at)
    producer.send(record if deletions else tombstone(name, at))
    producer.flush()


def position_record(position: SourcePosition, at: int) -> ProducerRecord:
    """The record of a position under the key of its source."""
    id_ = f"{position.source}/{position.epoch}/{at}"
    headers = tuple(cloud_headers(event_type(TOPIC), "/kairos/capture", id_, at))
    return ProducerRecord(TOPIC, position.source.encode(), position.dumps(), headers, at)


def tombstone(source: str, at: int) -> ProducerRecord:
    """The record that removes a position; `at` in epoch ms."""
    return position_record(SourcePosition(source=source, epoch=0), at)._replace(value=None)
