"""The long run of outages: each service is stopped for 30 s under load."""

from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.soak.outages import check, run
from tests.soak.report import show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_outages_of_30_seconds_lose_nothing(
    stoppable: Services, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """The fleet recovers by itself, nothing is lost, and the terminal shows which worker waits for what."""
    result = run(stoppable, seed, 30.0, tmp_path, session=10.0)
    show(result.outcome, request.node.name)
    for outage in result.outages:
        print(f"--- {outage.service} was away; works again after {outage.recovered_after:.1f} s")
        print("\n".join(outage.lines))
    check(result)
