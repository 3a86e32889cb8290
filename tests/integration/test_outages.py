"""The short run of outages; `make soak` has the long one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.soak.outages import check, run
from tests.soak.report import show

pytestmark = [pytest.mark.wire, pytest.mark.timeout(240)]


@pytest.fixture
def own(request: pytest.FixtureRequest) -> Iterator[Services]:
    """Services to be stopped, which can only be the embedded ones."""
    if request.config.getoption("--services") != "embedded":
        pytest.skip("only the embedded services can be stopped and started by a test")
    with Services.start() as services:
        yield services


def test_kafka_mongodb_and_redis_go_away_and_come_back(
    own: Services, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """6 s each, longer than the session: the fleet recovers, nothing is lost, the terminal says why."""
    seen = run(own, request.config.getoption("--seed") or 42, 6.0, tmp_path, session=3.0)
    show(seen.outcome, request.node.name, "test")
    check(seen)
