"""`kairos rebuild`: a worker that reads its input anew, because what it makes of it has changed."""

from collections.abc import Iterable

import click

from workers.commands.rebuild_history import CHANGELOG, lost
from workers.commands.rebuild_states import STEPS, ChangelogReader, Step, Stored, Times, facts, times
from workers.route.reemit import INBOX, PersonFact, corrections
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.reader import Reader, ReadingError, reading
from workers.runtime.kafka.records import ProducerRecord, partition_of
from workers.runtime.kafka.sync_producer import SyncProducer, sync_producer
from workers.runtime.process import settings
from workers.runtime.process.clock import now_ms

LOOKS = 2  # at what changed meanwhile: the second sees what `route` had said at the first, and not stored
SOURCE = "/kairos/rebuild"


@click.group()
def rebuild() -> None:
    """Let a worker read everything anew, while the fleet runs."""


@rebuild.command()
def people() -> None:
    """Say every fact about every person again, from what `route` remembers.

    For a new version of Kairos that makes more, or something else, of what it is told:

    \b
      1. start the new version; it keeps what `people` has stored, and serves it
      2. kairos rebuild people

    The fleet goes on meanwhile. Each fact has the version it had, so that anything newer wins. Of whom
    nothing was missing, the profile is the same but for its time (as_of), and no mail follows. It can be
    broken off and repeated.

    Do not delete the states of `people` for it: only they know when whom was written to, so that a second
    mail would follow. If they are gone, this command refuses: put back the topic people-people-changelog.
    """
    found = settings.load()
    with reading(found) as reader:
        partitions = ready(reader)
        with sync_producer(found, "rebuild") as producer:
            count = sum(say(reader, producer, step, partitions) for step in STEPS)
    click.echo(f"{count:,} facts said again")


def ready(reader: Reader) -> int:
    """The number of partitions; raises ClickException unless `route` and `people` know what they must."""
    for step in STEPS:
        kept_by(reader, "route", step.changelog)
    partitions = kept_by(reader, "people", CHANGELOG)
    for partition in range(partitions):
        if loss := lost(reader, partition):
            raise click.ClickException(
                f"`people` has forgotten mails to {loss.people:,} or more people, such as {loss.example}, "
                f"and would write to them again; put back the topic {CHANGELOG}"
            )
    return partitions


def kept_by(reader: Reader, worker: str, changelog: str) -> int:
    """The number of partitions of a changelog; raises ClickException when there is none or it is empty."""
    try:
        partitions = len(reader.partitions(changelog))
    except ReadingError as error:
        why = f"{error}: `{worker}` has never run here, or has lost its states"
        raise click.ClickException(why) from None
    if next(reader.read(changelog), None) is None:
        raise click.ClickException(f"topic {changelog} is empty: `{worker}` remembers nothing")
    return partitions


def say(reader: Reader, producer: SyncProducer, step: Step, partitions: int) -> int:
    """Say the facts of one step, partition by partition; how many there were."""
    count = 0
    for partition in range(partitions):
        changelog = ChangelogReader(reader, step.changelog, partition)
        states = taken(step, changelog)
        at = times(reader, step.topics, partition, now_ms())
        count += write(producer, facts(step, states, at), partitions)
        for _ in range(LOOKS):
            count += write(producer, follow(step, states, taken(step, changelog), at), partitions)
        click.echo(f"{step.name}: partition {partition + 1} of {partitions}, {count:,} facts")
    return count


def taken(step: Step, changelog: ChangelogReader) -> Stored:
    """The states of a step that were written since the last time."""
    return {key: stored for key, stored in changelog.read().items() if step.takes(key)}


def follow(step: Step, states: Stored, changed: Stored, at: Times) -> list[PersonFact]:
    """What must follow what was said of `states`, because they have changed meanwhile; they are updated."""
    found: list[PersonFact] = []
    for key, stored in changed.items():
        before = states.get(key)
        if before is not None and stored is not None:
            now = step.said(key, stored, at)
            said = [one for one in step.said(key, before, at).facts if not now.forgotten(one)]
            found += corrections(said, now.facts, now.version)
        states[key] = stored
    return found


def write(producer: SyncProducer, facts: Iterable[PersonFact], partitions: int) -> int:
    """Write facts to the inbox; returns, when the broker has them, how many. Raises ProducerError."""
    count = 0
    for fact in facts:
        producer.send(record(fact, partitions, now_ms()))
        count += 1
    producer.flush()
    return count


def record(told: PersonFact, partitions: int, now: int) -> ProducerRecord:
    """A fact as `route` writes it, but written now: the inbox forgets by the time of its records."""
    person, fact = told
    id_ = f"{fact.id}@{fact.version[0]}.{fact.version[1]}/{person}"
    headers = cloud_headers(event_type(INBOX), SOURCE, id_, now, fact.version)
    key = person.encode()
    return ProducerRecord(INBOX, key, fact.dumps(), tuple(headers), now, partition_of(key, partitions))
