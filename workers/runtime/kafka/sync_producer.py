"""The synchronous producer: bounded in flight, and nothing counts as written before it is acknowledged."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Protocol

from kafka import KafkaProducer
from kafka.errors import (
    InvalidRecordError,
    InvalidTimestampError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from topics.connecting import connecting
from workers.runtime.kafka.headers import FetchedHeader, Header
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.refusals import reason_of
from workers.runtime.metrics.records import RECORDS_OUT
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

MAX_RECORDS = 10_000
MAX_BYTES = 32 * 1024 * 1024
DELIVERY_SECONDS = 30
CONNECT_MS = 10_000
RECONNECT_MS = 1_000
GATHER_MS = 20
MAX_REQUEST_BYTES = 1_048_576
KEY_LENGTH = 200  # bytes of a key in an error's text
RECORD_REFUSED = (
    InvalidRecordError,
    InvalidTimestampError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)


class ProducerError(KafkaError):  # type: ignore[misc]
    """No broker answers, a topic is missing, or a record was not acknowledged; one line that says which."""


class TimestampRefusedError(ProducerError):
    """The broker refuses a record's timestamp: its clock or its settings do not fit, and no restart helps."""


class Client(Protocol):
    """What is used of kafka-python's producer."""

    def send(self, topic: str, /, **record: Any) -> Any:
        """Take a record; gives a future."""

    def partitions_for(self, topic: str, /) -> set[int]:
        """The partitions of a topic."""


class InFlight(NamedTuple):
    """A record that was handed to the client and is not acknowledged yet."""

    future: Any
    size: int
    topic: str
    key: bytes | None
    acknowledged: Callable[[], None] | None


class SyncProducer:
    """Sends records, at most so many (and so many bytes) in flight at a time.

    `worker` is whose records are counted. Every delivery is checked: one that failed raises
    ProducerError from the next call that waits for it.
    """

    def __init__(
        self, client: Client, settings: Settings, worker: str, max_records: int = MAX_RECORDS
    ) -> None:
        self._client = client
        self._settings = settings
        self._worker = worker
        self._max_records = max_records
        self._in_flight: deque[InFlight] = deque()
        self._bytes = 0
        self._partitions: dict[str, list[int]] = {}
        self._ends: dict[str, dict[int, int]] = {}

    def partitions(self, topic: str) -> list[int]:
        """The partitions of a topic of the catalogue; raises ProducerError when the broker has none."""
        if topic not in self._partitions:
            name = self._settings.name(topic)
            try:
                self._partitions[topic] = sorted(self._client.partitions_for(name))
            except KafkaError as error:
                raise ProducerError(
                    f"the topic {name} is not on the broker: run `kairos topics apply`"
                ) from error
        return self._partitions[topic]

    def ends(self, topic: str) -> list[int] | None:
        """The offset behind the last acknowledged record of every partition; None while one is not known.

        It is that of what this producer has written, in a topic where nobody else writes.
        """
        known = self._ends.get(topic, {})
        ends = [known.get(partition, -1) for partition in self.partitions(topic)]
        return ends if ends and min(ends) >= 0 else None

    def send(self, record: ProducerRecord, acknowledged: Callable[[], None] | None = None) -> None:
        """Hand a record over; blocks while too much is in flight. `acknowledged` is called, in order, later.

        Raises ProducerError, whose cause is the client's own error.
        """
        size = len(record.key or b"") + len(record.value or b"")
        while self._in_flight and (
            self._in_flight[0].future.is_done
            or len(self._in_flight) >= self._max_records
            or self._bytes + size > MAX_BYTES
        ):
            self._await_first()
        try:
            future = self._client.send(
                self._settings.name(record.topic),
                key=sendable_key(record),
                value=record.value,
                headers=sendable_headers(record.headers),
                timestamp_ms=record.at,
                partition=record.partition,
            )
        except KafkaError as error:
            raise not_acknowledged(record.topic, record.key, error) from error
        self._in_flight.append(InFlight(future, size, record.topic, record.key, acknowledged))
        self._bytes += size

    def flush(self) -> None:
        """Block until everything sent is acknowledged; raises ProducerError when something is not."""
        while self._in_flight:
            self._await_first()

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """While it is open, records wait up to GATHER_MS for others: for much that nobody waits for."""
        set_linger(self._client, GATHER_MS)
        try:
            yield
        finally:
            set_linger(self._client, 0)

    def _await_first(self) -> None:
        first = self._in_flight.popleft()
        self._bytes -= first.size
        try:
            written = first.future.get(timeout=DELIVERY_SECONDS + 5)
        except KafkaError as error:
            raise not_acknowledged(first.topic, first.key, error) from error
        # for a batch that had arrived before the broker says no offset, and then nobody knows the end
        self._ends.setdefault(first.topic, {})[written.partition] = written.offset + 1 or -1
        RECORDS_OUT.labels(self._worker, first.topic).inc()
        if first.acknowledged is not None:
            first.acknowledged()


