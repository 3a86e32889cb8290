"""From a change in MongoDB to profile and decision: whole fleet, steady rates, each hop, and the cost."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pymongo import MongoClient
from pymongo.collection import Collection

from deploy.embedded import Services
from tests.bench.arrivals import Arrivals
from tests.bench.latency_figures import Hops, figures
from tests.bench.measure import Row, settings_of
from tests.bench.metered_fleet import MeteredFleet, metered_fleet
from tests.bench.new_users import FirstArrivals, insert
from tests.bench.traffic import TopicWatch, watching
from topics.plan import Cluster, apply
from workers.runtime.process.fleet import fleet_of
from workers.runtime.process.settings import Settings

RATES, QUICK_RATES = (25, 50, 100, 200, 400), (50, 200)  # changes a second
PARTITIONS = (4,)
SECONDS, QUICK_SECONDS = 8, 4  # of a rate; half as long again with readers of the topics between
WARM_USERS = 400
START_SECONDS, ARRIVE_SECONDS = 120, 90
RESULTS, BETWEEN = ("enriched-profiles", "send-decisions"), ("users", "inbox")
Users = Collection[dict[str, Any]]


class Bench(NamedTuple):
    """A running fleet with all that looks at it."""

    fleet: MeteredFleet
    watch: TopicWatch
    users: Users
    arrivals: FirstArrivals
    settings: Settings


def run(
    services: Services, quick: bool, rates: Sequence[int] = (), partitions: Sequence[int] = PARTITIONS
) -> list[Row]:
    """For each number of partitions a fleet, and in it each rate of new users: all get a decision."""
    rows: list[Row] = []
    rates = rates or (QUICK_RATES if quick else RATES)
    for number in partitions:
        rows += run_fleet(services, number, rates, QUICK_SECONDS if quick else SECONDS)
    return rows


def run_fleet(services: Services, partitions: int, rates: Sequence[int], seconds: float) -> list[Row]:
    """Start a fleet with so many partitions, warm it up, then measure the rates in turn."""
    own = {"MONGO_DATABASE": f"bench{partitions}", "KAIROS_PARTITIONS": str(partitions)}
    settings = settings_of(services.environment() | own, f"bench-latency-{partitions}-")
    apply(Cluster(settings.brokers, settings.kairos_prefix, partitions, 1))
    users = MongoClient[dict[str, Any]](settings.mongo_url)[settings.mongo_database]["users"]
    arrivals = FirstArrivals()
    reading = Arrivals(settings, RESULTS, arrivals.note)
    try:
        with metered_fleet(services, settings, fleet_of(settings)) as fleet, watching(settings) as watch:
            bench = Bench(fleet, watch, users, arrivals, settings)
            fleet.start()
            send(bench, "first", 1, 1, START_SECONDS)
            send(bench, "warm", WARM_USERS, 200)
            return [measure(bench, rate, seconds) for rate in rates]
    finally:
        reading.close()


def send(
    bench: Bench, prefix: str, count: int, rate: float, seconds: float = ARRIVE_SECONDS
) -> dict[str, float]:
    """Insert users, and wait until all have profile and decision; when each was inserted."""
    written = insert(bench.users, [f"{prefix}-{number}" for number in range(count)], rate)
    what = f"profiles and decisions of {count} users at {rate:g}/s"
    bench.fleet.wait(lambda: bench.arrivals.has_all(written), seconds, what)
    return written


def measure(bench: Bench, rate: int, seconds: float) -> Row:
    """One rate: times, CPU and records first, then the hops, since their readers cost the broker."""
    ends, before = bench.watch.ends(), bench.fleet.usage()
    written = send(bench, f"r{rate}", round(rate * seconds), rate)
    used = bench.fleet.usage().since(before)
    traffic = bench.watch.between(ends, bench.watch.ends())
    reading = Arrivals(bench.settings, BETWEEN, bench.arrivals.note, only_new=True)
    try:
        with_hops = send(bench, f"h{rate}", round(rate * seconds / 2), rate)
    finally:
        reading.close()
    hops = Hops.of(with_hops, bench.arrivals)
    label = f"latency at {rate}/s, {bench.settings.kairos_partitions} partitions"
    return figures(label, rate_of(written), written, bench.arrivals, used, traffic, hops)


def rate_of(written: dict[str, float]) -> float:
    """How many inserts a second there were."""
    times = list(written.values())
    return (len(times) - 1) / (times[-1] - times[0])
