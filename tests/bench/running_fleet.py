"""A whole fleet that follows a database of its own, with all that looks at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from pymongo import MongoClient
from pymongo.collection import Collection

from deploy.embedded import Services
from tests.bench.arrivals import Arrivals
from tests.bench.measure import settings_of
from tests.bench.metered_fleet import MeteredFleet, metered_fleet
from tests.bench.new_users import RESULTS, FirstArrivals, insert
from tests.bench.traffic import TopicWatch, watching
from topics.plan import Cluster, apply
from workers.runtime.process.fleet import fleet_of
from workers.runtime.process.settings import Settings

START_SECONDS, ARRIVE_SECONDS = 240, 240
SESSION_SECONDS = "60"  # so that a worker which a busy machine holds up does not leave its group


class RunningFleet(NamedTuple):
    """A fleet, and when its users arrived."""

    fleet: MeteredFleet
    watch: TopicWatch
    users: Collection[dict[str, Any]]
    arrivals: FirstArrivals
    settings: Settings

    def send(self, prefix: str, count: int, rate: float, seconds: float = ARRIVE_SECONDS) -> dict[str, float]:
        """Insert users, and wait until all have profile and decision; when each was inserted."""
        written = insert(self.users, [f"{prefix}-{number}" for number in range(count)], rate)
        what = f"profiles and decisions of {count} users at {rate:g}/s"
        self.fleet.wait(lambda: self.arrivals.has_all(written), seconds, what)
        return written


@contextmanager
def running_fleet(services: Services, name: str, partitions: int) -> Iterator[RunningFleet]:
    """A fleet with so many partitions that has decided on a first user; it is stopped at the end."""
    settings = new_settings(services, name, partitions)
    users = MongoClient[dict[str, Any]](settings.mongo_url)[settings.mongo_database]["users"]
    arrivals = FirstArrivals()
    reading = Arrivals(settings, RESULTS, arrivals.note)
    try:
        with metered_fleet(services, settings, fleet_of(settings)) as fleet, watching(settings) as watch:
            running = RunningFleet(fleet, watch, users, arrivals, settings)
            fleet.start()
            running.send("first", 1, 1, START_SECONDS)
            yield running
    finally:
        reading.close()


def new_settings(services: Services, name: str, partitions: int) -> Settings:
    """Settings with a database and topics of their own, which are created."""
    own = {"MONGO_DATABASE": f"{name}{partitions}", "KAIROS_PARTITIONS": str(partitions)}
    own |= {"KAIROS_SESSION_SECONDS": SESSION_SECONDS}
    settings = settings_of(services.environment() | own, f"bench-{name}-{partitions}-")
    apply(Cluster(settings.brokers, settings.kairos_prefix, partitions, 1))
    return settings