@contextmanager
def sync_producer(settings: Settings, worker: str) -> Iterator[SyncProducer]:
    """A producer for the records of a worker; raises ProducerError when no broker answers."""
    with connected(settings, worker) as client:
        yield SyncProducer(client, settings, worker)


@contextmanager
def connected(settings: Settings, worker: str) -> Iterator[Client]:
    """kafka-python's idempotent producer, closed at the end; raises ProducerError when no broker answers."""
    with connecting(settings.brokers, ProducerError):
        client: Any = KafkaProducer(
            bootstrap_servers=settings.brokers,
            **kafka_options(settings),
            client_id=settings.name(worker),
            enable_idempotence=True,
            acks="all",
            delivery_timeout_ms=DELIVERY_SECONDS * 1000,
            request_timeout_ms=DELIVERY_SECONDS * 500,
            bootstrap_timeout_ms=CONNECT_MS,
            max_block_ms=CONNECT_MS,
            reconnect_backoff_max_ms=RECONNECT_MS,
            allow_auto_create_topics=False,
            max_request_size=MAX_REQUEST_BYTES,
            batch_size=65_536,
            compression_type="lz4",
            metrics_enabled=False,  # we count ourselves
        )
    wake_once(client)
    try:
        yield client
    finally:
        with suppress(KafkaError):
            client.close(timeout=1)  # what is not acknowledged by now is sent again by whoever comes next


def set_linger(client: Any, milliseconds: int) -> None:
    """Let kafka-python's producer wait so long, from its next round on, for records to fill a batch."""
    client._accumulator.config["linger_ms"] = milliseconds  # without a public name


def wake_once(client: Any) -> None:
    """Wake kafka-python's sender once a round: while batches wait, it would be at every record."""
    sender = client._sender  # without a public name
    run_once, wakeup, woken = sender.run_once, sender.wakeup, threading.Event()

    def one_round() -> None:
        woken.clear()  # what is appended from here on wakes it again
        run_once()

    def wake() -> None:
        if not woken.is_set():
            woken.set()
            wakeup()

    sender.run_once, sender.wakeup = one_round, wake


def sendable_headers(headers: Iterable[FetchedHeader]) -> list[Header]:
    """The headers as kafka-python takes them: one without a value, of a foreign record, gets an empty one."""
    return [(name, b"" if value is None else value) for name, value in headers]


def sendable_key(record: ProducerRecord) -> bytes | None:
    """The key as kafka-python takes it: empty where neither key nor value is there."""
    return b"" if record.key is None and record.value is None else record.key


def not_acknowledged(topic: str, key: bytes | None, error: KafkaError) -> ProducerError:
    """The error for a record that Kafka did not take; names the record when the refusal concerns it alone."""
    text = f"{type(error).__name__} {error}".strip()
    reason = reason_of(error)
    because = f"{reason} ({text})" if reason else text
    if not isinstance(error, RECORD_REFUSED):
        return ProducerError(f"Kafka did not acknowledge a record of {topic}: {because}")
    kind = TimestampRefusedError if isinstance(error, InvalidTimestampError) else ProducerError
    return kind(f"Kafka refuses a record of {topic} with the key {shown_key(key)}: {because}")


def shown_key(key: bytes | None) -> str:
    """The beginning of a key, for an error's text."""
    text = "none" if key is None else key[:KEY_LENGTH].decode("utf-8", "backslashreplace")
    return f"{text}…" if key is not None and len(key) > KEY_LENGTH else text
