"""The short run of a first reading; `make soak` has the long one."""

from pathlib import Path

import pytest

from tests.integration.wire import TOPICS, Addressed
from tests.soak.two_years import FirstReading, check, run, show

pytestmark = pytest.mark.wire


def test_people_are_observed_and_then_written_to_within_the_ramp(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Messages are read last; capture is killed when it has read the first collection."""
    topics = (*(topic for topic in reversed(TOPICS) if topic != "messages"), "messages")
    plan = FirstReading(request.config.getoption("--seed") or 42, 300, topics, (20, 100))
    report = run(services, plan, tmp_path)
    show(report, plan, request.node.name)
    assert report.kills == 1
    check(report, plan)
