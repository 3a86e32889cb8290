"""The services of the long runs are those of the integration tests; a seed is drawn unless it is given."""

import random

import pytest

from tests.integration.conftest import services, stoppable

__all__ = ["seed", "services", "stoppable"]


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The value of `--seed`, else a random one; it is printed at once."""
    given = request.config.getoption("--seed")
    seed = random.randrange(10_000) if given is None else int(given)
    print(f"\n{request.node.name}: seed {seed}", flush=True)
    return seed
