"""The long run of outages: each service is away for 30 s while changes come."""

from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.soak.outages import check, run
from tests.soak.report import show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_each_service_is_away_for_half_a_minute(
    stoppable: Services, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """The fleet recovers by itself, nothing is lost, and the terminal says who waits for what."""
    seen = run(stoppable, seed, 30.0, tmp_path, session=10.0)
    show(seen.outcome, request.node.name)
    for outage in seen.outages:
        print(f"--- {outage.service} was away; works again after {outage.recovered_after:.1f} s")
        print("\n".join(outage.lines))
    check(seen)
