"""Two years of a product of 20,000 people, read for the first time; capture is killed on the way."""

from pathlib import Path
from random import Random

import pytest

from tests.integration.wire import TOPICS, Addressed
from tests.soak.two_years import FirstReading, check, run, show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def test_20_000_people_are_observed_and_then_written_to_within_the_ramp(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """The collections are read in any order; no mail before it is live, and then 500 on the first day."""
    topics = Random(seed).sample(TOPICS, len(TOPICS))
    plan = FirstReading(seed, 20_000, topics, (500, 2_000), shares=(0.15, 0.4, 0.7))
    report = run(services, plan, tmp_path)
    show(report, plan, request.node.name)
    assert report.kills == 3
    check(report, plan)
