"""The long runs under faults: SIGKILL 60 %, SIGTERM 20 %, SIGSTOP past the session 20 %."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.faults import OUTPUTS
from tests.soak.kills import Plan, run
from tests.soak.outcome import Outcome
from tests.soak.report import show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]
SIGNALS = ("SIGKILL", "SIGTERM", "SIGSTOP")


def check(outcome: Outcome, hits: dict[str, int]) -> None:
    """There are no problems; each kind had the planned faults, each signal also after outputs."""
    assert outcome.wrong() == {}
    assert outcome.per_worker() == hits
    assert outcome.at_point(OUTPUTS).keys() >= {(name, kind) for name in hits for kind in SIGNALS}
    assert outcome.dead == 0
    assert outcome.exit_codes == [0] * len(outcome.exit_codes)


def test_50_faults_each_of_route_and_people_change_no_result(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """Two of each, the load directly on the topics: states, profiles, decisions and mails are right."""
    hits = {"route": 50, "people": 50}
    workers = {"route": 2, "people": 2, "mail": 1}
    plan = Plan(seed, hits, workers, longest=5.0, people=3000, per_second=200, backlog=10_000)
    outcome = run(services, plan, tmp_path)
    show(outcome, request.node.name)
    check(outcome, hits)


def test_25_faults_each_of_capture_and_mail_change_no_result(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """From MongoDB on, two of `mail`: the topics have its documents, and each decision has one outcome."""
    hits = {"capture": 25, "mail": 25}
    workers = {"capture": 1, "route": 1, "people": 1, "mail": 2}
    plan = Plan(seed, hits, workers, longest=5.0, people=3000, per_second=150, backlog=5_000)
    outcome = run(services, plan, tmp_path)
    show(outcome, request.node.name)
    check(outcome, hits)
