"""The short runs of pauses past the session; `make soak` has the long ones."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.wire import PARTITIONS, Addressed
from tests.soak.kills import run
from tests.soak.pauses import plan
from tests.soak.report import show
from tests.soak.worker_pool import fenced

pytestmark = pytest.mark.wire


def test_a_fenced_worker_overwrites_nothing(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Paused within a round, resumed after its successor has gone on: it ends, and all results are right."""
    seed = request.config.getoption("--seed") or 42
    short = replace(plan(seed, 0, fence=True, people=90), partitions=PARTITIONS)
    outcome = run(services, short, tmp_path)
    show(outcome, request.node.name, "test")
    assert outcome.wrong() == {}
    assert fenced(outcome.resumed) == 2
