"""Why a Kafka client cannot connect: it raises a time-out, and only its log has the reasons."""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kafka.errors import KafkaError, KafkaTimeoutError, RequestTimedOutError

LOGGERS = ("kafka.net.manager", "kafka.net.connection", "kafka.net.transport")
USER = "KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"
# a text in the error of a failed attempt, and the setting to check; any other error may be temporary
REFUSALS = (
    ("Authentication failed", USER),
    ("UnsupportedSaslMechanism", "KAFKA_SASL_MECHANISM"),
    ("IllegalSaslState", "KAFKA_SECURITY_PROTOCOL, this port asks for no password"),
    ("certificate is not valid for", "KAFKA_URL, the certificate is for another host"),
    ("CERTIFICATE_VERIFY_FAILED", "KAFKA_CA_FILE"),
    ("ALERT_CERTIFICATE_REQUIRED", "KAFKA_CERTIFICATE_FILE, the broker asks for one"),
    ("ALERT", "KAFKA_CERTIFICATE_FILE, the broker refuses it"),
    ("Handshake failed: [SSL", "KAFKA_SECURITY_PROTOCOL, this port may know no TLS"),
    (
        "Invalid frame length: 35251",
        "KAFKA_SECURITY_PROTOCOL, this port wants TLS",
    ),  # the first bytes of a TLS alert
)
NO_BROKER = "no Kafka broker answers"  # how the reason begins when none was refused
NOISE = re.compile(r"\[[^\]]*\] | \(_ssl\.c:\d+\)|\b\w+Error: |Handshake failed: ")


class ConnectionAttempts(logging.Filter):
    """Drops what the client logs while it connects, and collects from it why the attempts failed."""

    def __init__(self) -> None:
        super().__init__()
        self._last_error = ""
        self._refusal: tuple[str, str] | None = None  # the reason and the setting to check
        self._ended_by_broker = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written: never."""
        values = record.args if isinstance(record.args, tuple) else ()
        for value in (*values, *(record.exc_info or ())):
            if isinstance(value, Exception):
                self._observe(value, values[0] if values else None)
        return False

    def _observe(self, error: Exception, source: object) -> None:
        """Apply an error of a failed attempt; `source` is what the log record is about."""
        text = f"{type(error).__name__}: {error}"
        setting = next((setting for pattern, setting in REFUSALS if pattern in text), None)
        if setting is not None and self._refusal is None:
            self._refusal = NOISE.sub("", str(error)), setting
        if not isinstance(error, KafkaTimeoutError | RequestTimedOutError):
            self._last_error = str(error)
            # the client loses an answer that arrives together with the end of the connection
            ended, has_password = "socket disconnected" in text, bool(getattr(source, "sasl_enabled", False))
            self._ended_by_broker = ended and (self._ended_by_broker or has_password)

    def reason(self, brokers: Sequence[str], error: Exception) -> str:
        """The reason in one line; `error` is the client's own, used when no attempt gave one."""
        addresses = ", ".join(brokers)
        refusal = self._refusal
        if refusal is None and self._ended_by_broker:
            refusal = "the broker ends the connection", USER
        if refusal is not None:
            return f"cannot agree with Kafka at {addresses}: {refusal[0]}; look at {refusal[1]}"
        return f"{NO_BROKER} at {addresses} ({self._last_error or type(error).__name__})"


@contextmanager
def connecting(brokers: Sequence[str], failure: type[Exception]) -> Iterator[None]:
    """Make a client of kafka-python inside; when that fails, raises `failure` with the reason in one line."""
    attempts = ConnectionAttempts()
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addFilter(attempts)
    try:
        yield
    except (KafkaError, OSError) as error:
        raise failure(attempts.reason(brokers, error)) from error
    finally:
        for logger in loggers:
            logger.removeFilter(attempts)
