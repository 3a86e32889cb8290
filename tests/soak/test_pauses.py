"""The fence is needed: without it a worker that was paused overwrites records of its successor."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.faults import OUTPUTS, STEPPED
from tests.soak.kills import run
from tests.soak.pauses import plan
from tests.soak.report import show
from tests.soak.worker_pool import fenced

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


def test_with_the_fence_pauses_do_no_harm(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """More than 30 pauses past the session: every state and the compacted outputs are right."""
    outcome = run(services, plan(seed, 17, fence=True), tmp_path)
    show(outcome, request.node.name)
    assert outcome.wrong() == {}
    assert sum(outcome.at_point(STEPPED).values()) + sum(outcome.at_point(OUTPUTS).values()) >= 30
    assert fenced(outcome.resumed) >= 30


def test_without_the_fence_pauses_do_harm(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """The same with the fence off: replaced workers overwrite newer profiles with older ones."""
    outcome = run(services, plan(seed, 4, fence=False), tmp_path)
    show(outcome, request.node.name)
    assert [
        position for position in outcome.problems["overtaken"] if position.startswith("enriched-profiles/")
    ]
