"""The long kill test: ten and more kills of `route` and of `people` under load, two workers of each."""

import random
from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.kills import Plan, run
from tests.soak.report import show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
KILLS = 12


def test_nothing_is_lost_or_doubled_however_often_workers_are_killed(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Profiles and decisions are the replay's to the byte, and each decision has one mail."""
    given = request.config.getoption("--seed")
    seed = random.randrange(10_000) if given is None else given
    outcome = run(
        services, Plan(seed, KILLS, longest=7.0, people=1000, per_second=250, backlog=10_000), tmp_path
    )
    show(outcome)
    assert outcome.wrong() == {}
    assert min(outcome.kills.values()) >= 10
    assert outcome.dead == 0
    assert outcome.exit_codes == [0] * len(outcome.exit_codes)
