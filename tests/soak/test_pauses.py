"""The fence is needed: without it a worker that was paused writes over what its successor wrote."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.faults import OUTPUTS, PAUSES, STEPPED, STOP, Fault, Mix
from tests.soak.herd import fenced
from tests.soak.kills import Plan, run
from tests.soak.report import show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]
AT_POINTS = Mix(PAUSES, at_point=1.0, points=(STEPPED, OUTPUTS))
LAST = (Fault("route", STOP, OUTPUTS), Fault("people", STOP, STEPPED))


def plan(seed: int, pauses: int, *, fence: bool) -> Plan:
    """Pauses of both kinds of worker, each before or behind the outputs of a round; few people, much load."""
    workers = {"route": 2, "people": 2}
    hits = dict.fromkeys(workers, pauses)
    return Plan(
        seed,
        hits,
        workers,
        AT_POINTS,
        longest=1.5,
        people=300,
        per_second=250,
        backlog=2_000,
        fence=fence,
        last=LAST,
    )


def test_with_the_fence_pauses_do_no_harm(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """More than 30 pauses past the session: every state and the compacted outputs are right."""
    outcome = run(services, plan(seed, 17, fence=True), tmp_path)
    show(outcome, request.node.name)
    assert outcome.wrong() == {}
    assert sum(outcome.at_point(STEPPED).values()) + sum(outcome.at_point(OUTPUTS).values()) >= 30
    assert fenced(outcome.woken) >= 30


def test_without_the_fence_pauses_do_harm(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """The same with the fence off: what a replaced worker says stands after, and over, its successor's."""
    outcome = run(services, plan(seed, 4, fence=False), tmp_path)
    show(outcome, request.node.name)
    assert outcome.wrong().keys() >= {"overtaken", "profiles_differ"}
