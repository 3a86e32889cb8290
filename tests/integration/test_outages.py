"""The short run of outages; `make soak` has the long one."""

from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.soak.outages import check, run
from tests.soak.report import show

pytestmark = pytest.mark.wire


def test_short_outages_of_kafka_mongodb_and_redis_lose_nothing(
    stoppable: Services, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """10 s each, longer than the session: the fleet recovers, and the terminal names the lost service."""
    result = run(
        stoppable, request.config.getoption("--seed") or 42, 9.0, tmp_path, session=6.0, per_second=20
    )
    show(result.outcome, request.node.name, "test")
    check(result)
