"""The synchronous producer: what is in flight is bounded, and every delivery is checked."""

from collections import deque
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError

from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import ProducerError, SyncProducer
from workers.runtime.process.settings import Settings

RECORD = ProducerRecord("users", b"k", b"v", (), 1)


class Future:
    """An acknowledgement that comes when it is waited for, or an error."""

    def __init__(self, error: Exception | None) -> None:
        self.is_done = False
        self.error = error

    def get(self, timeout: float) -> None:
        """Come."""
        self.is_done = True
        if self.error:
            raise self.error


class Client:
    """A client that acknowledges only when asked."""

    def __init__(self) -> None:
        self.futures: deque[Future] = deque()
        self.error: Exception | None = None
        self.values: list[bytes] = []

    def send(self, topic: str, **record: Any) -> Future:
        """Take it."""
        self.values.append(record["value"])
        self.futures.append(Future(self.error))
        return self.futures[-1]

    def open(self) -> int:
        """How many are not acknowledged."""
        return sum(not future.is_done for future in self.futures)


def test_what_is_in_flight_is_bounded_by_number_and_by_bytes() -> None:
    """The producer waits for the oldest acknowledgement rather than hold more."""
    client = Client()
    producer = SyncProducer(client, Settings(), "test", max_records=5)  # type: ignore[arg-type]
    for _ in range(20):
        producer.send(RECORD)
        assert client.open() <= 5
    producer.flush()
    assert client.open() == 0
    for _ in range(5):
        producer.send(RECORD._replace(value=bytes(10 * 1024 * 1024)))
        assert client.open() <= 3


def test_a_record_that_was_not_acknowledged_is_an_error() -> None:
    """The first failed future ends it, whether flushed or found by a later record."""
    for call in ("flush", "send"):
        client = Client()
        client.error = KafkaTimeoutError("too late")
        producer = SyncProducer(client, Settings(), "test", max_records=1)  # type: ignore[arg-type]
        producer.send(RECORD)
        with pytest.raises(ProducerError, match="did not acknowledge a record of users: KafkaTimeoutError"):
            producer.flush() if call == "flush" else producer.send(RECORD)


def test_acknowledgements_are_told_in_order_and_a_failure_once() -> None:
    """Whoever marks records as written learns of exactly those that the broker has."""
    client = Client()
    producer = SyncProducer(client, Settings(), "test")  # type: ignore[arg-type]
    told: list[int] = []
    for number in range(4):
        client.error = KafkaTimeoutError("too late") if number == 2 else None
        producer.send(RECORD, lambda number=number: told.append(number))  # type: ignore[misc]
    with pytest.raises(ProducerError):
        producer.flush()
    assert told == [0, 1]

    producer.flush()
    assert told == [0, 1, 3]
