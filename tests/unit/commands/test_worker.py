"""The exit code of a worker: what a restart mends is started again, what it does not mend is final."""

import pytest

from topics.plan import TopicsError
from workers.cli import exit_code
from workers.commands.worker import worker_exit_code
from workers.runtime.kafka.broker import TopicsMissing, TopicsUnfit
from workers.runtime.kafka.sync_producer import ProducerError
from workers.runtime.process import exits
from workers.runtime.process.settings import SettingsError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TopicsError("no Kafka broker answers at x:1 (refused)"), exits.INFRASTRUCTURE),
        (ProducerError("no Kafka broker answers at x:1 (refused)"), exits.INFRASTRUCTURE),
        (TopicsError("cannot agree with Kafka at x:1: look at KAFKA_CA_FILE"), exits.NOT_READY),
        (TopicsMissing("the broker has no topic users"), exits.NOT_READY),
        (TopicsUnfit("users has 2"), exits.REFUSED),
        (SettingsError("KAFKA_URL: ..."), exits.MISCONFIGURED),
        (KeyError("no Kafka broker answers"), None),
    ],
)
def test_the_exit_code_of_a_worker(error: Exception, code: int | None) -> None:
    """An error that is a bug has none, and keeps its traceback."""
    assert worker_exit_code(error, exit_code(error)) == code


def test_what_can_be_mended_on_the_broker_is_started_again() -> None:
    """Topics may be created, and a user be added, while the fleet waits; other contradictions are final."""
    assert not {exits.NOT_READY, exits.INFRASTRUCTURE, exits.FENCED} & exits.FINAL
    assert {exits.MISCONFIGURED, exits.POISONED, exits.REFUSED} == exits.FINAL
