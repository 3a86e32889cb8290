"""A fleet without any change: what it costs to wait, by the number of partitions."""

import time
from collections.abc import Sequence

from deploy.embedded import Services
from tests.bench.latency_figures import (
    CPU,
    TRAFFIC,
    cpu_values,
    request_values,
    requests_text,
    traffic_values,
    workers_text,
)
from tests.bench.measure import Figures, Row
from tests.bench.running_fleet import RunningFleet, running_fleet

PARTITIONS, QUICK_PARTITIONS = (4, 16, 48), (4,)
SECONDS, QUICK_SECONDS = 15, 5
WINDOW_SECONDS, EVEN_SHARE, EVEN_SECONDS = 3, 0.8, 120
CALM_SECONDS = 12  # before: a source counts as idle when it has had no change for 10 s


def run(services: Services, quick: bool, partitions: Sequence[int] = ()) -> list[Row]:
    """For each number of partitions a fleet that has decided on one user, and has nothing to do since."""
    rows: list[Row] = []
    for number in partitions or (QUICK_PARTITIONS if quick else PARTITIONS):
        with running_fleet(services, "idle", number) as running:
            time.sleep(CALM_SECONDS)
            wait_until_even(running)
            rows.append(measure(running, QUICK_SECONDS if quick else SECONDS))
    return rows


def wait_until_even(running: RunningFleet) -> None:
    """Wait until a window of time has about as many records as the one before: all is caught up."""
    counts = [total(running)]

    def is_even() -> bool:
        time.sleep(WINDOW_SECONDS)
        counts.append(total(running))
        return len(counts) > 2 and are_even(counts[-2] - counts[-3], counts[-1] - counts[-2])

    running.fleet.wait(is_even, EVEN_SECONDS, "an even number of control records")


def total(running: RunningFleet) -> int:
    """How many records there are in all topics."""
    return sum(running.watch.ends().values())


def are_even(first: int, second: int) -> bool:
    """Whether the smaller of two numbers is at least EVEN_SHARE of the larger."""
    return min(first, second) >= EVEN_SHARE * max(first, second)


def measure(running: RunningFleet, seconds: float) -> Row:
    """What the fleet does in that time."""
    ends, before = running.watch.ends(), running.fleet.usage()
    time.sleep(seconds)
    used = running.fleet.usage().since(before)
    traffic = running.watch.between(ends, running.watch.ends())
    values = cpu_values(used) | traffic_values(traffic, used.at) | request_values(used)
    figure = CPU.format_map(values) + ", {control/s:,.0f} control records a second".format_map(values)
    how = f"{workers_text(used)}; {TRAFFIC.format_map(values)}; {requests_text(used)}"
    return Figures(f"idle, {running.settings.kairos_partitions} partitions", figure, how, values)
