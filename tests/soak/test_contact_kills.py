"""`people` is killed 50 times while everybody is at their caps: no mail too many, and no slot is lost."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.contacts import ContactPlan, run
from tests.soak.faults import OUTPUTS, STEPPED
from tests.soak.low_caps import CHANGING, LOW
from tests.soak.outcome import Outcome
from tests.soak.report import show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]
KILLS = 50


def check(outcome: Outcome) -> None:
    """There are no problems, with many mails, of which many are the last ones that a cap allows."""
    assert outcome.wrong() == {}
    assert outcome.per_worker() == {"people": KILLS}
    assert outcome.at_point(STEPPED)
    assert outcome.at_point(OUTPUTS)
    assert outcome.dead == 0
    assert outcome.exit_codes == [0] * len(outcome.exit_codes)
    assert int(outcome.counts["mails as 2 of 2 in 7 days"]) > 50


def test_50_kills_exceed_no_cap(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """All under one policy; states, profiles and decisions are those of a replay, too."""
    outcome = run(services, ContactPlan(seed, KILLS, 150, [LOW]), tmp_path)
    show(outcome, request.node.name)
    check(outcome)


def test_50_kills_exceed_no_cap_of_the_policy_of_each_decision(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """Caps, cooldowns, hours and campaigns are others at each start."""
    outcome = run(services, ContactPlan(seed, KILLS, 150, CHANGING), tmp_path)
    show(outcome, request.node.name)
    check(outcome)
