"""How large a record is as Kafka measures it, and how large one may be in each topic. Pure.

A broker compares the topic's `max.message.bytes` with a whole batch: the record's key, headers and value, and
what the format adds. A record that is alone in its batch, uncompressed, is what is measured here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from workers.runtime.kafka.records import ProducerRecord

LIMIT_BYTES = 900_000  # of a value
DEFAULT_LIMIT = 1_048_576  # what our clients send at most; Kafka's own max.message.bytes is a little more
LEAST_LIMIT = 16_384  # below it not even a bare dead letter is sure to fit


@dataclass(frozen=True)
class SizeLimits:
    """The bytes of the largest batch that each topic takes (`by_topic`, `default` for any other)."""

    by_topic: Mapping[str, int] = field(default_factory=dict)
    default: int = DEFAULT_LIMIT

    def of(self, topic: str) -> int:
        """The bytes of the largest batch that a topic takes."""
        return self.by_topic.get(topic, self.default)


def record_size(record: ProducerRecord) -> int:
    """The bytes of a batch with this record alone, at most: key, headers, value and the format's own."""
    headers = list(record.headers)
    return int(DefaultRecordBatchBuilder.estimate_size_in_bytes(record.key, record.value, headers))


def value_excess(value: bytes | None) -> str:
    """Why a value is too large for any record, empty when it is not."""
    size = len(value or b"")
    return f"{size} bytes, at most {LIMIT_BYTES} are allowed" if size > LIMIT_BYTES else ""


def record_excess(record: ProducerRecord, limits: SizeLimits) -> str:
    """Why a record is too large for its topic, empty when it is not."""
    size, limit = record_size(record), limits.of(record.topic)
    if size <= limit:
        return ""
    return (
        f"a record of {record.topic} of {size} bytes with key and headers, the topic takes {limit}"
        " (max.message.bytes)"
    )
