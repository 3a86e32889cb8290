"""Dead letters for tests, as a consumer of the topic reads them."""

from typing import Any

from tests.unit.runtime.engine.tiny import mark
from workers.runtime.dead_letters.reading import DeadLetter, read
from workers.runtime.dead_letters.writing import dead_letter
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

NOW = 1_800_000_000_000
HOUR = 3_600_000
WATERMARK = mark(0, NOW)


def consumed(written: ProducerRecord, offset: int = 0) -> ConsumerRecord:
    """A record written to `dead-letters`, as a consumer reads it."""
    return ConsumerRecord("dead-letters", 1, offset, written.key, written.value, written.at, written.headers)


def letter(
    topic: str = "inbox", offset: int = 7, *, worker: str = "people", key: bytes | None = b"u1",
    value: bytes | None = b"{", at: int = NOW, headers: Any = (), reason: Any = "step",
    timer: str | None = None, error: str = "failed",
) -> DeadLetter:  # fmt: skip
    """The dead letter of a record of partition 3."""
    record = ConsumerRecord(topic, 3, offset, key, value, at, tuple(headers))
    return read(consumed(dead_letter(record, topic, 3, worker, reason, RuntimeError(error), timer)))
