"""Lets Kafka refuse what an earlier process still has to write: each start has a higher producer epoch.

The broker counts an epoch per transactional id, and takes no batch of a lower one in a partition that has
seen a higher one, however long it lay in a paused process. No transaction is used: readers wait for none.
"""

import time
from typing import Any

import structlog
from kafka import KafkaProducer
from kafka.errors import (
    InvalidProducerEpochError,
    KafkaError,
    KafkaTimeoutError,
    ProducerFencedError,
    TransactionalIdAuthorizationFailedError,
)

from workers.runtime.kafka.group import abort
from workers.runtime.kafka.sync_producer import CONNECT_MS, Client, ProducerError
from workers.runtime.process import exits
from workers.runtime.process.error_text import one_line
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

FENCED = (InvalidProducerEpochError, ProducerFencedError)
CLOSE_SECONDS = 1.0
WAIT_SECONDS = 0.01  # between two looks for the client's own id
log = structlog.get_logger()


def take_over(settings: Settings, client: Client, role: str) -> bool:
    """Give a client that has sent nothing the next producer epoch of a role; False when Kafka has none.

    From the first record that it writes to a partition on, Kafka refuses there what clients with earlier
    epochs send: their process ends with exit code 5. Raises ProducerError.
    """
    name = settings.name(role)
    try:
        use_epoch(client, next_epoch(settings, name), role)
    except (TransactionalIdAuthorizationFailedError, KafkaTimeoutError) as error:
        log.warning(
            "Kafka gives no producer epoch (it takes the right to write with this transactional id, and a "
            "topic __transaction_state): a paused process is kept off by its group alone",
            transactional_id=name,
            error=one_line(error),
        )
        return False
    except KafkaError as error:
        raise ProducerError(f"Kafka gives no producer epoch for {name}: {one_line(error)}") from error
    return True


def next_epoch(settings: Settings, transactional_id: str) -> Any:
    """The producer id of a transactional id with its next epoch; raises KafkaError."""
    producer: Any = KafkaProducer(
        bootstrap_servers=settings.brokers,
        **kafka_options(settings),
        client_id=f"{transactional_id}-epoch",
        transactional_id=transactional_id,
        bootstrap_timeout_ms=CONNECT_MS,
        max_block_ms=CONNECT_MS,
    )
    try:
        producer.init_transactions()
        return producer._transaction_manager.producer_id_and_epoch  # without a public name
    finally:
        producer.close(timeout=CLOSE_SECONDS)


def use_epoch(client: Any, epoch: Any, role: str) -> None:
    """Let an idempotent producer of kafka-python send with a producer id and epoch; it ends when refused.

    Raises KafkaTimeoutError when the client does not get an id of its own first: a later one would replace
    this one.
    """
    manager = client._transaction_manager  # without a public name
    classify, end = manager.classify_batch_error, time.monotonic() + CONNECT_MS / 1000
    while not manager.has_producer_id():
        if time.monotonic() > end:
            raise KafkaTimeoutError("the producer gets no id")
        time.sleep(WAIT_SECONDS)

    def classified(error: Any, batch: Any, log_start_offset: int = -1) -> Any:
        kind = error if isinstance(error, type) else type(error)
        if issubclass(kind, FENCED):  # kafka-python would take another producer id and go on
            abort(exits.FENCED, f"another process is {role} now: Kafka has refused a record of this one")
        return classify(error, batch, log_start_offset)

    with manager._lock:
        manager.set_producer_id_and_epoch(epoch)
        manager._sequence_numbers.clear()
        manager.classify_batch_error = classified
