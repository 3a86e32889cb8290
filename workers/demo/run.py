"""The demo, put together: services, topics, product, fleet; then the product lives."""

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
from workers.demo.fleet import DemoError, DemoLocation, Fleet, announce
from workers.demo.hints import Program
from workers.demo.live import Life
from workers.demo.product import DemoProduct
from workers.demo.screen import Screen
from workers.demo.show import Show
from workers.demo.tally import TOPICS
from workers.demo.watch import Watch
from workers.runtime.process import logs
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.serve.read_model import ReadModel, connect

PAUSE_SECONDS = 0.45  # between two changes
ONCE_CHANGES = 24  # of a demo that ends by itself
SETTLE_SECONDS = 2.0  # after the last of them
REDIS_SECONDS, CATCH_UP_SECONDS = 5.0, 10.0
TITLE = "Kairos: services of its own, a made-up product, and the fleet on real Kafka"


@dataclass(frozen=True)
class Demo:
    """How a demo is to run: where it is shown, how our program is called, and whether it ends by itself."""

    screen: Screen
    program: Program
    once: bool

    def run(self, outside: Mapping[str, str], limit: int) -> None:
        """Run to the end, or until KeyboardInterrupt; `outside` is the environment that we were given.

        After `limit` seconds the product must live, with `once` the demo be over. Raises DemoError and what
        services, topics and the clients raise.
        """
        began = time.monotonic()
        self.screen.say(TITLE, "bold")
        with limited(limit), Services.start(report=self.screen.step) as services:
            place = announce(services)
            with (services.data / "demo.log").open("a", encoding="utf-8") as lines:
                logs.setup("demo", "WARNING", lines)
                settings = place.settings()
                plan.apply(plan.Cluster(settings.brokers, partitions=settings.kairos_partitions))
                with running(Fleet(settings, services.data, outside), self.screen) as fleet:
                    show = self._start(place, fleet, began)
                    if self.once:
                        summary(self.screen, show, settings, time.monotonic() - began)

    def _start(self, place: DemoLocation, fleet: Fleet, began: float) -> Show:
        """Load the product, wait until the fleet has read it, and let it live."""
        settings = place.settings()
        self.screen.step(f"topics created, workers starting: {', '.join(fleet.ports)}")
        with MongoClient[Any](settings.mongo_url) as client:
            database = client[settings.mongo_database]
            made = product.make(now_ms())
            self.screen.step(load(database, made))
            show = Show(self.screen, fleet, Watch(settings, TOPICS))
            show.wait_ready(len(made.users))
            self.screen.step(f"live after {time.monotonic() - began:.0f} s: {show.totals()}")
            show.introduce()
            spare = next(user for user, part in made.parts.items() if part == "thin")
            show.hints = self.program.foot(place, spare)
            if not self.once:
                signal.alarm(0)
                self.screen.lines(self.program.hints(place, spare, fleet.ports))
            self._live(show, database, Life(made, frozenset({spare})))
        return show

    def _live(self, show: Show, database: Database[Any], life: Life) -> None:
        for _ in range(ONCE_CHANGES) if self.once else count():
            show.change(database, life.next(now_ms()))
            show.pause(PAUSE_SECONDS)
        show.pause(SETTLE_SECONDS)


@contextmanager
def running(fleet: Fleet, screen: Screen) -> Iterator[Fleet]:
    """Within, the fleet runs; a DemoError gets the workers' last error, if there is one."""
    try:
        fleet.start()
        yield fleet
    except DemoError as error:
        raise DemoError("; ".join(filter(None, [str(error), fleet.last_error()]))) from None
    finally:
        signal.alarm(0)  # no time limit may interrupt the end
        screen.clear()
        screen.step("stopping")
        fleet.stop()


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Within: a DemoError after so many seconds, wherever the program is then."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise DemoError(f"not through within {seconds} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def load(database: Database[Any], made: DemoProduct) -> str:
    """Put a product into a database, and say how much it was."""
    for name, documents in made.collections.items():
        database[name].insert_many(documents)
    total = sum(map(len, made.collections.values()))
    return f"product loaded: {len(made.users)} people, {total} documents"


def summary(screen: Screen, show: Show, settings: Settings, seconds: float) -> None:
    """The table at the end; DemoError when the sample person or the read model did not come out right."""
    wrong = check.problems(show.tally)
    with closing(connect(settings, REDIS_SECONDS)) as redis:
        apart = compared(ReadModel(redis, settings), show)
    people, _, verdicts = show.totals().partition(": ")
    rows = (
        ("people", people),
        ("decisions", verdicts),
        ("mails", show.tally.mails_text()),
        ("live", show.speed()),
        ("dead letters", str(show.tally.dead)),
        ("sample person", "; ".join(wrong) or "profile, decision and mail as they should be"),
        ("read model", "; ".join(apart) or "knows what was heard"),
        ("seconds", f"{seconds:.0f}"),
    )
    screen.table("What happened", rows)
    if wrong or apart:
        raise DemoError("; ".join(wrong + apart))


def compared(model: ReadModel, show: Show) -> list[str]:
    """Where the read model is not what was heard, after some time to catch up."""
    end = time.monotonic() + CATCH_UP_SECONDS
    while (apart := check.differences(model, show.tally)) and time.monotonic() < end:
        show.pause(PAUSE_SECONDS)
    return apart
