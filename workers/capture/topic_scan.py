"""What the topics of capture hold: the keys to bury after a new snapshot, and the epochs there were."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.errors import KafkaError

from workers.capture.failure import CaptureError
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.reader import Reader, ReadingError
from workers.runtime.kafka.reader import reading as kafka_reading
from workers.runtime.process.settings import Settings


def stale_keys(reader: Reader, topic: str, partitions: list[int], epoch: int) -> set[bytes]:
    """The keys that a document topic still holds, and whose last record is not of this epoch."""
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
    """The highest epoch that a document topic mentions, 0 when it holds nothing of ours."""
    return max((epoch_of(record) for record in reader.read(topic, partitions)), default=0)


def epoch_of(record: Any) -> int:
    """The epoch of a record; 0 for one that is not capture's."""
    try:
        version = version_of(record.headers)
    except ValueError:
        return 0
    return version[0] if version else 0


@contextmanager
def reading(settings: Settings) -> Iterator[Reader]:
    """A reader; what Kafka refuses to it is a CaptureError."""
    try:
        with kafka_reading(settings) as reader:
            yield reader
    except ReadingError as error:
        raise CaptureError(str(error)) from error
    except KafkaError as error:
        raise CaptureError(f"Kafka cannot be read: {type(error).__name__} {error}".strip()) from error
