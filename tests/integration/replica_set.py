"""The server that the change-stream tests run against, and how they read streams."""

import contextlib
import os
import time
from collections.abc import Iterator

import pytest
from pymongo.change_stream import ChangeStream

from schemas.model import RawDocument
from tests.integration.docker_services import no_engine, start_mongo
from tests.integration.processes import HANG_SECONDS


def read_events(stream: ChangeStream[RawDocument], count: int) -> list[RawDocument]:
    """Read `count` events, or fail."""
    events: list[RawDocument] = []
    end = time.monotonic() + HANG_SECONDS
    while len(events) < count:
        assert time.monotonic() < end, f"{len(events)} of {count} events came: {events}"
        if event := stream.try_next():
            events.append(event)
    return events


def kinds(events: list[RawDocument]) -> list[str]:
    """Give the operation types."""
    return [event["operationType"] for event in events]


@contextlib.contextmanager
def mongo_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address for the fixture's parameter: the services of the run, or a real replica set.

    A real one is what `KAIROS_TEST_MONGO_URL` names, else a container; without either the tests are skipped.
    """
    if request.param == "services":
        yield request.getfixturevalue("services").mongo_url
    elif given := os.environ.get("KAIROS_TEST_MONGO_URL"):
        yield given
    elif request.config.getoption("--services") == "docker":
        pytest.skip("the services of this run are a real replica set")
    elif reason := no_engine():
        pytest.skip(f"no real replica set: KAIROS_TEST_MONGO_URL is not set, and {reason}")
    else:
        container, port = start_mongo()
        try:
            yield f"mongodb://127.0.0.1:{port}/?directConnection=true"
        finally:
            container.stop()
