"""The limits of four processes for minutes, as the model's side counts."""

from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.integration.conftest import redis_alone
from tests.soak.paced_calls import CallLimits, count_calls

__all__ = ["redis_alone"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]
LIMITS = (CallLimits(100, 10**9, 60.0), CallLimits(10**6, 200_000, 60.0))


@pytest.mark.parametrize("limits", LIMITS, ids=["requests", "tokens"])
async def test_the_model_counts_no_more_than_is_set_in_any_minute(
    redis_alone: Services, limits: CallLimits, tmp_path: Path
) -> None:
    """Three minutes of as many calls as are allowed."""
    counted = await count_calls(redis_alone, limits, 180.0, tmp_path)
    print(counted)
    assert counted.requests <= limits.requests
    assert counted.tokens <= limits.tokens
    assert counted.total == counted.answered > 100
    assert counted.statuses == {"/v1/responses 200": counted.total}
