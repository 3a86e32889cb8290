"""Kafka records: as a client hands them over, as we read them, and to be written."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from aiokafka.partitioner import murmur2

from workers.runtime.kafka.headers import Headers


class FetchedRecord(Protocol):
    """A record as a Kafka client hands it over; `timestamp` in epoch milliseconds."""

    @property
    def offset(self) -> int: ...  # noqa: D102
    @property
    def key(self) -> bytes | None: ...  # noqa: D102
    @property
    def value(self) -> bytes | None: ...  # noqa: D102
    @property
    def timestamp(self) -> int: ...  # noqa: D102
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...  # noqa: D102


class ConsumerRecord(NamedTuple):
    """A record that was read; `topic` is the catalogue's name, `timestamp` in epoch milliseconds."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: Headers = ()


class ProducerRecord(NamedTuple):
    """A record to be written; `partition` None means by the key's hash. `at` in epoch milliseconds."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    at: int
    partition: int | None = None


@lru_cache(100_000)  # the keys of a worker come again and again, and murmur2 is Python here
def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key, as Kafka's default partitioner chooses it."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)
