"""Reads back the topics of capture: the documents they hold, what a snapshot left over, the highest epoch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from kafka.errors import KafkaError

from workers.capture.failure import CaptureError
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.reader import Reader, ReadingError
from workers.runtime.kafka.reader import reading as kafka_reading
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.sync_producer import ProducerError
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.process.settings import Settings


class DocumentRecord(NamedTuple):
    """A record of a document topic: its key, whether it is a tombstone, its epoch (0: not from capture)."""

    key: str
    deleted: bool
    epoch: int


class LeftOver(NamedTuple):
    """The keys of a topic that a snapshot did not see, and how many that it replaced."""

    stale: set[str]
    replaced: int


def document_records(reader: Reader, topic: str, partitions: list[int]) -> Iterator[DocumentRecord]:
    """Every record of a topic that is a document.

    Anybody may have written one that cannot be read: it is no document of ours, and is logged with its place.
    """
    for document in read_each(topic, reader.read(topic, partitions), document_record):
        if document is not None:
            yield document


def document_record(record: ConsumerRecord) -> DocumentRecord | None:
    """What a record says; None for a watermark and for a record without a key. Raises for a malformed one."""
    if record.key is None or is_watermark(record.headers):
        return None
    version = version_of(record.headers)
    return DocumentRecord(record.key.decode(), record.value is None, version[0] if version else 0)


def size(reader: Reader, topic: str) -> int:
    """How many offsets of a topic there are, from its first to its last record: 0 when it is empty."""
    return sum(reader.ends(topic).values()) - sum(reader.beginnings(topic).values())


def live_keys(reader: Reader, topic: str, partitions: list[int]) -> set[str]:
    """The keys of a document topic that are not deleted."""
    live: set[str] = set()
    for record in document_records(reader, topic, partitions):
        (live.discard if record.deleted else live.add)(record.key)
    return live


def left_over(reader: Reader, topic: str, partitions: list[int], epoch: int) -> LeftOver:
    """The keys of a document topic that are not deleted and whose last record is not of this epoch."""
    stale: set[str] = set()
    replaced = 0
    for record in document_records(reader, topic, partitions):
        if not record.deleted and record.epoch != epoch:
            stale.add(record.key)
        elif record.key in stale:
            stale.discard(record.key)
            replaced += not record.deleted
    return LeftOver(stale, replaced)


def highest_epoch(reader: Reader, topic: str, partitions: list[int]) -> int:
    """The highest epoch of the records in a document topic, 0 when there is none."""
    return max((record.epoch for record in document_records(reader, topic, partitions)), default=0)


@contextmanager
def reading(settings: Settings) -> Iterator[Reader]:
    """A reader of topics; errors of Kafka become CaptureError."""
    try:
        with kafka_reading(settings) as reader:
            yield reader
    except ReadingError as error:
        raise CaptureError(str(error)) from error
    except ProducerError:
        raise  # it says itself what was not written
    except KafkaError as error:
        raise CaptureError(f"Kafka cannot be read: {type(error).__name__} {error}".strip()) from error
