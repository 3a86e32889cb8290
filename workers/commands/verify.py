"""`kairos verify`: are the live profiles what the documents say? Some people, at random."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import click
from redis import Redis
from rich.console import Console
from rich.table import Table

from workers.commands.profile import REDIS_SECONDS
from workers.commands.rebuild_history import CHANGELOG, contact
from workers.commands.rebuild_states import ChangelogReader
from workers.commands.verify_compare import differing
from workers.commands.verify_documents import ProductQuery, product
from workers.people.policy import Policy, load_policy
from workers.people.state import Contact
from workers.runtime.kafka.reader import Reader, reading
from workers.runtime.process import metrics, settings
from workers.runtime.process.settings import Settings
from workers.serve.changes import PEOPLE
from workers.serve.read_model import ReadModel, connect

TOGETHER = 100  # people whose documents are looked up at once
AGAIN_SECONDS = 0.5  # between two looks at who differs
Fields = tuple[str, ...]


class SampleComparison(NamedTuple):
    """What came of one sample: the fields that differ, by person; those of whom nothing can be said."""

    compared: int
    different: dict[str, Fields]
    unclear: int = 0

    @property
    def share(self) -> float:
        """The share of people who differ, 0 to 1."""
        return len(self.different) / self.compared if self.compared else 0.0


@click.command()
@click.option(
    "--sample", "size", type=click.IntRange(1), default=100, show_default=True, help="How many people."
)
@click.option("--seed", type=int, help="Choose the same people again.")
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="The share that may differ.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0),
    default=10.0,
    show_default=True,
    help="Seconds in which a change may reach its profile; until then it is looked at again.",
)
@click.option("--interval", type=click.FloatRange(1), help="Go on, with a new sample every so many seconds.")
def verify(size: int, seed: int | None, tolerance: float, patience: float, interval: float | None) -> None:
    """Compare live profiles with the documents they come from, field by field.

    Takes people at random from the read model, reads their documents again from the sources, computes their
    profiles at once, as of the live profile's own time, and compares. Nothing is written anywhere.
    Exit code 1 when more differ than --tolerance allows.

    With --interval it runs until a signal, and serves /metrics (KAIROS_METRICS_PORT): kairos_verify_….
    The sources need an index on the user ids; addresses are searched for without one.
    """
    found, stop = settings.load(), threading.Event()
    policy, chance = load_policy(found.kairos_policy), Random(seed)
    if interval is None:
        verdict = check(found, policy, chance, size, patience, stop)
        show(verdict)
        if verdict.share > tolerance:
            raise SystemExit(1)
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    port = metrics.serve_metrics(found.kairos_metrics_port)
    click.echo(f"metrics: http://127.0.0.1:{port}/metrics")
    while not stop.is_set():
        verdict = check(found, policy, chance, size, patience, stop)
        count(verdict)
        show(verdict)
        stop.wait(interval)


def check(
    found: Settings, policy: Policy, chance: Random, size: int, patience: float, stop: threading.Event
) -> SampleComparison:
    """Compare a sample; who differs is looked at again until the patience is over."""
    with connect(found, REDIS_SECONDS) as redis, reading(found) as reader, product(found) as source:
        people = sample(redis, found, chance, size)
        look = Look(ReadModel(redis, found), source, Contacts(reader, people), policy)
        end, waiting = time.monotonic() + patience, people
        seen: dict[str, Fields | None] = {}
        while waiting:
            now = look.at(waiting)
            seen = {person: fields for person, fields in seen.items() if person not in waiting} | now
            waiting = [person for person, fields in now.items() if fields]
            if time.monotonic() >= end or stop.wait(AGAIN_SECONDS if waiting else 0):
                break
    unclear = sum(fields is None for fields in seen.values())
    different = {person: fields for person, fields in sorted(seen.items()) if fields}
    return SampleComparison(len(seen) - unclear, different, unclear)


def sample(redis: Redis, found: Settings, chance: Random, size: int) -> list[str]:
    """Some people who have a live profile; raises ClickException when nobody has one."""
    people = sorted(id_.decode() for id_ in redis.sscan_iter(found.name(PEOPLE), count=1_000))
    if not people:
        raise click.ClickException("the read model is empty: does `kairos worker serve` run?")
    return chance.sample(people, min(size, len(people)))


class Contacts:
    """What `people` remembers of our own mails to some people: no document tells it."""

    def __init__(self, reader: Reader, people: Sequence[str]) -> None:
        self._logs = [
            ChangelogReader(reader, CHANGELOG, partition) for partition in reader.partitions(CHANGELOG)
        ]
        self._known = {person.encode(): Contact() for person in people}

    def now(self) -> dict[str, Contact]:
        """By person, as of now."""
        for log in self._logs:
            for key, stored in log.read().items():
                if key in self._known:
                    self._known[key] = contact(stored)
        return {key.decode(): known for key, known in self._known.items()}


class Look(NamedTuple):
    """One look at live profiles and at what their documents come to."""

    live: ReadModel
    source: ProductQuery
    contacts: Contacts
    policy: Policy

    def at(self, people: Sequence[str]) -> dict[str, Fields | None]:
        """The fields that differ, by person (None: cannot be said); who has no profile now is left out."""
        seen: dict[str, Fields | None] = {}
        for start in range(0, len(people), TOGETHER):
            some = people[start : start + TOGETHER]
            profiles = {person: self.live.profile(person) for person in some}
            contacts, found = self.contacts.now(), self.source.of(some)
            for person, profile in profiles.items():
                if profile is not None:
                    seen[person] = differing(profile, found, contacts[person], self.policy)
        return seen


def fields_of(verdict: SampleComparison) -> Counter[str]:
    """How many people differ in a field."""
    return Counter(name for fields in verdict.different.values() for name in fields)


def count(verdict: SampleComparison) -> None:
    """Tell Prometheus."""
    metrics.VERIFY_PEOPLE.inc(verdict.compared)
    metrics.VERIFY_DIFFERENT.inc(len(verdict.different))
    metrics.VERIFY_SHARE.set(verdict.share)
    for name, number in fields_of(verdict).items():
        metrics.VERIFY_FIELDS.labels(name).inc(number)


def show(verdict: SampleComparison) -> None:
    """Print which fields differ, with an example each, and the share of people."""
    table = Table("field", "people", "such as")
    for name, number in fields_of(verdict).most_common():
        example = next(person for person, fields in verdict.different.items() if name in fields)
        table.add_row(name, f"{number:,}", "<address>" if "@" in example else example)
    if verdict.different:
        Console(highlight=False).print(table)
    unclear = f"; {verdict.unclear:,} cannot be compared" if verdict.unclear else ""
    different = f"{len(verdict.different):,} differ ({verdict.share:.2%})"
    click.echo(f"{verdict.compared:,} people compared, {different}{unclear}")
