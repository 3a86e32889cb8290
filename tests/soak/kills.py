"""A long run: workers get signals under load, and afterwards all results are as without them."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from tests.integration.processes import HANG_SECONDS
from tests.integration.wire import RUN_PARTITIONS, TOPICS, Addressed, Wire
from tests.soak.compare import compare, compare_capture
from tests.soak.faults import ALL_KINDS, Fault, Mix, draw
from tests.soak.load import InMongo, Load, OnTopics
from tests.soak.outcome import Outcome
from tests.soak.product import Product
from tests.soak.worker_pool import WorkerPool

SESSION_SECONDS = 5  # on a busy machine workers stand still for seconds
START_SECONDS = 5.0
HOPS = 5  # document, inbox, decision, outcome, inbox
SETTLE_SECONDS = 2 * HANG_SECONDS  # also on a busy machine
READS = {
    "route": (*TOPICS, "engagements", "addresses", "send-requests"),
    "people": ("inbox",),
    "jobs": ("jobs", "job-signals"),
    "mail": ("send-decisions",),
}


@dataclass(frozen=True)
class Plan:
    """A run: `hits` (faults) of each kind of worker, 0.3 to `longest` seconds apart.

    `workers` is how many of each kind there are; with `capture` among them the load goes through MongoDB,
    else directly onto the document topics. `backlog` changes are written before the workers start, so that
    the first faults meet large rounds. `fence`: whether the runner's fence is on. `last`: pauses at the end;
    the load is over when those workers are resumed, so that no later record hides what they write.
    """

    seed: int
    hits: Mapping[str, int]
    workers: Mapping[str, int]
    mix: Mix = field(default_factory=lambda: Mix(ALL_KINDS))
    longest: float = 5.0
    people: int = 300
    per_second: int = 150
    backlog: int = 0
    fence: bool = True
    last: tuple[Fault, ...] = ()
    partitions: int = RUN_PARTITIONS

    def names(self) -> list[str]:
        """The names of the workers, as many of each as there are."""
        return [name for name, count in self.workers.items() for _ in range(count)]


def run(services: Addressed, plan: Plan, folder: Path) -> Outcome:
    """Run the fleet under load and faults, wait until everything is read, compare."""
    with ExitStack() as stack:
        database = f"soak_{uuid.uuid4().hex[:8]}"
        wire = Wire.create(
            services,
            kairos_partitions=plan.partitions,
            kairos_session_seconds=SESSION_SECONDS,
            mongo_database=database,
        )
        stack.callback(wire.close)
        db = stack.enter_context(MongoClient[dict[str, Any]](wire.settings.mongo_url))[database]
        return observe(wire, db, plan, folder)


def observe(wire: Wire, db: Database[dict[str, Any]], plan: Plan, folder: Path) -> Outcome:
    """As `run`, with the topics and the database of the run."""
    outcome, random = Outcome(plan.seed), Random(plan.seed)
    captured = "capture" in plan.workers
    product = Product(plan.seed, plan.people)
    load = Load(InMongo(db) if captured else OnTopics(wire), product, plan.per_second)
    load.write(plan.backlog)
    pool = WorkerPool(plan.names(), wire.settings, folder, fence=plan.fence)
    try:
        with load:
            pool.watch(START_SECONDS)
            pool.inject(draw(plan.hits, plan.mix, random), random, plan.longest)
            pool.pause(plan.last, random)
        if captured:
            outcome.problems["capture_differs"] = wait_for_capture(wire, pool, db, load.last)
            outcome.exit_codes += pool.stop_kind("capture")
        pool.watch_until(pool.is_settled)
        settle(wire, pool, load.last, plan)
        outcome.exit_codes += pool.stop()
        compare(wire, outcome, max(load.last, wire.inbox_time()), mail="mail" in plan.workers)
    finally:
        pool.kill_all()
        outcome.hits, outcome.stops, outcome.deaths = pool.hits, pool.stops, pool.deaths
        outcome.resumed, outcome.logs = pool.resumed, dict(pool.logs())
        outcome.recoveries = sorted(recoveries(outcome.logs))
        outcome.counts["changes"] = load.changes
    return outcome


def wait_for_capture(wire: Wire, pool: WorkerPool, db: Database[dict[str, Any]], last: int) -> list[str]:
    """Wait until capture has read the database and the inbox has its watermark; the documents that differ."""
    pool.watch_until(lambda: wire.inbox_time() >= last and not compare_capture(wire, db))
    return compare_capture(wire, db)


def settle(wire: Wire, pool: WorkerPool, last: int, plan: Plan, hops: int = HOPS) -> None:
    """Wait until the last watermark has reached every inbox partition and everything written has been read.

    What is read makes new records, up to `hops` times one after the other. Watermarks go on all the time, so
    a worker on a busy machine always has some before it: what counts is what there was when a round began.
    """
    groups = {name: topics for name, topics in READS.items() if name in plan.workers}
    assert pool.watch_until(lambda: wire.inbox_time() >= last, SETTLE_SECONDS), wire.inbox_time()
    for _ in range(hops):
        ends = wire.ends(groups)
        assert pool.watch_until(partial(has_read, wire, groups, ends), SETTLE_SECONDS), wire.lag(groups)


def has_read(wire: Wire, groups: Mapping[str, tuple[str, ...]], ends: Mapping[Any, int]) -> bool:
    """Whether the groups have committed everything before these ends of partitions."""
    return wire.lag(groups, ends) == 0


def recoveries(logs: Mapping[str, str]) -> Iterator[float]:
    """Seconds from the start of each worker's process to its first event `recovered`."""
    for text in logs.values():
        began: datetime | None = None
        for line in text.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if event.get("event") == "starting":
                began = datetime.fromisoformat(event["timestamp"])
            elif event.get("event") == "recovered" and began is not None:
                yield (datetime.fromisoformat(event["timestamp"]) - began).total_seconds()
                began = None
