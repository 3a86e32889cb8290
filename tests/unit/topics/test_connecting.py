"""The line of the error when a Kafka client cannot connect; on a real broker: test_secure_wire.py."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from kafka.errors import KafkaConnectionError, KafkaTimeoutError, SaslAuthenticationFailedError

from topics.connecting import connecting

CONNECTION = SimpleNamespace(sasl_enabled=True)
ENDED = KafkaConnectionError("socket disconnected")
REFUSED = KafkaConnectionError("111 ECONNREFUSED")
PASSWORD = SaslAuthenticationFailedError("Authentication failed: Invalid username or password")


def error_line(*attempts: tuple[Any, ...]) -> str:
    """The line after these attempts, given by their arguments in the client's log."""
    with pytest.raises(RuntimeError) as caught:
        fail_after(attempts)
    return str(caught.value)


def fail_after(attempts: tuple[tuple[Any, ...], ...]) -> None:
    """Log and raise as the client does when it cannot connect."""
    with connecting(["h:1", "i:2"], RuntimeError):
        for attempt in attempts:
            logging.getLogger("kafka.net.connection").error("%s: lost: %s", *attempt)
        raise KafkaTimeoutError("Unable to bootstrap")


@pytest.mark.parametrize(
    ("attempts", "line"),
    [
        ([], "no Kafka broker answers at h:1, i:2 (KafkaTimeoutError)"),
        (
            [("a", REFUSED), ("a", KafkaTimeoutError("Unable to bootstrap"))],
            "no Kafka broker answers at h:1, i:2 (KafkaConnectionError: 111 ECONNREFUSED)",
        ),
        (
            [(CONNECTION, PASSWORD), (CONNECTION, ENDED)],
            "cannot agree with Kafka at h:1, i:2: Authentication failed: Invalid username or password; "
            "look at KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD",
        ),
        (
            [(CONNECTION, ENDED), ("a", ENDED)],
            "cannot agree with Kafka at h:1, i:2: the broker ends the connection; "
            "look at KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD",
        ),
        (
            [(CONNECTION, ENDED), ("a", REFUSED)],
            "no Kafka broker answers at h:1, i:2 (KafkaConnectionError: 111 ECONNREFUSED)",
        ),
        (
            [(SimpleNamespace(sasl_enabled=False), ENDED)],
            "no Kafka broker answers at h:1, i:2 (KafkaConnectionError: socket disconnected)",
        ),
    ],
)
def test_the_most_specific_reason_is_named(attempts: list[tuple[Any, ...]], line: str) -> None:
    """A refusal comes before a lost connection, a lost connection before a time-out."""
    assert error_line(*attempts) == line


def test_failed_attempts_are_not_logged_while_a_client_is_made(caplog: pytest.LogCaptureFixture) -> None:
    """Later losses of a connection are logged."""
    error_line(("a", ENDED))
    assert caplog.records == []

    logging.getLogger("kafka.net.connection").error("%s: lost: %s", "a", ENDED)
    assert len(caplog.records) == 1
