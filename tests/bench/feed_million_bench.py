"""The feed over a million open jobs; it takes an hour and 8 GB."""

from deploy.embedded import Services
from tests.bench.feed_bench import measured
from tests.bench.measure import Row


def run(services: Services, quick: bool) -> list[Row]:
    """Measure a board of 1,000,000 jobs (20,000 if quick)."""
    return list(measured(services, *((20_000, 10) if quick else (1_000_000, 50))))
