"""Kafka's clients say in twenty ways that no broker answers; a person wants to read it once.

Each record of them that means a lost connection becomes the same line, "waiting for Kafka", with what the
client said as `error`. What only follows from it is left out while that line is fresh.
"""

import logging

LIBRARIES = ("aiokafka", "kafka", "faust", "mode")
WAITING = "waiting for Kafka"
# in the text of a record, or in its exception
SIGNS = (
    "ECONNREFUSED", "ECONNRESET", "Connection refused", "Connection reset", "Broken pipe",
    "socket disconnected", "KafkaConnectionError", "NodeNotReadyError", "NoBrokersAvailable",
    "Request timed out after", "No node available for metadata refresh", "Unable to update metadata",
    "Unable to request metadata", "NotLeaderForPartition", "NotLeaderOrFollower", "LeaderNotAvailable",
    "All brokers are currently fenced",
)  # fmt: skip
CONSEQUENCES = (
    "Marking the coordinator dead",
    "Heartbeat session expired",
    "Heartbeat send request failed",
    "Group Coordinator",
    "NotCoordinator",
    "CoordinatorNotAvailable",
    "coordinator (node",
    "Failed to produce messages",
)
LONGEST = 200


def of_kafka(record: logging.LogRecord) -> bool:
    """Whether a client of Kafka has said it."""
    return record.name.partition(".")[0] in LIBRARIES


def text_of(record: logging.LogRecord) -> str:
    """What a record says, and the error that it carries."""
    error = record.exc_info[1] if record.exc_info else None
    try:
        said = record.getMessage()
    except Exception:  # the handler says so
        said = str(record.msg)
    return said if error is None else f"{said} {type(error).__name__}: {error}"


def means_away(text: str) -> bool:
    """Whether this says that no broker answers."""
    return any(sign in text for sign in SIGNS)


def follows(text: str) -> bool:
    """Whether this is only what follows when no broker answers."""
    return any(sign in text for sign in CONSEQUENCES)


def rewrite(record: logging.LogRecord, text: str) -> None:
    """Make a record the line of an outage: no traceback, what was said in one line."""
    record.msg, record.args = WAITING, ()
    record.exc_info = record.exc_text = record.stack_info = None
    record.levelno, record.levelname = logging.WARNING, "WARNING"
    record.error = " ".join(text.split())[:LONGEST]
