"""Kafka records: as a client hands them over, as we read them, and to be written."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from aiokafka.partitioner import murmur2

from workers.runtime.kafka.headers import FetchedHeader, Headers


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
    def headers(self) -> Sequence[FetchedHeader]: ...  # noqa: D102


class ConsumerRecord(NamedTuple):
    """A record that was read; `topic` is the catalogue's name, `timestamp` in epoch milliseconds.

    Of a foreign client's headers a value may be None: read them as FetchedHeader.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: Headers = ()


class BoundedRecord(NamedTuple):
    """A fetched record whose `timestamp` was replaced; `claimed` is the one that it came with."""

    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: Sequence[FetchedHeader]
    claimed: int


def claimed_time(raw: FetchedRecord) -> int:
    """The timestamp with which a record came, in epoch milliseconds, whatever was made of it."""
    return raw.claimed if isinstance(raw, BoundedRecord) else raw.timestamp


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
