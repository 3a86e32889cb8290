"""The short kill test; `make soak` has the long one."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.kills import Plan, run
from tests.soak.report import show

pytestmark = [pytest.mark.wire, pytest.mark.timeout(180)]


def test_nothing_is_lost_or_doubled_by_kills(services: Addressed, tmp_path: Path) -> None:
    """Two workers of each kind, three kills of each: profiles, decisions and mails are as without them."""
    outcome = run(
        services, Plan(seed=42, kills=3, longest=4.0, people=120, per_second=80, backlog=1_000), tmp_path
    )
    show(outcome)
    assert outcome.wrong() == {}
    assert outcome.kills == {"route": 3, "people": 3}
    assert outcome.counts["decisions"] > 20
    assert outcome.counts["mails"] == outcome.counts["decisions"]
    assert outcome.dead == 0
