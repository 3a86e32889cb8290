"""Reads back the topics of capture: keys that need a tombstone after a snapshot, and the highest epoch."""

from collections.abc import Iterator
from contextlib import contextmanager

from kafka.errors import KafkaError

from workers.capture.failure import CaptureError
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.reader import Reader, ReadingError
from workers.runtime.kafka.reader import reading as kafka_reading
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.settings import Settings


def stale_keys(reader: Reader, topic: str, partitions: list[int], epoch: int) -> set[bytes]:
    """The keys of a document topic that are not deleted and whose last record is not of this epoch."""
    stale: set[bytes] = set()
    for record in reader.read(topic, partitions):
        if record.key is None or is_watermark(record.headers):
            continue
        if record.value is None or epoch_of(record) == epoch:
            stale.discard(record.key)
        else:
            stale.add(record.key)
    return stale


def highest_epoch(reader: Reader, topic: str, partitions: list[int]) -> int:
    """The highest epoch of the records in a document topic, 0 when there is none."""
    return max((epoch_of(record) for record in reader.read(topic, partitions)), default=0)


def epoch_of(record: ConsumerRecord) -> int:
    """The epoch of a record; 0 for one that capture did not write."""
    try:
        version = version_of(record.headers)
    except ValueError:
        return 0
    return version[0] if version else 0


@contextmanager
def reading(settings: Settings) -> Iterator[Reader]:
    """A reader of topics; errors of Kafka become CaptureError."""
    try:
        with kafka_reading(settings) as reader:
            yield reader
    except ReadingError as error:
        raise CaptureError(str(error)) from error
    except KafkaError as error:
        raise CaptureError(f"Kafka cannot be read: {type(error).__name__} {error}".strip()) from error
