"""`mail` is killed 50 times while a model writes for it."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.generations import GenerationPlan, run
from tests.soak.report import show

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]
KILLS = 50


def test_50_kills_in_the_middle_of_generations_lose_nothing(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """Each decision has one mail and one outcome, though calls were cut off and one of 20 failed."""
    outcome = run(services, GenerationPlan(seed, KILLS), tmp_path)
    show(outcome, request.node.name)
    assert outcome.wrong() == {}
    assert outcome.per_worker() == {"mail": KILLS}
    assert int(outcome.counts["calls cut off"]) >= KILLS
    assert outcome.dead == 0
    assert outcome.exit_codes == [0, 0]
