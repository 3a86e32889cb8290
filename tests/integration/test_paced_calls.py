"""The limits of four processes, as the model's side counts: by requests, and by tokens."""

from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.soak.paced_calls import CallLimits, count_calls

pytestmark = pytest.mark.wire
WINDOW, SECONDS = 60.0, 5.0  # on a busy machine calls may arrive seconds after they were let through
LIMITS = (CallLimits(20, 10**9, WINDOW), CallLimits(10**6, 100_000, WINDOW))


@pytest.mark.parametrize("limits", LIMITS, ids=["requests", "tokens"])
async def test_the_model_counts_no_more_than_is_set(
    redis_alone: Services, limits: CallLimits, tmp_path: Path
) -> None:
    """By all four together, within the first window; `make soak` has several windows of a minute."""
    counted = await count_calls(redis_alone, limits, SECONDS, tmp_path)
    assert counted.requests <= limits.requests
    assert counted.tokens <= limits.tokens
    assert counted.total == counted.answered > 10
    assert counted.statuses == {"/v1/responses 200": counted.total}
