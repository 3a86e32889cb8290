"""The log records of Kafka's clients that mean an outage, as observed in one."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from workers.runtime.process import logs
from workers.runtime.process.broker_loss import WAITING

# logger, message, arguments
CLIENT_MESSAGES: tuple[tuple[str, str, tuple[object, ...]], ...] = (
    ("aiokafka", "Unable connect to node with id %s: %s", (1, "[Errno 111] Connection refused")),
    ("aiokafka", "Unable to update metadata from %s", ([1],)),
    (
        "aiokafka.consumer.group_coordinator",
        "Error sending %s to node %s [%s] -- marking coordinator dead",
        ("HeartbeatRequest", 1, "NodeNotReadyError: Attempt to send a request to node which is not ready"),
    ),
    ("aiokafka.consumer.fetcher", "Failed fetch messages from %s: %s", (1, "KafkaConnectionError: closed")),
    ("kafka.net.transport", "%s: socket disconnected", ("<KafkaTCPTransport [127.0.0.1:1<-2]>",)),
    ("kafka.net.manager", "Connection failed: %s", ("KafkaConnectionError: 111 ECONNREFUSED",)),
    ("kafka.cluster", "No node available for metadata refresh - backoff/retry", ()),
)


class LogStream:
    """A stream with logs; `log` writes a library's record at a time in seconds."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        logs.setup("route", "INFO", self.stream)

    def log(self, at: float, name: str, message: str, *values: object, error: Any = None) -> None:
        """Log a record."""
        exc_info = (type(error), error, None) if error else None
        record = logging.getLogger(name).makeRecord(
            name, logging.ERROR, __file__, 1, message, values, exc_info
        )
        record.created = 1000.0 + at
        logging.getLogger(name).handle(record)

    def events(self) -> list[dict[str, Any]]:
        """The events in the stream."""
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def logged() -> Iterator[LogStream]:
    """Logging is global: it is restored afterwards."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, sys.unraisablehook)
    yield LogStream()
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, sys.unraisablehook = hooks


def test_all_client_messages_of_an_outage_are_one_line(logged: LogStream) -> None:
    """Seven messages of two libraries are one line; ten seconds later a second one has their number."""
    for second in (0.0, 10.0):
        for name, message, values in CLIENT_MESSAGES:
            logged.log(second, name, message, *values)

    events = logged.events()
    assert [(event["event"], event["level"], event.get("repeated")) for event in events] == [
        (WAITING, "warning", None),
        (WAITING, "warning", len(CLIENT_MESSAGES) - 1),
    ]
    assert events[0]["error"] == "Unable connect to node with id 1: [Errno 111] Connection refused"


@pytest.mark.parametrize(
    ("name", "message", "values"), CLIENT_MESSAGES, ids=[message for _, message, _ in CLIENT_MESSAGES]
)
def test_each_listed_message_is_recognised_as_an_outage(
    logged: LogStream, name: str, message: str, values: tuple[object, ...]
) -> None:
    """Each row alone gives the waiting line."""
    logged.log(0.0, name, message, *values)

    assert [event["event"] for event in logged.events()] == [WAITING]


def test_messages_that_follow_from_an_outage_are_logged_only_without_one(logged: LogStream) -> None:
    """A coordinator marked dead is logged, but not while no broker answers."""
    dead = (
        "aiokafka.consumer.group_coordinator",
        "Marking the coordinator dead (node %s)for group %s.",
        1,
        "g",
    )
    logged.log(0.0, *dead)
    logged.log(20.0, *CLIENT_MESSAGES[0][:2], *CLIENT_MESSAGES[0][2])
    logged.log(29.0, *dead)

    assert [event["event"].split()[0] for event in logged.events()] == ["Marking", "waiting"]


def test_a_traceback_of_a_lost_connection_is_one_line(logged: LogStream) -> None:
    """An error that ends the client's start gives the waiting line, without a traceback."""
    logged.log(
        0.0, "faust.worker", "[^Worker]: Error: %r", "x", error=ConnectionRefusedError("Connection refused")
    )

    (event,) = logged.events()
    assert event["event"] == WAITING
    assert "exception" not in event


@pytest.mark.parametrize("name", ["aiokafka", "kafka.net.manager", "asyncio"])
def test_other_errors_are_not_changed(logged: LogStream, name: str) -> None:
    """A refused login is no outage, and a lost connection of another library is not Kafka's."""
    text = "Connection refused" if name == "asyncio" else "SaslHandshake failed"
    logged.log(0.0, name, text)

    assert [event["event"] for event in logged.events()] == [text]
