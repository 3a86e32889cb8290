"""`jobs` under faults, in a short run; `make soak` has the long one."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.faults import ALL_KINDS, OUTPUTS, STEPPED, Mix
from tests.soak.job_kills import run
from tests.soak.report import show

pytestmark = pytest.mark.wire


def test_faults_of_jobs_change_no_trend(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Killed, stopped and paused before and after its outputs: trends and states are as without it."""
    seed = request.config.getoption("--seed") or 42
    mix = Mix(ALL_KINDS, at_point=0.7, points=(OUTPUTS, STEPPED))
    outcome = run(services, tmp_path, seed, 4, mix, longest=1.5)
    show(outcome, request.node.name, "test")

    assert outcome.wrong() == {}
    assert outcome.per_worker() == {"jobs": 4}
    assert {signal for _, signal in outcome.at_point(OUTPUTS)} == {"SIGKILL", "SIGTERM", "SIGSTOP"}
    assert int(outcome.counts["trends"]) > 20
    assert int(outcome.counts["neighbours"]) > 500
    assert outcome.dead == 0
