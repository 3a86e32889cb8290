"""Reads and writes suppressions, consents and pauses: topics whose records are kept by subject."""

import getpass
from collections.abc import Iterable
from typing import TypeVar

from schemas.permissions import ADDRESS, PERSON, OfSubject, address_hash
from workers.product.reading.addresses import parse_addresses
from workers.product.reading.values import read_id
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord, partition_of
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.kafka.tolerant import read_each

SOURCE = "/kairos/commands"
T = TypeVar("T", bound=OfSubject)


def current(reader: Reader, topic: str, model: type[T]) -> dict[str, T]:
    """What is said in a topic now, by key; raises ReadingError without the topic."""
    values: dict[str, T] = {}

    def read(record: ConsumerRecord) -> tuple[str, T | None]:
        key = (record.key or b"").decode()
        return key, None if record.value is None else model.under(key, record.value)

    for key, value in read_each(topic, reader.read(topic), read):
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value
    return values


def say(producer: SyncProducer, topic: str, values: Iterable[OfSubject], now: int) -> int:
    """Write values under their keys; returns, when the broker has them, how many. Raises ProducerError."""
    count = 0
    for value in values:
        producer.send(_record(producer, topic, value.key, value.dumps(), now))
        count += 1
    producer.flush()
    return count


def take_back(producer: SyncProducer, topic: str, key: str, now: int) -> None:
    """Delete what is said under a key; returns when the broker has it. Raises ProducerError."""
    producer.send(_record(producer, topic, key, None, now))
    producer.flush()


def person_subject(value: object) -> str | None:
    """The subject of a person's id, None for none; raises ValueError for what cannot be one."""
    id_ = read_id(value)
    return None if id_ is None else f"{PERSON}{id_}"


def address_subjects(value: object) -> list[str]:
    """The subjects of the addresses in a value, which are only in them as hashes.

    They are read as `route` reads the addresses of users. Raises UnreadableError for what is none; its text
    does not hold it.
    """
    return [f"{ADDRESS}{address_hash(parsed.email)}" for parsed in parse_addresses(value)]


def who_am_i() -> str:
    """The name of this program's user, as the operating system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _record(producer: SyncProducer, topic: str, key: str, value: bytes | None, now: int) -> ProducerRecord:
    headers = tuple(cloud_headers(event_type(topic), SOURCE, f"{key}@{now}", now))
    partition = partition_of(key.encode(), len(producer.partitions(topic)))
    return ProducerRecord(topic, key.encode(), value, headers, now, partition)
