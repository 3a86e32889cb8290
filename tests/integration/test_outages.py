"""The short run of outages; `make soak` has the long one."""

from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.soak.outages import check, run
from tests.soak.report import show

pytestmark = [pytest.mark.wire, pytest.mark.timeout(240)]


def test_kafka_mongodb_and_redis_go_away_and_come_back(
    stoppable: Services, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """6 s each, longer than the session: the fleet recovers, nothing is lost, the terminal says why."""
    seen = run(stoppable, request.config.getoption("--seed") or 42, 6.0, tmp_path, session=3.0)
    show(seen.outcome, request.node.name, "test")
    check(seen)
