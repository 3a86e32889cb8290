"""Serve when Kafka or Redis goes away, on services that only these tests use."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from deploy.embedded import Services
from tests.integration.processes import HANG_SECONDS
from tests.integration.serving import Served, served
from workers.runtime.kafka.broker import TopicsMissing
from workers.runtime.process.settings import Settings
from workers.serve.app import run

pytestmark = pytest.mark.wire


@pytest.fixture(scope="module")
def own(embedded: Services) -> Iterator[Services]:
    """A Kafka and a Redis to be stopped."""
    with Services.start(only=("kafka", "redis")) as services:
        yield services


def test_serve_goes_on_when_redis_comes_back(own: Services) -> None:
    """Values written while Redis was down are there afterwards, and so are those from before."""
    with served(own) as fleet, fleet.serving():
        fleet.profile("u1")
        fleet.await_change(lambda: fleet.model.profile("u1") is not None, "the first profile")
        own.stop_one("redis", gently=False)
        fleet.profile("u2")
        own.start_one("redis")
        fleet.await_change(lambda: fleet.model.profile("u2") is not None, "the second profile")
        fleet.await_change(lambda: fleet.model.profile("u1") is not None, "the first profile again")


def test_missing_topics_are_an_error_with_the_command_to_run(own: Services) -> None:
    """Serve does not wait for topics that do not exist."""
    settings = Settings(kafka_url=own.kafka_url, redis_url=own.redis_url, kairos_prefix="none-")
    with pytest.raises(TopicsMissing, match=r"no topic none-answers, none-controls, .*`kairos topics apply`"):
        run(settings, threading.Event())


def test_a_lost_broker_ends_the_worker_with_code_4(own: Services) -> None:
    """The broker does not come back: one error that names Kafka, and the worker ends."""
    with served(own) as fleet:
        ends_without_kafka(own, fleet)
        own.start_one("kafka")


def ends_without_kafka(own: Services, fleet: Served) -> None:
    """Serve until the broker is killed; the worker must end by itself."""
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool, capture_logs() as lines:
        ending = pool.submit(run, fleet.settings, stop, 0.0)
        try:
            fleet.profile("u1")
            fleet.await_change(lambda: fleet.model.profile("u1") is not None, "the profile")
            own.stop_one("kafka", gently=False)
            error = ending.exception(timeout=HANG_SECONDS)
        finally:
            stop.set()
    assert isinstance(error, SystemExit)
    assert error.code == 4
    errors = [line for line in lines if line["log_level"] == "error"]
    assert [(line["event"], line["lost"]) for line in errors] == [("serve cannot go on", "Kafka")]
