"""What a rate of changes has shown, as numbers and as text."""

from collections import Counter

import pytest

from tests.bench.latency_figures import CpuUse, Hops, figures, percentile
from tests.bench.metered_fleet import Usage
from tests.bench.new_users import FirstArrivals
from tests.bench.traffic import Traffic


def test_percentiles_of_few_and_many_values() -> None:
    assert percentile([7.0], 99) == 7.0
    assert percentile([*map(float, range(1000))], 99) == 990.0


def test_usage_since_a_time() -> None:
    before = Usage(10.0, {"route": 1.0, "broker": 5.0}, {"fetch": 3})
    after = Usage(12.0, {"route": 1.5, "broker": 6.0}, {"fetch": 8, "produce": 2})
    assert after.since(before) == Usage(2.0, {"route": 0.5, "broker": 1.0}, {"fetch": 5, "produce": 2})


def test_a_row_has_times_cpu_records_and_hops() -> None:
    arrivals, places = FirstArrivals(), ("users", "inbox", "enriched-profiles", "send-decisions")
    for topic, at in zip(places, (1.01, 1.03, 1.06, 1.1), strict=True):
        arrivals.topics[topic]["u1"] = at
    written = {"u1": 1.0}
    used = Usage(2.0, {"route": 0.5, "people": 0.3, "broker": 1.0, "database": 0.2, "redis": 0}, {"fetch": 8})
    whole = Usage(4.0, {name: seconds + 0.25 for name, seconds in used.cpu.items()}, {})
    traffic, hops = Traffic(Counter(inbox=40), Counter(inbox=4), 0, 6), Hops.of(written, arrivals)
    row = figures("at 25/s", 25, written, arrivals, CpuUse(used, whole), traffic, hops)
    assert row.values == pytest.approx(
        {
            "profile p50 ms": 60,
            "profile p99 ms": 60,
            "decision p50 ms": 100,
            "decision p99 ms": 100,
            "CPU workers %": 40,
            "CPU workers and broker %": 90,
            "CPU route %": 25,
            "CPU people %": 15,
            "CPU broker %": 50,
            "CPU database %": 10,
            "CPU redis %": 0,
            "CPU ms/change": 3250,
            "CPU workers and broker ms/change": 2550,
            "seconds until all is done": 4,
            "control/s": 2,
            "own/s": 20,
            "control per own": 0.1,
            "markers/s": 0,
            "internal/s": 3,
            "requests/s": 4,
            "fetch requests/s": 4,
            "hop capture p50 ms": 10,
            "hop route p50 ms": 20,
            "hop profile p50 ms": 30,
            "hop decision p50 ms": 40,
        }
    )
    assert row.figure.startswith("profile 60 / 60 ms, decision 100 / 100 ms, CPU of a core: workers 40 %")
    assert "hops: capture 10, route 20, profile 30, decision 40 ms" in row.how
