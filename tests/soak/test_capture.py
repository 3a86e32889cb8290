"""Capture under 200,000 changes, 30 kills, 5 outages of Kafka and of MongoDB; then its history is lost."""

from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.soak.capture_faults import CapturePlan, check, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]


def test_capture_at_rest_equals_the_collections(stoppable: Services, tmp_path: Path, seed: int) -> None:
    """Document by document, in the bytes and in which version stands last."""
    plan = CapturePlan(seed, changes=200_000, kills=30, outages=5, per_second=600, lost=5_000, lost_kills=5)
    result = run(stoppable, plan, tmp_path)
    print(result.line(), flush=True)
    check(result, plan)
