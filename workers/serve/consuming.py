"""The consumer of `serve`, in a group whose members share the partitions."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kafka import ConsumerRebalanceListener
from kafka.errors import KafkaError

from workers.runtime.kafka.escaping_batch import read_any_header_name
from workers.runtime.kafka.sync_group import group_consumer, subscribe
from workers.runtime.process.settings import Settings
from workers.serve.changes import TOPICS

WORKER = "serve"
POLL_MS = 100
FETCH_MS = 500  # for which the broker waits for a record
BROKER_MS = 5_000
RECONNECT_MS = 1_000


class AssignmentListener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Records that partitions were assigned, so that nothing is applied before their positions are read."""

    def __init__(self) -> None:
        self.is_new = False

    def on_partitions_revoked(self, revoked: Any) -> None:
        """Do nothing: no state of a partition is stored here."""

    def on_partitions_assigned(self, assigned: Any) -> None:
        """Record the assignment; the group's committed offsets are ignored for those in Redis."""
        self.is_new = True


@contextmanager
def consuming(settings: Settings, listener: AssignmentListener) -> Iterator[Any]:
    """A consumer of all topics that are read, closed at the end; raises KafkaError when no broker answers."""
    read_any_header_name()
    consumer = group_consumer(
        settings,
        WORKER,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        bootstrap_timeout_ms=BROKER_MS,
        reconnect_backoff_max_ms=RECONNECT_MS,
        fetch_max_wait_ms=FETCH_MS,
        metadata_max_age_ms=BROKER_MS,
        max_poll_records=2_000,
    )
    try:
        subscribe(consumer, map(settings.name, TOPICS), listener)
        yield consumer
    finally:
        with suppress(KafkaError):
            consumer.close(autocommit=False, timeout_ms=2_000)
