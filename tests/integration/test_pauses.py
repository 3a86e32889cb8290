"""The short runs of pauses past the session; `make soak` has the long ones."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.herd import fenced
from tests.soak.kills import run
from tests.soak.pauses import plan
from tests.soak.report import show

pytestmark = [pytest.mark.wire, pytest.mark.timeout(400)]
TRIES = 3


def test_a_fenced_worker_does_no_harm(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Paused with a round in hand, woken after another has gone on: it leaves, and all is right."""
    outcome = run(services, plan(request.config.getoption("--seed") or 42, 0, fence=True), tmp_path)
    show(outcome, request.node.name, "test")
    assert outcome.wrong() == {}
    assert fenced(outcome.woken) == 2


def folder(parent: Path, seed: int) -> Path:
    """A folder of its own for a try."""
    made = parent / str(seed)
    made.mkdir()
    return made


def test_without_the_fence_it_writes_over_its_successor(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The same with the fence off: what the woken worker writes stands after its successor's.

    On a busy machine the group may tell the woken worker in time; so it has some tries.
    """
    seed = request.config.getoption("--seed") or 42
    plans = (plan(seed + number, 0, fence=False) for number in range(TRIES))
    tries = (run(services, each, folder(tmp_path, each.seed)) for each in plans)
    outcome = next((each for each in tries if each.found["overtaken"]), None)
    assert outcome is not None
    show(outcome, request.node.name, "test")
