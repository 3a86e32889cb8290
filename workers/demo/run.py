"""The demo, put together: services, topics, product, fleet; then the product lives."""

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from types import FrameType
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from deploy.embedded import Services
from topics import plan
from workers.demo import check, product
from workers.demo.fleet import DemoError, Fleet, Place, announce
from workers.demo.hints import Program
from workers.demo.live import Life
from workers.demo.product import Product
from workers.demo.screen import Screen
from workers.demo.show import Show
from workers.demo.tally import TOPICS
from workers.demo.watch import Watch
from workers.runtime import logs
from workers.runtime.clock import now_ms

PAUSE_SECONDS = 0.45  # between two changes
ONCE_CHANGES = 24  # of a demo that ends by itself
SETTLE_SECONDS = 2.0  # after the last of them


def run(screen: Screen, program: Program, outside: Mapping[str, str], once: bool, limit: int) -> None:
    """Run the demo, with `once` to its end, else until KeyboardInterrupt; `outside` is our environment.

    After `limit` seconds the product must live, with `once` the demo must be over. Raises DemoError and what
    services, topics and the clients raise.
    """
    began = time.monotonic()
    screen.say("Kairos: services of its own, a made-up product, and the fleet on real Kafka", "bold")
    with limited(limit), Services.start(report=screen.step) as services:
        place = announce(services)
        settings = place.settings()
        log = services.data / "demo.log"
        with log.open("a", encoding="utf-8") as lines:
            logs.setup("demo", "WARNING", lines)
            plan.apply(plan.Cluster(settings.brokers, partitions=settings.kairos_partitions))
            fleet = Fleet(settings, services.data, outside)
            try:
                fleet.start()
                screen.step(f"topics created, workers starting: {', '.join(fleet.ports)}")
                with MongoClient[Any](settings.mongo_url) as client:
                    live(screen, program, place, client[settings.mongo_database], fleet, once, began)
            finally:
                screen.clear()
                screen.say("stopping")
                fleet.stop()


def live(
    screen: Screen,
    program: Program,
    place: Place,
    database: Database[Any],
    fleet: Fleet,
    once: bool,
    began: float,
) -> None:
    """The product's life, from the load of its documents on."""
    made = product.make(now_ms())
    screen.step(load(database, made))
    watch = Watch(place.settings(), TOPICS)
    show = Show(screen, fleet, watch)
    show.wait_ready(len(made.users))
    screen.step(f"live after {time.monotonic() - began:.0f} s: {show.totals()}")
    show.introduce()
    spare = next(user for user, part in made.parts.items() if part == "thin")
    show.hints = program.foot(place, spare)
    if not once:
        signal.alarm(0)
        for line in program.hints(place, spare, fleet.ports):
            screen.say(line)
    life = Life(made, frozenset({spare}))
    for _ in range(ONCE_CHANGES) if once else count():
        show.change(database, life.next(now_ms()))
        show.pause(PAUSE_SECONDS)
    show.pause(SETTLE_SECONDS)
    watch.close()
    summary(screen, show, time.monotonic() - began)


def load(database: Database[Any], made: Product) -> str:
    """Put a product into a database, and say how much it was."""
    for name, documents in made.collections.items():
        database[name].insert_many(documents)
    total = sum(map(len, made.collections.values()))
    return f"product loaded: {len(made.users)} people, {total} documents"


def summary(screen: Screen, show: Show, seconds: float) -> None:
    """The table at the end; DemoError when the sample person did not come out right."""
    wrong = check.problems(show.tally)
    totals = show.totals()
    people, _, verdicts = totals.partition(": ")
    screen.table(
        "What happened",
        (
            ("people", people),
            ("decisions", verdicts),
            ("mails", str(show.tally.written)),
            ("live", show.speed()),
            ("dead letters", str(show.tally.dead)),
            ("sample person", "as expected" if not wrong else "; ".join(wrong)),
            ("seconds", f"{seconds:.0f}"),
        ),
    )
    if wrong:
        raise DemoError("; ".join(wrong))


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
