"""The synchronous producer: records in flight are bounded, and every delivery is checked."""

from collections import deque
from types import SimpleNamespace
from typing import Any

import aiokafka.errors
import kafka.errors
import pytest
from kafka.errors import InvalidTimestampError, KafkaTimeoutError, MessageSizeTooLargeError

from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.refusals import SETTINGS, refusal
from workers.runtime.kafka.sync_producer import (
    ProducerError,
    SyncProducer,
    TimestampRefusedError,
    not_acknowledged,
    sendable_headers,
    sendable_key,
)
from workers.runtime.process.settings import Settings

RECORD = ProducerRecord("users", b"k", b"v", (), 1)


class Future:
    """A future that is done once it was waited for, or that raises an error."""

    def __init__(self, error: Exception | None, partition: int = 0, offset: int = 0) -> None:
        self.written = SimpleNamespace(partition=partition, offset=offset)
        self.is_done = False
        self.error = error

    def get(self, timeout: float) -> SimpleNamespace:
        """Be done, and say where the record is, or raise the error."""
        self.is_done = True
        if self.error:
            raise self.error
        return self.written


class Client:
    """A client whose futures are done only when waited for."""

    def __init__(self) -> None:
        self.futures: deque[Future] = deque()
        self.error: Exception | None = None
        self.values: list[bytes] = []
        self.places: deque[tuple[int, int]] = deque()  # of the next records: partition and offset

    def send(self, topic: str, **record: Any) -> Future:
        """Store the value; the future has the current error."""
        self.values.append(record["value"])
        self.futures.append(Future(self.error, *(self.places.popleft() if self.places else ())))
        return self.futures[-1]

    def partitions_for(self, topic: str) -> set[int]:
        """Two."""
        return {0, 1}

    def open(self) -> int:
        """How many records are not acknowledged."""
        return sum(not future.is_done for future in self.futures)


def test_records_in_flight_are_bounded_by_number_and_by_bytes() -> None:
    """At the bound the producer waits for the oldest acknowledgement."""
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
    """The first failed future raises, in `flush` or in a later `send`."""
    for call in ("flush", "send"):
        client = Client()
        client.error = KafkaTimeoutError("too late")
        producer = SyncProducer(client, Settings(), "test", max_records=1)  # type: ignore[arg-type]
        producer.send(RECORD)
        with pytest.raises(ProducerError, match="did not acknowledge a record of users: KafkaTimeoutError"):
            producer.flush() if call == "flush" else producer.send(RECORD)


def test_callbacks_run_in_order_for_acknowledged_records_only() -> None:
    """The callback of a record runs only when the broker has acknowledged it; a failure is raised once."""
    client = Client()
    producer = SyncProducer(client, Settings(), "test")  # type: ignore[arg-type]
    acknowledged: list[int] = []
    for number in range(4):
        client.error = KafkaTimeoutError("too late") if number == 2 else None
        producer.send(RECORD, lambda number=number: acknowledged.append(number))  # type: ignore[misc]
    with pytest.raises(ProducerError):
        producer.flush()
    assert acknowledged == [0, 1]

    producer.flush()
    assert acknowledged == [0, 1, 3]


def test_the_ends_of_a_topic_are_those_of_what_was_acknowledged() -> None:
    """None while a partition's is not known; a batch that had arrived before has no offset."""
    client = Client()
    producer = SyncProducer(client, Settings(), "test")  # type: ignore[arg-type]
    ends = []
    for place in ((0, 7), (1, 3), (0, 8), (1, -1), (1, 5)):
        client.places.append(place)
        producer.send(RECORD)
        before = producer.ends("users")
        producer.flush()
        ends.append((before, producer.ends("users")))

    assert ends == [(None, None), (None, [8, 4]), ([8, 4], [9, 4]), ([9, 4], None), (None, [9, 6])]
    assert producer.ends("orders") is None


def test_a_header_without_a_value_is_sent_as_an_empty_one() -> None:
    """kafka-python takes none, and a letter of serve may have one; neither may be key and value missing."""
    headers: Any = (("a", None), ("b", b"c"))
    record = ProducerRecord("users", None, None, headers, 1)

    assert sendable_headers(record.headers) == [("a", b""), ("b", b"c")]
    assert (sendable_key(record), sendable_key(RECORD)) == (b"", b"k")
    assert sendable_key(record._replace(value=b"v")) is None


@pytest.mark.parametrize("key", [b"u1", b"\xff", b"k" * 360_000, None])
def test_a_refused_record_is_named(key: bytes | None) -> None:
    """The error has topic and key, cut; another failure is not blamed on the record."""
    refused = not_acknowledged("users", key, MessageSizeTooLargeError("1080420 bytes"))

    assert "Kafka refuses a record of users with the key " in str(refused)
    assert len(str(refused)) < 1_000
    assert not isinstance(refused, TimestampRefusedError)


def test_a_refused_timestamp_names_clocks_and_settings() -> None:
    """It is an error of its own, because no restart mends it."""
    refused = not_acknowledged("users", b"u1", InvalidTimestampError("Timestamp 1 is out of range"))

    assert isinstance(refused, TimestampRefusedError)
    for words in ("users", "u1", "clocks", "message.timestamp.before.max.ms", "out of range"):
        assert words in str(refused)


def test_both_clients_say_why_a_broker_refuses_in_the_same_words() -> None:
    """Each setting belongs to an error that both clients know by this name."""
    for name, reason in SETTINGS.items():
        assert reason in str(refusal("users", getattr(aiokafka.errors, name)()))
        assert reason in str(not_acknowledged("users", b"u1", getattr(kafka.errors, name)()))
