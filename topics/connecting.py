"""Why a Kafka client cannot connect: it raises a time-out, and only its log says why each attempt failed."""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kafka.errors import KafkaError, KafkaTimeoutError, RequestTimedOutError

LOGGERS = ("kafka.net.manager", "kafka.net.connection", "kafka.net.transport")
USER = "KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"
# what a failed attempt says, where to look; what is not here may be over with the next attempt
REFUSALS = (
    ("Authentication failed", USER),
    ("UnsupportedSaslMechanism", "KAFKA_SASL_MECHANISM"),
    ("IllegalSaslState", "KAFKA_SECURITY_PROTOCOL, this port asks for no password"),
    ("certificate is not valid for", "KAFKA_URL, the certificate is for another host"),
    ("CERTIFICATE_VERIFY_FAILED", "KAFKA_CA_FILE"),
    ("ALERT_CERTIFICATE_REQUIRED", "KAFKA_CERTIFICATE_FILE, the broker asks for one"),
    ("ALERT", "KAFKA_CERTIFICATE_FILE, the broker refuses it"),
    ("Handshake failed: [SSL", "KAFKA_SECURITY_PROTOCOL, this port may know no TLS"),
    ("Invalid frame length: 35251", "KAFKA_SECURITY_PROTOCOL, this port wants TLS"),  # the head of an alert
)
NOISE = re.compile(r"\[[^\]]*\] | \(_ssl\.c:\d+\)|\b\w+Error: |Handshake failed: ")


class Attempts(logging.Filter):
    """Keeps out of the log what the client says while it connects; why it failed becomes part of our line."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = ""
        self.refused: tuple[str, str] | None = None
        self.dropped = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written: never."""
        values = record.args if isinstance(record.args, tuple) else ()
        found = [each for each in (*values, *(record.exc_info or ())) if isinstance(each, Exception)]
        for error in found:
            self._note(error, record)
        return False

    def _note(self, error: Exception, record: logging.LogRecord) -> None:
        text = f"{type(error).__name__}: {error}"
        look = next((look for said, look in REFUSALS if said in text), None)
        if look is not None and self.refused is None:
            self.refused = NOISE.sub("", str(error)), look
        if not isinstance(error, KafkaTimeoutError | RequestTimedOutError):
            self.failed = str(error)
            # the client loses an answer that comes together with the connection's end
            ended, values = "socket disconnected" in text, record.args
            who = values[0] if isinstance(values, tuple) and values else None
            self.dropped = ended and (self.dropped or bool(getattr(who, "sasl_enabled", False)))

    def line(self, brokers: Sequence[str], error: Exception) -> str:
        """What to tell a person; `error` is the client's own, used when no attempt said more."""
        where = ", ".join(brokers)
        if self.refused is None and self.dropped:
            self.refused = "the broker ends the connection", USER
        if self.refused is not None:
            return f"cannot agree with Kafka at {where}: {self.refused[0]}; look at {self.refused[1]}"
        return f"no Kafka broker answers at {where} ({self.failed or type(error).__name__})"


@contextmanager
def connecting(brokers: Sequence[str], failure: type[Exception]) -> Iterator[None]:
    """Make a client of kafka-python inside; when that fails, raise `failure` with one line that says why."""
    attempts = Attempts()
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addFilter(attempts)
    try:
        yield
    except (KafkaError, OSError) as error:
        raise failure(attempts.line(brokers, error)) from error
    finally:
        for logger in loggers:
            logger.removeFilter(attempts)
