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
CALM_SECONDS = 12  # before: a source counts as idle when it has had no change for 10 s


def run(services: Services, quick: bool, partitions: Sequence[int] = ()) -> list[Row]:
    """For each number of partitions a fleet that has decided on one user, and has nothing to do since."""
    rows: list[Row] = []
    for number in partitions or (QUICK_PARTITIONS if quick else PARTITIONS):
        with running_fleet(services, "idle", number) as running:
            time.sleep(CALM_SECONDS)
            rows.append(measure(running, QUICK_SECONDS if quick else SECONDS))
    return rows


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
