"""The short runs of pauses past the session; `make soak` has the long ones."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.kills import run
from tests.soak.pauses import plan
from tests.soak.report import show
from tests.soak.worker_pool import fenced

pytestmark = [pytest.mark.wire, pytest.mark.timeout(400)]
TRIES = 3


def test_a_fenced_worker_overwrites_nothing(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Paused within a round, resumed after its successor has gone on: it ends, and all results are right."""
    outcome = run(services, plan(request.config.getoption("--seed") or 42, 0, fence=True), tmp_path)
    show(outcome, request.node.name, "test")
    assert outcome.wrong() == {}
    assert fenced(outcome.resumed) == 2


def folder(parent: Path, seed: int) -> Path:
    """A folder for one try."""
    path = parent / str(seed)
    path.mkdir()
    return path


def test_without_the_fence_a_paused_worker_overwrites_its_successor(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The same with the fence off: records of the resumed worker come after those of its successor.

    On a busy machine the resumed worker may learn of its removal in time; so there are several tries.
    """
    seed = request.config.getoption("--seed") or 42
    plans = (plan(seed + number, 0, fence=False) for number in range(TRIES))
    tries = (run(services, tried, folder(tmp_path, tried.seed)) for tried in plans)
    outcome = next((tried for tried in tries if tried.problems["overtaken"]), None)
    assert outcome is not None
    show(outcome, request.node.name, "test")
