"""Log records of Kafka's clients that mean that no broker answers: twenty texts become one line.

Each becomes the line "waiting for Kafka", with the client's text as `error`. Records of mere consequences are
left out for a while after that line.
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


def is_kafka_client(record: logging.LogRecord) -> bool:
    """Whether a log record comes from a Kafka client."""
    return record.name.partition(".")[0] in LIBRARIES


def text_of(record: logging.LogRecord) -> str:
    """The text of a log record, and of the error that it carries."""
    error = record.exc_info[1] if record.exc_info else None
    try:
        text = record.getMessage()
    except Exception:  # the handler reports it
        text = str(record.msg)
    return text if error is None else f"{text} {type(error).__name__}: {error}"


def means_broker_loss(text: str) -> bool:
    """Whether a text means that no broker answers."""
    return any(sign in text for sign in SIGNS)


def is_consequence(text: str) -> bool:
    """Whether a text is only a consequence of no broker answering."""
    return any(sign in text for sign in CONSEQUENCES)


def rewrite(record: logging.LogRecord, text: str) -> None:
    """Make a log record the line of an outage: no traceback, the client's text in one line."""
    record.msg, record.args = WAITING, ()
    record.exc_info = record.exc_text = record.stack_info = None
    record.levelno, record.levelname = logging.WARNING, "WARNING"
    record.error = " ".join(text.split())[:LONGEST]
