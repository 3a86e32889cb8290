"""Runs the demo: starts services, topics and fleet, loads the product, then writes changes to it."""

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from types import FrameType
from typing import Any

from pymongo import MongoClient

from deploy.embedded import Services
from deploy.embedded.airtable_node import NODE
from deploy.embedded.services import ALWAYS
from topics import plan
from workers.demo import check, product
from workers.demo.fleet import DemoError, DemoLocation, Fleet, write_location
from workers.demo.fleet_consumer import FleetConsumer
from workers.demo.fleet_state import TOPICS
from workers.demo.hints import Program
from workers.demo.job_site import job_site, site_visitors
from workers.demo.loop import DemoLoop
from workers.demo.mail_reading import MailReading
from workers.demo.mail_sink import ReceivedMails, mail_sink
from workers.demo.readers import MailReaders
from workers.demo.screen import Screen
from workers.demo.simulator import ActivitySimulator
from workers.demo.stores import ProductStores
from workers.product.mail_links import PATH
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
    """A demo: the screen, how this program is called, whether it ends by itself (`once`), and what writes.

    With `gpt` mails are written by a model, that of the stand-in for OpenAI.
    """

    screen: Screen
    program: Program
    once: bool
    gpt: bool = False

    def run(self, outside: Mapping[str, str], limit: int) -> None:
        """Run to the end or until KeyboardInterrupt; `outside` is the environment of this process.

        `limit` is the time in seconds until the first write, with `once` until the end. Raises DemoError and
        the errors of services, topics and clients.
        """
        began = time.monotonic()
        self.screen.print_line(TITLE, "bold")
        names = (*ALWAYS, "airtable", *(("openai",) if self.gpt else ()))
        with limited(limit), Services.start(only=names, report=self.screen.print_step) as services:
            location = write_location(services)
            with (services.data / "demo.log").open("a", encoding="utf-8") as log:
                logs.setup("demo", "WARNING", log)
                settings = location.settings()
                plan.apply(plan.Cluster(settings.brokers, partitions=settings.kairos_partitions))
                fleet_of_demo, mailbox = Fleet(settings, services.data, outside), ReceivedMails()
                with (
                    mail_sink(mailbox, location.smtp_port),
                    running(fleet_of_demo, self.screen) as fleet,
                    opened(location) as stores,
                ):
                    loop = self._start(location, fleet, stores, mailbox, began)
                    if self.once:
                        print_summary(self.screen, loop, settings, stores, mailbox, time.monotonic() - began)

    def _start(
        self,
        location: DemoLocation,
        fleet: Fleet,
        stores: ProductStores,
        mailbox: ReceivedMails,
        began: float,
    ) -> DemoLoop:
        """Load the product, wait until the fleet has processed it, and write changes to it."""
        self.screen.print_step(f"topics created, workers starting: {', '.join(fleet.ports)}")
        demo_product = product.make(now_ms())
        self.screen.print_step(stores.load(demo_product))
        readers = MailReaders(f"{location.feed_url}{PATH}", f"{location.feed_url}/engagements")
        reading = MailReading(mailbox, readers, now_ms)
        loop = DemoLoop(self.screen, fleet, FleetConsumer(location.settings(), TOPICS), reading)
        loop.wait_until_ready(len(demo_product.users))
        self.screen.print_step(f"live after {time.monotonic() - began:.0f} s: {loop.totals()}")
        loop.show_sample_person()
        spared = next(user for user, persona in demo_product.personas.items() if persona == "thin")
        loop.footer_hints = self.program.footer_lines(location, spared)
        if not self.once:
            signal.alarm(0)
            self.screen.print_lines(self.program.hint_lines(location, spared, fleet.ports))
        with job_site(location, stores.database, site_visitors(demo_product, spared), mailbox):
            self._write_changes(loop, stores, ActivitySimulator(demo_product, frozenset({spared})))
        return loop

    def _write_changes(self, loop: DemoLoop, stores: ProductStores, simulator: ActivitySimulator) -> None:
        for _ in range(ONCE_WRITES) if self.once else count():
            loop.write(stores, simulator.next(now_ms()))
            loop.poll_for(PAUSE_SECONDS)
        loop.wait_for_the_whole_way()
        loop.poll_for(LAST_PAUSE_SECONDS)


@contextmanager
def opened(location: DemoLocation) -> Iterator[ProductStores]:
    """Where the product of a demo keeps its documents, while the block runs."""
    settings = location.settings()
    with MongoClient[Any](settings.mongo_url) as client:
        database = client[settings.mongo_database]
        yield ProductStores(database, partial(NODE.control, location.airtable_port))


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


def print_summary(
    screen: Screen,
    loop: DemoLoop,
    settings: Settings,
    stores: ProductStores,
    mailbox: ReceivedMails,
    seconds: float,
) -> None:
    """Print the table at the end; DemoError when something is not as expected."""
    problems = check.problems(loop.state, gpt=settings.openai_api_key is not None)
    with closing(connect(settings, REDIS_SECONDS)) as redis:
        differences = await_equal(ReadModel(redis, settings), mailbox, loop)
    people, _, verdicts = loop.totals().partition(": ")
    way = loop.state.ways.whole()
    rows = (
        ("people", people),
        ("decisions", verdicts),
        ("mails", loop.state.mails_text()),
        ("outcomes", loop.state.outcomes_text()),
        ("messages", stores.messages_text()),
        ("live", loop.speed()),
        ("whole way", "" if way is None else f"{way.person}: {way.text()}"),
        ("dead letters", str(loop.state.dead_letters)),
        ("sample person", "; ".join(problems) or "profile, decision and mail as they should be"),
        ("read model", "; ".join(differences) or "knows what was heard; so do the mailbox and the scores"),
        ("seconds", f"{seconds:.0f}"),
    )
    screen.print_table("What happened", rows)
    if problems or differences:
        raise DemoError("; ".join(problems + differences))


def await_equal(model: ReadModel, mailbox: ReceivedMails, loop: DemoLoop) -> list[str]:
    """Wait until all else equals the topics; returns the differences left after CATCH_UP_SECONDS."""
    end = time.monotonic() + CATCH_UP_SECONDS
    while (differences := check.differences(model, mailbox, loop.state)) and time.monotonic() < end:
        loop.poll_for(PAUSE_SECONDS)
    return differences
