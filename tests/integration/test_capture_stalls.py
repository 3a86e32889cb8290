"""A server that stands still is noticed by the driver's heartbeats, long before an answer is given up."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pymongo.errors import ConnectionFailure, PyMongoError

from deploy.embedded import Services
from workers.capture.app import ANSWER_MS
from workers.product import mongo
from workers.runtime.process.settings import Settings

pytestmark = pytest.mark.wire
NOTICED_SECONDS = 90.0


@pytest.fixture
def stalled(embedded: Services) -> Iterator[Callable[[], None]]:
    """A function that lets the server stand still; it goes on afterwards."""
    pid = embedded.pid("mongo")
    yield lambda: os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGCONT)


def test_a_server_that_stands_still_is_noticed(embedded: Services, stalled: Callable[[], None]) -> None:
    """A change stream that waits for an answer ends with an error that is waited for."""
    settings = Settings(mongo_url=embedded.mongo_url, mongo_database="stalls")
    with mongo.connect(settings, "test", ANSWER_MS) as client:
        errors: list[PyMongoError] = []
        stream = client["stalls"].watch(max_await_time_ms=1_000)
        timer = threading.Timer(2.0, stalled)
        timer.start()
        began = time.monotonic()
        while not errors and time.monotonic() - began < NOTICED_SECONDS:
            try:
                stream.try_next()
            except PyMongoError as error:
                errors.append(error)
        timer.join()

        assert [isinstance(error, ConnectionFailure) for error in errors] == [True]
        assert time.monotonic() - began < NOTICED_SECONDS
