"""Logs: one line per event on stderr, JSON unless a terminal reads it, never an e-mail address.

    setup("people", "INFO")
    structlog.get_logger().info("recovered", keys=1_000_000)

The libraries' own records (stdlib logging) come the same way, from WARNING on.
"""

import logging
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from schemas.model import from_epoch_ms
from workers.runtime.process import broker_loss
from workers.runtime.process.clock import now_ms

LOGGER = "kairos"  # the logger of our own events
REPEAT_SECONDS = 10.0
BROKER_LOSS = ("", broker_loss.WAITING)  # the one key of all records that mean that no broker answers
HIDDEN = "<address>"
# a quoted or bare local part, an @ in any of its forms, a domain with or without a dot: rather too much than
# too little; a slash and a colon end it, so that the ids around an address stay readable
ADDRESS = re.compile(
    r"""(?:"[^"\n]{1,64}"|(?:[^\s@＠<>"'(),;:\[\]{}/|]|(?<=\w)'(?=\w)){0,256}[^\s@＠<>"(),;:\[\]])"""
    r"""(?:@|＠|%40)(?:\[[^\]\s]+\]|[\w.-]+)"""
)
# pydantic cuts long inputs in the middle, which can leave half an address without its @
INPUT = re.compile(r"input_value=.*?(?=, input_type=)", re.DOTALL)

LONGEST = 10_000  # characters of one value
TAIL = re.compile(r"\S{1,320}$")  # where a text is cut, half an address may stand

# the name of a service of Faust in front of what it says
SERVICE = re.compile(r"\[\^[^\]]*\]: ")

# logger, start of the message or of its error, why nobody has to read it
HARMLESS = (
    (
        "aiokafka.consumer.group_coordinator",
        "Heartbeat failed for group %s because it is rebalancing",
        "every rebalance says so, and the worker joins again",
    ),
    (
        "aiokafka.consumer.group_coordinator",
        "Group Coordinator Request failed",
        "a young broker makes its coordinator on request; in an outage the connection's own error is told",
    ),
    ("kafka.cluster", "Metadata refresh: failed Cancelled", "a client that is being closed does not need it"),
    ("kafka.net.selector", "Task <kafka", "a loaded machine makes every step slow, the client's too"),
    (
        "kafka.net.selector",
        "ValueError: Invalid file descriptor: -1",
        "the client has closed the socket itself",
    ),
    ("kafka.net.transport", "AttributeError: 'NoneType' object", "the client has closed the socket itself"),
    (
        "faust.transport.drivers.aiokafka",
        "Thread keepalive is not responding",
        "a loaded machine makes it late; whoever stands still for too long is ended, and says so",
    ),
)


def redact(value: Any) -> Any:
    """The same value without anything that looks like an e-mail address; numbers, None and bools pass.

    Containers are walked, keys included; any other object becomes its repr, redacted.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {redact(key): redact(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item) for item in value]
    return redact_text(value if isinstance(value, str) else repr(value))


def redact_text(text: str) -> str:
    """A text without addresses and without the inputs that pydantic quotes in errors; a long one is cut."""
    if len(text) > LONGEST:
        text = TAIL.sub("", text[:LONGEST]) + " … (cut)"
    if "input_value=" in text:
        text = INPUT.sub("input_value=<hidden>", text)
    # most texts hold none of these, and the pattern is slow on long words
    return ADDRESS.sub(HIDDEN, text) if any(at in text for at in ("@", "＠", "%40")) else text


def redacted(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """The processor: redact every value of an event, the text of an exception included."""
    return {key: redact(value) for key, value in event.items()}


def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error that ends the process is an event too: its text may hold an address."""
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger().critical("stopped by an error", exc_info=(kind, error, trace))


def unraisable(hook: "sys.UnraisableHookArgs") -> None:
    """An error in the end of an object (a client that cannot be closed) is one line, redacted as all are."""
    with suppress(Exception):  # the interpreter may be half gone
        error = f"{hook.exc_type.__name__}: {hook.exc_value}"
        structlog.get_logger().warning("not closed cleanly", error=error, object=repr(hook.object))


def is_harmless(record: logging.LogRecord) -> bool:
    """Whether a library's record, before or after its values are put in, or its error begins as in a row."""
    error = record.exc_info[1] if record.exc_info else None
    said = SERVICE.sub("", str(record.msg), count=1)
    texts = said, broker_loss.text_of(record), f"{type(error).__name__}: {error}"
    return any(
        record.name.startswith(name) and any(text.startswith(start) for text in texts)
        for name, start, _ in HARMLESS
    )


class Quiet(logging.Filter):
    """Leaves out a library's harmless log records, and those that were written a moment ago.

    The same message is let through every REPEAT_SECONDS, with the number of those left out as `repeated`.
    All records that mean that no broker answers count as one message (see `broker_loss`).
    """

    def __init__(self) -> None:
        super().__init__()
        self._written: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        if record.name.startswith(LOGGER):
            return True
        message = str(record.msg)
        if is_harmless(record):
            return False
        if broker_loss.is_kafka_client(record):
            text = broker_loss.text_of(record)
            if broker_loss.means_broker_loss(text):
                broker_loss.rewrite(record, text)
                return self._is_news(record, BROKER_LOSS)
            at, _ = self._written.get(BROKER_LOSS, (float("-inf"), 0))
            if broker_loss.is_consequence(text) and record.created - at < REPEAT_SECONDS:
                return False
        return self._is_news(record, (record.name, message))

    def _is_news(self, record: logging.LogRecord, key: tuple[str, str]) -> bool:
        at, count = self._written.get(key, (float("-inf"), 0))
        if record.created - at < REPEAT_SECONDS:
            self._written[key] = (at, count + 1)
            return False
        if len(self._written) >= 1000:  # messages put together by hand never come again
            self._written.clear()
        self._written[key] = (record.created, 0)
        if count:
            record.repeated = count
        return True


class Handler(logging.StreamHandler[TextIO]):
    """Writes lines; one that cannot be formatted is reported by its source line, without arguments."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say where the record came from, if the stream still takes anything."""
        with suppress(OSError, ValueError):
            self.stream.write(f"a log record could not be written: {record.pathname}:{record.lineno}\n")


def setup(worker: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logs of this process to stderr (or `stream`) as those of `worker`; may be called again.

    `level` counts for our own events; libraries speak from WARNING on.
    """
    stream = stream or sys.stderr
    handler = Handler(stream)
    handler.addFilter(Quiet())
    handler.setFormatter(formatter(worker, terminal=stream.isatty()))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(LOGGER).setLevel(level)
    logging.captureWarnings(True)
    sys.excepthook, sys.unraisablehook = excepthook, unraisable
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=lambda *_: logging.getLogger(LOGGER),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def formatter(worker: str, *, terminal: bool) -> logging.Formatter:
    """One chain for our events and the libraries' records, so that nothing reaches a log unredacted."""

    def headed(_logger: Any, _method: str, event: EventDict) -> EventDict:
        time = from_epoch_ms(now_ms()).isoformat(timespec="milliseconds")
        head = {"timestamp": time, "level": event.pop("level"), "worker": worker, "event": event.pop("event")}
        return {**head, **event}

    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, redacted]
    if terminal:
        # the plain formatter: the pretty one prints local variables, addresses among them
        last.append(structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback))
    else:
        last.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(["repeated", "error"]),
        ],
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            headed,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            *last,
        ],
    )
