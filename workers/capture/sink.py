"""The way into Kafka: bounded, and nothing counts as written before it is acknowledged."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from kafka import KafkaProducer
from kafka.errors import KafkaError

from topics.connecting import connecting
from workers.capture.failure import CaptureError
from workers.runtime.process.metrics import RECORDS_OUT
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

MAX_RECORDS = 10_000
MAX_BYTES = 32 * 1024 * 1024
DELIVERY_SECONDS = 30
START_MS = 10_000
RECONNECT_MS = 1_000
LARGEST_REQUEST = 1_048_576
Header = tuple[str, bytes]


class Producer(Protocol):
    """What is used of a Kafka producer."""

    def send(self, topic: str, /, **record: Any) -> Any:
        """Take a record; gives a future."""

    def partitions_for(self, topic: str, /) -> set[int]:
        """The partitions of a topic."""

    def close(self, timeout: float | None = None) -> None:
        """Stop."""


@contextmanager
def connected(settings: Settings) -> Iterator[Producer]:
    """An idempotent producer, closed at the end; raises CaptureError when no broker answers."""
    with connecting(settings.brokers, CaptureError):
        producer: Producer = KafkaProducer(
            bootstrap_servers=settings.brokers,
            **kafka_options(settings),
            client_id=settings.name("capture"),
            enable_idempotence=True,
            acks="all",
            delivery_timeout_ms=DELIVERY_SECONDS * 1000,
            request_timeout_ms=DELIVERY_SECONDS * 500,
            bootstrap_timeout_ms=START_MS,
            max_block_ms=START_MS,
            reconnect_backoff_max_ms=RECONNECT_MS,
            allow_auto_create_topics=False,
            max_request_size=LARGEST_REQUEST,
            batch_size=65_536,
            compression_type="lz4",
        )
    try:
        yield producer
    finally:
        # what was not acknowledged by now is read again by the next one
        with suppress(KafkaError):
            producer.close(timeout=1)


class Sink:
    """Sends records, at most so many (and so many bytes) without an acknowledgement at a time.

    Every record's fate is checked: the first that was not written raises CaptureError from the next call.
    """

    def __init__(self, producer: Producer, settings: Settings, max_records: int = MAX_RECORDS) -> None:
        self._producer = producer
        self._settings = settings
        self._max_records = max_records
        self._waiting: deque[tuple[Any, int, str]] = deque()
        self._bytes = 0
        self._partitions: dict[str, list[int]] = {}

    def partitions(self, topic: str) -> list[int]:
        """The partitions of a topic; raises CaptureError when the broker has no such topic."""
        if topic not in self._partitions:
            name = self._settings.name(topic)
            try:
                self._partitions[topic] = sorted(self._producer.partitions_for(name))
            except KafkaError as error:
                raise CaptureError(
                    f"the topic {name} is not on the broker: run `kairos topics apply`"
                ) from error
        return self._partitions[topic]

    def send(
        self,
        topic: str,
        key: bytes,
        value: bytes | None,
        at: int,
        headers: list[Header],
        partition: int | None = None,
    ) -> None:
        """Hand a record over; `at` is its time in epoch ms. Waits while too much is on its way."""
        size = len(key) + len(value or b"")
        while self._waiting and (
            self._waiting[0][0].is_done
            or len(self._waiting) >= self._max_records
            or self._bytes + size > MAX_BYTES
        ):
            self._await_first()
        try:
            future = self._producer.send(
                self._settings.name(topic),
                key=key,
                value=value,
                headers=headers,
                timestamp_ms=at,
                partition=partition,
            )
        except KafkaError as error:
            raise refused(topic, error) from error
        self._waiting.append((future, size, topic))
        self._bytes += size

    def flush(self) -> None:
        """Wait until everything handed over is acknowledged; raises CaptureError when something is not."""
        while self._waiting:
            self._await_first()

    def _await_first(self) -> None:
        future, size, topic = self._waiting[0]
        try:
            future.get(timeout=DELIVERY_SECONDS + 5)
        except KafkaError as error:
            raise refused(topic, error) from error
        self._waiting.popleft()
        self._bytes -= size
        RECORDS_OUT.labels("capture", topic).inc()


def refused(topic: str, error: KafkaError) -> CaptureError:
    """The error for a record that Kafka did not take."""
    return CaptureError(
        f"Kafka did not acknowledge a record of {topic}: {type(error).__name__} {error}".strip()
    )
