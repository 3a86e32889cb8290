"""Capture under random changes and faults, in short; `make soak` has the long run."""

from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.soak.capture_faults import CapturePlan, check, run

pytestmark = pytest.mark.wire


def test_capture_at_rest_equals_the_collections(
    embedded: Services, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """After kills, outages of Kafka and MongoDB, and a lost history, document by document."""
    plan = CapturePlan(
        request.config.getoption("--seed") or 42,
        changes=1_200,
        kills=2,
        outages=1,
        per_second=200,
        lost=200,
        lost_kills=1,
        longest=1.0,
        away=3.0,
        session=3.0,
    )
    result = run(embedded, plan, tmp_path)
    print(result.line(), flush=True)
    check(result, plan)
