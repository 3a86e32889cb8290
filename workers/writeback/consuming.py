"""The consumer of `writeback`, in a group whose members share the persons."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import structlog
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import CommitFailedError, KafkaError

from topics.connecting import connecting
from workers.runtime.kafka.escaping_batch import read_any_header_name
from workers.runtime.kafka.sync_group import group_consumer, subscribe
from workers.runtime.kafka.sync_producer import ProducerError
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.metrics.records import LAG, RECORDS_IN
from workers.runtime.process.settings import Settings
from workers.writeback.mail_record import TOPICS, MailRecord, merged, record_of

WORKER = "writeback"
POLL_MS = 500
CONNECT_MS = 10_000
RECONNECT_MS = 1_000
MOST_RECORDS = 100  # that are written before the next are read
log = structlog.get_logger()


@contextmanager
def consuming(settings: Settings) -> Iterator[Any]:
    """A consumer of mails and outcomes, closed at the end; raises KafkaError when no broker answers."""
    read_any_header_name()
    with connecting(settings.brokers, ProducerError):
        consumer = group_consumer(
            settings,
            WORKER,
            # the mails of a person and their outcomes are read by one member
            partition_assignment_strategy=[RangePartitionAssignor],
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            bootstrap_timeout_ms=CONNECT_MS,
            reconnect_backoff_max_ms=RECONNECT_MS,
            max_poll_records=MOST_RECORDS,
        )
    try:
        subscribe(consumer, map(settings.name, TOPICS), None)
        yield consumer
    finally:
        with suppress(KafkaError):
            consumer.close(autocommit=False, timeout_ms=2_000)


def read_batches(settings: Settings, consumer: Any, batches: Mapping[Any, list[Any]]) -> list[MailRecord]:
    """What fetched records say, one for each mail; those that cannot be read are passed over."""
    said: list[MailRecord] = []
    for partition, records in batches.items():
        topic = settings.logical(partition.topic)
        RECORDS_IN.labels(WORKER, topic).inc(len(records))
        behind = max(0, (consumer.highwater(partition) or 0) - records[-1].offset - 1)
        LAG.labels(WORKER, topic, str(partition.partition)).set(behind)
        said += [record for record in read_each(topic, records, partial(read, topic)) if record is not None]
    return merged(said)


def read(topic: str, record: Any) -> MailRecord | None:
    """What one fetched record says; None for nothing. Raises ValueError."""
    return record_of(topic, record.headers, record.value, record.timestamp)


def commit(consumer: Any) -> None:
    """Commit what was read; partitions that another has by now are written again by it, to no effect."""
    try:
        consumer.commit()
    except CommitFailedError:
        log.info("the group has gone on without this member: what was written is looked at again")
