"""Which messages of the libraries are never logged, whatever their values are."""

import logging

import pytest

from workers.runtime.process.logs import is_harmless


def test_a_message_can_be_harmless_for_its_values() -> None:
    """kafka-python says so when it is closed while it asks; another failure of the same call is logged."""
    logger = logging.getLogger("kafka.cluster")
    harmless = [
        is_harmless(
            logger.makeRecord(logger.name, logging.ERROR, "", 1, "Metadata refresh: failed %s", (why,), None)
        )
        for why in ("Cancelled", "Unauthorized")
    ]
    assert harmless == [True, False]


def test_a_message_can_have_the_name_of_a_service_before_it() -> None:
    """As Faust's services write; the thread that keeps the group says so when the machine is busy."""
    logger = logging.getLogger("faust.transport.drivers.aiokafka")
    harmless = [
        is_harmless(logger.makeRecord(logger.name, logging.ERROR, "", 1, text, (), None))
        for text in (
            "[^---AIOKafkaConsumerThread]: Thread keepalive is not responding...",
            "[^---AIOKafkaConsumerThread]: Committing raised exception: KeyError()",
        )
    ]
    assert harmless == [True, False]


@pytest.mark.parametrize(("fileno", "harmless"), [(-1, True), (-2, False)])
def test_a_message_can_be_harmless_for_its_error(fileno: int, harmless: bool) -> None:
    """kafka-python says so when a client is closed that waits for an answer; its other errors are logged."""
    logger, error = logging.getLogger("kafka.net.selector"), ValueError(f"Invalid file descriptor: {fileno}")
    text, exception = "Unhandled exception in task %s:", (ValueError, error, None)
    record = logger.makeRecord(logger.name, logging.ERROR, "", 1, text, ("<Task>",), exception)
    assert is_harmless(record) is harmless
