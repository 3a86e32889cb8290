"""The long run of outages: each service is away for 30 s while changes come."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.soak.outages import check, run
from tests.soak.report import show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def own(request: pytest.FixtureRequest) -> Iterator[Services]:
    """Services to be stopped, which can only be the embedded ones."""
    if request.config.getoption("--services") != "embedded":
        pytest.skip("only the embedded services can be stopped and started by a test")
    with Services.start() as services:
        yield services


def test_each_service_is_away_for_half_a_minute(
    own: Services, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """The fleet recovers by itself, nothing is lost, and the terminal says who waits for what."""
    seen = run(own, seed, 30.0, tmp_path, session=10.0)
    show(seen.outcome, request.node.name)
    for outage in seen.outages:
        print(f"--- {outage.service} was away; works again after {outage.recovered_after:.1f} s")
        print("\n".join(outage.lines))
    check(seen)
