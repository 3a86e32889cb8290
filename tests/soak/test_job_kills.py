"""The long run of `jobs` under faults."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.faults import ALL_KINDS, OUTPUTS, STEPPED, Mix
from tests.soak.job_kills import run
from tests.soak.report import show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]


def test_50_faults_of_jobs_change_no_trend(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """Two of them: trends, neighbours and states are those of a replay and of the nested loops."""
    mix = Mix(ALL_KINDS, at_point=0.5, points=(OUTPUTS, STEPPED))
    outcome = run(services, tmp_path, seed, 50, mix, longest=5.0, jobs=100)
    show(outcome, request.node.name)

    assert outcome.wrong() == {}
    assert outcome.per_worker() == {"jobs": 50}
    assert outcome.dead == 0
    assert outcome.exit_codes == [0, 0]
