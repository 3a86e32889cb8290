"""From a change in MongoDB to profile and decision: whole fleet, a steady rate, CPU of each worker."""

import os
import time
from typing import Any

import psutil
from pymongo import MongoClient

from deploy.embedded import Services
from schemas.decision import SendDecision
from schemas.profile import EnrichedProfile
from tests.bench.arrivals import Arrivals
from tests.bench.measure import Row, settings_of
from topics.plan import Cluster, apply
from workers.runtime.process.fleet import fleet_of
from workers.runtime.process.settings import without_settings
from workers.runtime.process.supervisor import Supervisor

RATE, WARM_SECONDS = 200, 10


class FirstArrivals:
    """When the first profile and decision of each new user arrived, by their occupation and their id."""

    def __init__(self) -> None:
        self.profiles: dict[str, float] = {}
        self.decisions: dict[str, float] = {}

    def note(self, topic: str, record: Any, at: float) -> None:
        """Note a record."""
        if record.value is None:
            return
        if topic == "enriched-profiles":
            self.profiles.setdefault(EnrichedProfile.loads(record.value).occupation or "", at)
        else:
            self.decisions.setdefault(SendDecision.loads(record.value).person, at)


def run(services: Services, quick: bool) -> list[Row]:
    """Start the fleet, warm it up, then insert new users at the rate; each gets profile and decision."""
    settings = settings_of(services.environment() | {"MONGO_DATABASE": "bench"}, "bench-latency-")
    apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions, 1))
    count = RATE * (5 if quick else 30)
    base = without_settings(os.environ) | settings.environment() | {"KAIROS_LOG_LEVEL": "WARNING"}
    fleet = Supervisor([(name, base) for name in fleet_of(settings)])
    users = MongoClient[dict[str, object]](settings.mongo_url)["bench"]["users"]
    arrivals = FirstArrivals()
    reading = Arrivals(settings, ("enriched-profiles", "send-decisions"), arrivals.note)
    fleet.start()
    try:
        users.insert_one(document("first"))
        wait_for(arrivals, {"first"}, 90)
        warm = [f"warm{number}" for number in range(WARM_SECONDS * RATE)]
        insert(users, warm)
        wait_for(arrivals, set(warm), 60)
        names = [f"u{number}" for number in range(count)]
        cpu = cpu_of(fleet)
        began = time.perf_counter()
        written = insert(users, names)
        seconds = time.perf_counter() - began
        wait_for(arrivals, set(names), 60)
        used = {name: after - cpu[name] for name, after in cpu_of(fleet).items()}
    finally:
        fleet.stop()
        reading.close()
    how = f"{count:,} new users at {count / seconds:.0f}/s, whole fleet on this machine"
    busy = ", ".join(f"{name} {value / seconds:.0%}" for name, value in used.items())
    return [
        ("MongoDB to profile", spread(written, arrivals.profiles), how),
        ("MongoDB to decision", spread(written, arrivals.decisions), how),
        ("CPU of a core", busy, "user and system, while the changes were made"),
    ]


def document(name: str) -> dict[str, object]:
    """A user with enough fields for `send`; the occupation is the change's name."""
    fields = {"interests": ["tea"], "cuisine_preference": ["Thai"], "age": 30, "occupation": name}
    return {"_id": name, "email": f"{name}@example.com"} | fields


def insert(users: object, names: list[str]) -> dict[str, float]:
    """Insert users at the rate; when each insert was acknowledged."""
    written: dict[str, float] = {}
    began = time.perf_counter()
    for number, name in enumerate(names):
        time.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        written[name] = time.perf_counter()
        users.insert_one(document(name))  # type: ignore[attr-defined]
    return written


def wait_for(arrivals: FirstArrivals, names: set[str], seconds: float) -> None:
    """Wait until all have a profile and a decision; raises RuntimeError with how many are missing."""
    deadline = time.monotonic() + seconds
    while missing := len(names - arrivals.profiles.keys()) + len(names - arrivals.decisions.keys()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{missing} profiles or decisions did not arrive")
        time.sleep(0.05)


def cpu_of(fleet: Supervisor) -> dict[str, float]:
    """CPU seconds of every worker so far."""
    seconds = {}
    for child in fleet.children:
        assert child.process is not None
        times = psutil.Process(child.process.pid).cpu_times()
        seconds[child.name] = times.user + times.system
    return seconds


def spread(written: dict[str, float], arrived: dict[str, float]) -> str:
    """Median and 99th percentile, in milliseconds."""
    waits = sorted((arrived[name] - at) * 1000 for name, at in written.items())
    return f"p50 {waits[len(waits) // 2]:.0f} ms, p99 {waits[len(waits) * 99 // 100]:.0f} ms"
