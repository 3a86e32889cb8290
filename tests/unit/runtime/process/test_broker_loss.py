"""The records of Kafka's clients that mean an outage, as they were seen in one."""

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
SEEN: tuple[tuple[str, str, tuple[object, ...]], ...] = (
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


class Logged:
    """A stream with logs; `say` writes a library's record at a time in seconds."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        logs.setup("route", "INFO", self.stream)

    def say(self, at: float, name: str, message: str, *values: object, error: Any = None) -> None:
        """Write a record."""
        exc_info = (type(error), error, None) if error else None
        record = logging.getLogger(name).makeRecord(
            name, logging.ERROR, __file__, 1, message, values, exc_info
        )
        record.created = 1000.0 + at
        logging.getLogger(name).handle(record)

    def events(self) -> list[dict[str, Any]]:
        """What was written."""
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def logged() -> Iterator[Logged]:
    """Logging is global: it is put back."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, sys.unraisablehook)
    yield Logged()
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, sys.unraisablehook = hooks


def test_whatever_the_clients_say_of_an_outage_is_one_line(logged: Logged) -> None:
    """Seven messages of two libraries are one; ten seconds later it comes again, with their number."""
    for second in (0.0, 10.0):
        for name, message, values in SEEN:
            logged.say(second, name, message, *values)

    events = logged.events()
    assert [(each["event"], each["level"], each.get("repeated")) for each in events] == [
        (WAITING, "warning", None),
        (WAITING, "warning", len(SEEN) - 1),
    ]
    assert events[0]["error"] == "Unable connect to node with id 1: [Errno 111] Connection refused"


@pytest.mark.parametrize(("name", "message", "values"), SEEN, ids=[message for _, message, _ in SEEN])
def test_each_of_them_says_that_kafka_is_away(
    logged: Logged, name: str, message: str, values: tuple[object, ...]
) -> None:
    """No row is there in vain."""
    logged.say(0.0, name, message, *values)

    assert [each["event"] for each in logged.events()] == [WAITING]


def test_what_follows_from_an_outage_is_said_only_without_one(logged: Logged) -> None:
    """A coordinator that is marked dead is news by itself, and none when no broker answers."""
    dead = (
        "aiokafka.consumer.group_coordinator",
        "Marking the coordinator dead (node %s)for group %s.",
        1,
        "g",
    )
    logged.say(0.0, *dead)
    logged.say(20.0, *SEEN[0][:2], *SEEN[0][2])
    logged.say(29.0, *dead)

    assert [each["event"].split()[0] for each in logged.events()] == ["Marking", "waiting"]


def test_a_traceback_of_a_lost_connection_is_one_line(logged: Logged) -> None:
    """An error that ends the client's start says the same."""
    logged.say(
        0.0, "faust.worker", "[^Worker]: Error: %r", "x", error=ConnectionRefusedError("Connection refused")
    )

    (event,) = logged.events()
    assert event["event"] == WAITING
    assert "exception" not in event


@pytest.mark.parametrize("name", ["aiokafka", "kafka.net.manager", "asyncio"])
def test_other_errors_stay_what_they_are(logged: Logged, name: str) -> None:
    """A refusal is no outage, and a lost connection of another library is not Kafka's."""
    text = "Connection refused" if name == "asyncio" else "SaslHandshake failed"
    logged.say(0.0, name, text)

    assert [each["event"] for each in logged.events()] == [text]
