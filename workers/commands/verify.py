"""`kairos verify`: compares live profiles of a random sample of people with the documents they come from."""

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

from workers.commands.help import KAFKA, MONGO, REDIS, needs
from workers.commands.profile import REDIS_SECONDS
from workers.commands.rebuild_history import CHANGELOG
from workers.commands.rebuild_history import PEOPLE as PEOPLE_STAGE
from workers.commands.rebuild_states import decoded
from workers.commands.verify_compare import differing_fields, untold_of
from workers.commands.verify_documents import ProductQuery, product_query
from workers.people.policy import Policy, load_policy
from workers.people.state import StoredPerson
from workers.runtime.engine.changelog_reader import ChangelogReader
from workers.runtime.kafka.reader import Reader, reading
from workers.runtime.process import metrics
from workers.runtime.process.settings import Settings, load
from workers.serve.changes import PEOPLE
from workers.serve.read_model import ReadModel, connect

BATCH = 100  # people whose documents are read with one query
RETRY_SECONDS = 0.5  # before those who differ are compared again
Fields = tuple[str, ...]


class SampleComparison(NamedTuple):
    """The result of a sample: how many were compared and could not be, and the differing fields by person."""

    compared: int
    different: dict[str, Fields]
    not_comparable: int = 0

    @property
    def share(self) -> float:
        """The share of people who differ, 0 to 1."""
        return len(self.different) / self.compared if self.compared else 0.0


@click.command(epilog=needs(f"{REDIS}, {KAFKA}, {MONGO}", "kairos verify --sample 500 --tolerance 0.01"))
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
    settings = load()
    stop = threading.Event()
    policy = load_policy(settings.kairos_policy)
    random = Random(seed)
    if interval is None:
        comparison = compare_sample(settings, policy, random, size, patience, stop)
        show(comparison)
        if comparison.share > tolerance:
            raise SystemExit(1)
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    port = metrics.serve_metrics(settings.kairos_metrics_port)
    click.echo(f"metrics: http://127.0.0.1:{port}/metrics")
    while not stop.is_set():
        comparison = compare_sample(settings, policy, random, size, patience, stop)
        count(comparison)
        show(comparison)
        stop.wait(interval)


def compare_sample(
    settings: Settings, policy: Policy, random: Random, size: int, patience: float, stop: threading.Event
) -> SampleComparison:
    """Compare a sample; those who differ are compared again until `patience` (seconds) is over."""
    with (
        connect(settings, REDIS_SECONDS) as redis,
        reading(settings) as reader,
        product_query(settings) as query,
    ):
        people = sample(redis, settings, random, size)
        comparer = ProfileComparer(ReadModel(redis, settings), query, UntoldReader(reader, people), policy)
        deadline, pending = time.monotonic() + patience, people
        results: dict[str, Fields | None] = {}
        while pending:
            latest = comparer.compare(pending)
            others = {person: fields for person, fields in results.items() if person not in pending}
            results = others | latest
            pending = [person for person, fields in latest.items() if fields]
            if time.monotonic() >= deadline or stop.wait(RETRY_SECONDS if pending else 0):
                break
    not_comparable = sum(fields is None for fields in results.values())
    different = {person: fields for person, fields in sorted(results.items()) if fields}
    return SampleComparison(len(results) - not_comparable, different, not_comparable)


def sample(redis: Redis, settings: Settings, random: Random, size: int) -> list[str]:
    """At most `size` people who have a live profile; raises ClickException when nobody has one."""
    people = sorted(id_.decode() for id_ in redis.sscan_iter(settings.name(PEOPLE), count=1_000))
    if not people:
        raise click.ClickException("the read model is empty: does `kairos worker serve` run?")
    return random.sample(people, min(size, len(people)))


class UntoldReader:
    """The part of the states of `people` that no document tells, for some people (see `untold_of`)."""

    def __init__(self, reader: Reader, people: Sequence[str]) -> None:
        self._changelogs = [
            ChangelogReader(reader, CHANGELOG, partition) for partition in reader.partitions(CHANGELOG)
        ]
        self._untold = {person.encode(): StoredPerson(person) for person in people}

    def read(self) -> dict[str, StoredPerson]:
        """What no document tells of each person as it is now; nothing of those without a state."""
        for changelog in self._changelogs:
            for key, stored in changelog.read().items():
                if key in self._untold and stored is None:
                    self._untold[key] = StoredPerson(key.decode())
                elif key in self._untold and stored is not None:
                    self._untold[key] = untold_of(decoded(PEOPLE_STAGE, stored).stored)
        return {key.decode(): untold for key, untold in self._untold.items()}


class ProfileComparer(NamedTuple):
    """Compares live profiles with those that their documents amount to."""

    live: ReadModel
    documents: ProductQuery
    untold: UntoldReader
    policy: Policy

    def compare(self, people: Sequence[str]) -> dict[str, Fields | None]:
        """The fields that differ, by person (None: not comparable); people without a profile are left out."""
        results: dict[str, Fields | None] = {}
        for start in range(0, len(people), BATCH):
            batch = people[start : start + BATCH]
            profiles = {person: self.live.profile(person) for person in batch}
            untold, documents = self.untold.read(), self.documents.of_people(batch)
            for person, profile in profiles.items():
                if profile is not None:
                    results[person] = differing_fields(profile, documents, untold[person], self.policy)
        return results


def people_by_field(comparison: SampleComparison) -> Counter[str]:
    """How many people differ in each field."""
    return Counter(name for fields in comparison.different.values() for name in fields)


def count(comparison: SampleComparison) -> None:
    """Add a comparison to the metrics."""
    metrics.VERIFY_PEOPLE.inc(comparison.compared)
    metrics.VERIFY_DIFFERENT.inc(len(comparison.different))
    metrics.VERIFY_SHARE.set(comparison.share)
    for name, number in people_by_field(comparison).items():
        metrics.VERIFY_FIELDS.labels(name).inc(number)


def show(comparison: SampleComparison) -> None:
    """Print which fields differ, with an example each, and the share of people."""
    table = Table("field", "people", "such as")
    for name, number in people_by_field(comparison).most_common():
        example = next(person for person, fields in comparison.different.items() if name in fields)
        table.add_row(name, f"{number:,}", "<address>" if "@" in example else example)
    if comparison.different:
        Console(highlight=False).print(table)
    omitted = f"; {comparison.not_comparable:,} cannot be compared" if comparison.not_comparable else ""
    different = f"{len(comparison.different):,} differ ({comparison.share:.2%})"
    click.echo(f"{comparison.compared:,} people compared, {different}{omitted}")
