"""Compares live profiles of people with the documents they come from, for `kairos verify`."""

import threading
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import click
from redis import Redis

from workers.commands.profile import REDIS_SECONDS
from workers.commands.rebuild_history import CHANGELOG
from workers.commands.rebuild_history import PEOPLE as PEOPLE_STAGE
from workers.commands.rebuild_states import decoded
from workers.commands.verify_compare import differing_fields, untold_of
from workers.commands.verify_documents import ProductQuery, product_query
from workers.commands.verify_sample import Fields, SampleComparison, compare_repeatedly
from workers.people.policy import Policy
from workers.people.state import StoredPerson
from workers.runtime.engine.changelog_reader import ChangelogReader
from workers.runtime.kafka.reader import Reader, reading
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings
from workers.serve.changes import PEOPLE
from workers.serve.read_model import ReadModel

BATCH = 100  # people whose documents are read with one query


def compare_people(
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
        return compare_repeatedly(comparer.compare, people, patience, stop)


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
