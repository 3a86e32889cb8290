"""Only one capture writes at a time: the member of a consumer group that owns the topic of positions.

The topic has one partition, and the group gives it to one member, which keeps it until it leaves the group or
is silent for a whole session. Every other capture stands by. So a second one, as in a rolling deployment,
does nothing while the first is at work, whatever mapping it has, and goes on from the first one's position.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from kafka import ConsumerRebalanceListener
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import InvalidSessionTimeoutError, KafkaError
from kafka.protocol.producer import ProduceRequest

from topics.connecting import connecting
from workers.capture.document_writer import WORKER
from workers.capture.failure import CaptureError, RefusedError
from workers.capture.position import TOPIC
from workers.runtime.kafka.group import abort, session_refused
from workers.runtime.kafka.sync_group import group_consumer, subscribe
from workers.runtime.kafka.sync_producer import Client, ProducerError
from workers.runtime.process import exits
from workers.runtime.process.settings import Settings

POLL_MS = 200
CONNECT_MS = 10_000
STANDBY_SECONDS = 2.0  # without the partition, after which the log says so
CLOSE_MS = 2_000
CONFIRM_SECONDS = 0.05  # between two looks for an answer of the group
SHARE, LEAST_SECONDS = 0.6, 6.0  # of KAIROS_SESSION_SECONDS; Kafka's own group.min.session.timeout.ms
log = structlog.get_logger()


class CaptureGroup(ConsumerRebalanceListener):  # type: ignore[misc]
    """The membership of this process; a thread keeps it alive. Make one with `owning`.

    Losing the partition, or being without an answer of the group for a whole session when there is something
    to write, ends the process with exit code 5: another capture may be at work by then.
    """

    def __init__(self, consumer: Any, session_seconds: float) -> None:
        self._consumer = consumer
        self._heartbeat = consumer._coordinator.heartbeat  # without a public name
        self._note_answers()
        self._session_seconds = session_seconds
        self._changed = threading.Event()  # set when this member owns the partition, or cannot
        self._closing = threading.Event()
        self._error: KafkaError | None = None
        self._polls_began = (time.monotonic(),) * 2  # of the last two, in monotonic seconds
        self._alive_at = 0.0  # when this process has last sent what the group has answered since
        self._thread = threading.Thread(target=self._poll, name="ownership", daemon=True)

    def start(self, topic: str) -> None:
        """Join the group over a topic, by its name on the broker."""
        subscribe(self._consumer, [topic], self)
        self._thread.start()

    def wait(self, stop: threading.Event) -> bool:
        """Wait until no other capture is at work; False when `stop` was set before. Raises CaptureError."""
        began, told = time.monotonic(), False
        while not self._changed.wait(POLL_MS / 1000):
            if stop.is_set():
                return False
            if not told and time.monotonic() - began > STANDBY_SECONDS:
                told = True
                log.warning("standing by: another capture is at work, or its session is not over yet")
        if self._error is not None:
            raise group_error(self._error, self._session_seconds)
        if told:
            log.info("the other capture is gone, taking over")
        return not stop.is_set()

    def close(self) -> None:
        """Leave the group, so that another may begin at once."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_MS / 1000 + 1)

    def on_partitions_assigned(self, assigned: Any) -> None:
        """This process may write now."""
        self._consumer.pause(*assigned)
        self._alive_at = max(self._alive_at, self._polls_began[0])  # the answer may have lain there since
        if assigned:
            self._changed.set()

    def on_partitions_revoked(self, revoked: Any) -> None:
        """End the process when another has the partition now."""
        if revoked and not self._closing.is_set():
            abort(exits.FENCED, "another capture has taken over")

    def on_partitions_lost(self, lost: Any) -> None:
        """As when it is revoked: the group has not heard of this process for a session."""
        self.on_partitions_revoked(lost)

    def confirm(self) -> None:
        """Return when this process is the owner for half a session more: waits for an answer of the group.

        Ends the process when none has come for a whole session.
        """
        while (seconds := time.monotonic() - self._alive_at) > self._session_seconds / 2:
            if seconds > self._session_seconds:
                abort(
                    exits.FENCED,
                    f"the group of capture has not answered for {seconds:.1f} s (KAIROS_SESSION_SECONDS): "
                    "another capture may be at work",
                )
            time.sleep(CONFIRM_SECONDS)

    def _note_answers(self) -> None:
        """The broker counts from the arrival of a heartbeat, not from that of the answer."""
        received = self._heartbeat.received_heartbeat

        def noted() -> None:
            received()
            self._alive_at = max(self._alive_at, self._heartbeat.last_send)

        self._heartbeat.received_heartbeat = noted

    def _poll(self) -> None:
        try:
            while not self._closing.is_set():
                self._polls_began = self._polls_began[1], time.monotonic()
                self._consumer.poll(timeout_ms=POLL_MS)
        except KafkaError as error:
            if self._changed.is_set():
                abort(exits.INFRASTRUCTURE, f"Kafka: {type(error).__name__}: {error}")
            self._error = error
            self._changed.set()
        finally:
            with suppress(KafkaError):
                self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)


@contextmanager
def owning(settings: Settings, client: Client) -> Iterator[CaptureGroup]:
    """The membership of this process, for what `client` writes; left at the end. Raises ProducerError."""
    seconds = session_of_group(settings.kairos_session_seconds)
    settings = settings.model_copy(update={"kairos_session_seconds": seconds})
    with connecting(settings.brokers, ProducerError):
        consumer = group_consumer(
            settings,
            WORKER,
            partition_assignment_strategy=[CooperativeStickyAssignor],
            auto_offset_reset="latest",
            bootstrap_timeout_ms=CONNECT_MS,
        )
    ownership = CaptureGroup(consumer, seconds)
    check_before_sending(client, ownership.confirm)
    ownership.start(settings.name(TOPIC))
    try:
        yield ownership
    finally:
        ownership.close()


def session_of_group(seconds: float) -> float:
    """The session of this group in seconds, from KAIROS_SESSION_SECONDS.

    It is shorter than that of the others: when it is over, the next one still has to hear of it, to join and
    to read the position, and all of that is to take no longer than KAIROS_SESSION_SECONDS.
    """
    return max(min(seconds, LEAST_SECONDS), SHARE * seconds)


def check_before_sending(client: Any, check: Callable[[], None]) -> None:
    """Call `check` right before each produce request of kafka-python's producer, however old its records."""
    network = client._sender._client  # without a public name
    send = network.send

    def checked_send(node: Any, request: Any, **options: Any) -> Any:
        if isinstance(request, ProduceRequest):
            check()
        return send(node, request, **options)

    network.send = checked_send


def group_error(error: KafkaError, session_seconds: float) -> CaptureError:
    """The error for a group that does not take this process."""
    if isinstance(error, InvalidSessionTimeoutError):
        return RefusedError(session_refused(session_seconds))
    return CaptureError(f"Kafka does not let capture join its group: {error}")
