"""The short run of kills while everybody is at their caps; `make soak` has the long ones."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.contacts import DAY_MS, ContactPlan, run
from tests.soak.low_caps import CHANGING
from tests.soak.report import show

pytestmark = pytest.mark.wire


def test_kills_and_other_policies_exceed_no_cap(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Each start of `people` is under another policy; the limits are those of each decision's own."""
    seed = request.config.getoption("--seed") or 42
    days = {"days": 9, "jump_ms": 2 * DAY_MS}
    plan = ContactPlan(seed, 2, 30, CHANGING, workers=1, **days)
    outcome = run(services, plan, tmp_path)
    show(outcome, request.node.name, "test")
    assert outcome.wrong() == {}
    assert outcome.per_worker() == {"people": 2}
    assert int(outcome.counts["mails"]) > 30
