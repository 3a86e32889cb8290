"""From a change in MongoDB to profile and decision: whole fleet, steady rates, each hop, and the cost."""

from collections.abc import Sequence
from functools import partial

from deploy.embedded import Services
from tests.bench.arrivals import Arrivals
from tests.bench.latency_figures import CpuUse, Hops, figures
from tests.bench.measure import Row
from tests.bench.running_fleet import ARRIVE_SECONDS, RunningFleet, running_fleet

RATES, QUICK_RATES = (25, 50, 100, 200, 400), (50, 200)  # changes a second
PARTITIONS = (4,)
SECONDS, QUICK_SECONDS = 8, 4  # of a rate; half as long again with readers of the topics between
WARM_USERS, WARM_RATE = 400, 200
CALM_SECONDS = 300  # at most, until everything is done
BETWEEN = ("users", "inbox")  # the topics on the way


def run(
    services: Services, quick: bool, rates: Sequence[int] = (), partitions: Sequence[int] = PARTITIONS
) -> list[Row]:
    """For each number of partitions a fleet, and in it each rate of new users: all get a decision."""
    rows: list[Row] = []
    seconds = QUICK_SECONDS if quick else SECONDS
    for number in partitions:
        with running_fleet(services, "latency", number) as running:
            running.send("warm", WARM_USERS, WARM_RATE)
            rows += [measure(running, rate, seconds) for rate in rates or (QUICK_RATES if quick else RATES)]
    return rows


def measure(running: RunningFleet, rate: int, seconds: float) -> Row:
    """One rate: times, CPU and records first, then the hops, since their readers cost the broker.

    It begins with a fleet that has nothing to do. `whole` is what is used until that is so again: of mails
    there may be more than can be written meanwhile.
    """
    running.fleet.wait_calm(CALM_SECONDS)
    ends, before = running.watch.ends(), running.fleet.usage()
    written = running.send(f"r{rate}", round(rate * seconds), rate)
    used = running.fleet.usage().since(before)
    traffic = running.watch.between(ends, running.watch.ends())
    running.fleet.wait_calm(CALM_SECONDS)
    whole = running.fleet.usage().since(before)
    reading = Arrivals(running.settings, BETWEEN, running.arrivals.note, only_new=True)
    try:
        with_hops = running.send(f"h{rate}", round(rate * seconds / 2), rate)
        followed = partial(running.arrivals.has_all, with_hops, BETWEEN)
        running.fleet.wait(followed, ARRIVE_SECONDS, "all users in the topics on the way")
    finally:
        reading.close()
    hops = Hops.of(with_hops, running.arrivals)
    label = f"latency at {rate}/s, {running.settings.kairos_partitions} partitions"
    cpu = CpuUse(used, whole)
    return figures(label, rate_of(written), written, running.arrivals, cpu, traffic, hops)


def rate_of(written: dict[str, float]) -> float:
    """How many inserts a second there were."""
    times = list(written.values())
    return (len(times) - 1) / (times[-1] - times[0])
