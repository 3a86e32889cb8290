"""The short runs under faults; `make soak` has the long ones."""

from pathlib import Path

import pytest

from tests.integration.wire import PARTITIONS, Addressed
from tests.soak.faults import OUTPUTS
from tests.soak.kills import Plan, run
from tests.soak.report import show

pytestmark = pytest.mark.wire
SIGNALS = ("SIGKILL", "SIGTERM", "SIGSTOP")


def test_faults_of_route_and_people_change_no_result(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Two workers of each, one fault of every kind after outputs: all results are as without them."""
    outcome = run(
        services,
        Plan(
            seed=request.config.getoption("--seed") or 42,
            hits={"route": 3, "people": 3},
            workers={"route": 2, "people": 2, "mail": 1},
            longest=1.0,
            partitions=PARTITIONS,
            people=300,
            per_second=40,
            backlog=500,
        ),
        tmp_path,
    )
    show(outcome, request.node.name, "test")
    assert outcome.wrong() == {}
    assert outcome.at_point(OUTPUTS) == {(name, kind): 1 for name in ("route", "people") for kind in SIGNALS}
    assert int(outcome.counts["decisions"]) > 20
    assert outcome.counts["mails"] == outcome.counts["decisions"]
    assert outcome.dead == 0


def test_faults_of_capture_and_mail_change_no_result(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The load goes through MongoDB: its documents are on the topics, and each decision has one outcome."""
    outcome = run(
        services,
        Plan(
            seed=request.config.getoption("--seed") or 42,
            hits={"capture": 3, "mail": 3},
            workers={"capture": 1, "route": 1, "people": 1, "mail": 2},
            longest=1.0,
            partitions=PARTITIONS,
            people=200,
            per_second=40,
            backlog=250,
        ),
        tmp_path,
    )
    show(outcome, request.node.name, "test")
    assert outcome.wrong() == {}
    assert outcome.per_worker() == {"capture": 3, "mail": 3}
    assert int(outcome.counts["outcomes"]) > 20
    assert outcome.dead == 0
