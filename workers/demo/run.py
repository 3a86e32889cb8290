"""Runs the demo: starts services, topics and fleet, loads the product, then writes changes to it."""

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from types import FrameType
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from deploy.embedded import Services
from topics import plan
from workers.demo import check, product
from workers.demo.fleet import DemoError, DemoLocation, Fleet, write_location
from workers.demo.fleet_consumer import FleetConsumer
from workers.demo.fleet_state import TOPICS
from workers.demo.hints import Program
from workers.demo.job_site import job_site, site_visitors
from workers.demo.loop import DemoLoop
from workers.demo.product import DemoProduct
from workers.demo.screen import Screen
from workers.demo.simulator import ActivitySimulator
from workers.runtime.process import logs
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings
from workers.serve.read_model import ReadModel

PAUSE_SECONDS = 0.45  # between two writes
ONCE_WRITES = 24  # of a demo that ends by itself
LAST_PAUSE_SECONDS = 2.0  # after the last write
REDIS_SECONDS, CATCH_UP_SECONDS = 5.0, 10.0
TITLE = "Kairos: services of its own, a made-up product, and the fleet on real Kafka"


@dataclass(frozen=True)
class Demo:
    """A demo: the screen, how this program is called, and whether it ends by itself (`once`)."""

    screen: Screen
    program: Program
    once: bool

    def run(self, outside: Mapping[str, str], limit: int) -> None:
        """Run to the end or until KeyboardInterrupt; `outside` is the environment of this process.

        `limit` is the time in seconds until the first write, with `once` until the end. Raises DemoError and
        the errors of services, topics and clients.
        """
        began = time.monotonic()
        self.screen.print_line(TITLE, "bold")
        with limited(limit), Services.start(report=self.screen.print_step) as services:
            location = write_location(services)
            with (services.data / "demo.log").open("a", encoding="utf-8") as log:
                logs.setup("demo", "WARNING", log)
                settings = location.settings()
                plan.apply(plan.Cluster(settings.brokers, partitions=settings.kairos_partitions))
                with running(Fleet(settings, services.data, outside), self.screen) as fleet:
                    loop = self._start(location, fleet, began)
                    if self.once:
                        print_summary(self.screen, loop, settings, time.monotonic() - began)

    def _start(self, location: DemoLocation, fleet: Fleet, began: float) -> DemoLoop:
        """Load the product, wait until the fleet has processed it, and write changes to it."""
        settings = location.settings()
        self.screen.print_step(f"topics created, workers starting: {', '.join(fleet.ports)}")
        with MongoClient[Any](settings.mongo_url) as client:
            database = client[settings.mongo_database]
            demo_product = product.make(now_ms())
            self.screen.print_step(load(database, demo_product))
            loop = DemoLoop(self.screen, fleet, FleetConsumer(settings, TOPICS))
            loop.wait_until_ready(len(demo_product.users))
            self.screen.print_step(f"live after {time.monotonic() - began:.0f} s: {loop.totals()}")
            loop.show_sample_person()
            spared = next(user for user, persona in demo_product.personas.items() if persona == "thin")
            loop.footer_hints = self.program.footer_lines(location, spared)
            if not self.once:
                signal.alarm(0)
                self.screen.print_lines(self.program.hint_lines(location, spared, fleet.ports))
            with job_site(location, database, site_visitors(demo_product, spared)):
                self._write_changes(loop, database, ActivitySimulator(demo_product, frozenset({spared})))
        return loop

    def _write_changes(self, loop: DemoLoop, database: Database[Any], simulator: ActivitySimulator) -> None:
        for _ in range(ONCE_WRITES) if self.once else count():
            loop.write(database, simulator.next(now_ms()))
            loop.poll_for(PAUSE_SECONDS)
        loop.poll_for(LAST_PAUSE_SECONDS)


@contextmanager
def running(fleet: Fleet, screen: Screen) -> Iterator[Fleet]:
    """Run the fleet in the block; the workers' last error, if any, is added to a DemoError."""
    try:
        fleet.start()
        yield fleet
    except DemoError as error:
        raise DemoError("; ".join(filter(None, [str(error), fleet.last_error()]))) from None
    finally:
        signal.alarm(0)  # the time limit must not interrupt the shutdown
        screen.clear_footer()
        screen.print_step("stopping")
        fleet.stop()


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise a DemoError in the block after this many seconds."""

    def on_alarm(_number: int, _frame: FrameType | None) -> None:
        raise DemoError(f"not through within {seconds} s")

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def load(database: Database[Any], demo_product: DemoProduct) -> str:
    """Insert a product into a database; returns a line with the counts."""
    for name, documents in demo_product.collections.items():
        database[name].insert_many(documents)
    total = sum(map(len, demo_product.collections.values()))
    return f"product loaded: {len(demo_product.users)} people, {total} documents"


def print_summary(screen: Screen, loop: DemoLoop, settings: Settings, seconds: float) -> None:
    """Print the table at the end; DemoError when the sample person or the read model is not as expected."""
    problems = check.problems(loop.state)
    with closing(connect(settings, REDIS_SECONDS)) as redis:
        differences = await_equal(ReadModel(redis, settings), loop)
    people, _, verdicts = loop.totals().partition(": ")
    rows = (
        ("people", people),
        ("decisions", verdicts),
        ("mails", loop.state.mails_text()),
        ("live", loop.speed()),
        ("dead letters", str(loop.state.dead_letters)),
        ("sample person", "; ".join(problems) or "profile, decision and mail as they should be"),
        ("read model", "; ".join(differences) or "knows what was heard"),
        ("seconds", f"{seconds:.0f}"),
    )
    screen.print_table("What happened", rows)
    if problems or differences:
        raise DemoError("; ".join(problems + differences))


def await_equal(model: ReadModel, loop: DemoLoop) -> list[str]:
    """Wait until the read model equals the topics; returns the differences left after CATCH_UP_SECONDS."""
    end = time.monotonic() + CATCH_UP_SECONDS
    while (differences := check.differences(model, loop.state)) and time.monotonic() < end:
        loop.poll_for(PAUSE_SECONDS)
    return differences
