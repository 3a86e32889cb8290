"""`kairos rebuild`, and its command `people`: every fact goes to the inbox again, from the states of `route`.

It is run after a change of what `people` computes, while the fleet runs.
"""

from collections.abc import Iterable

import click

from workers.commands.help import KAFKA, CommandGroup, needs
from workers.commands.rebuild_history import CHANGELOG, forgotten_mails
from workers.commands.rebuild_jobs import jobs
from workers.commands.rebuild_states import STEPS, RebuildStep, all_facts, corrections_since, read_times
from workers.route.reemit import INBOX, PersonFact
from workers.runtime.engine.changelog_reader import ChangelogReader
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.reader import Reader, ReadingError, reading
from workers.runtime.kafka.records import ProducerRecord, partition_of
from workers.runtime.kafka.sync_producer import SyncProducer, sync_producer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load

# reads of the states that changed meanwhile; the second has the states of facts that `route` had written
# at the first, without having stored their states yet
CATCH_UPS = 2
SOURCE = "/kairos/rebuild"


@click.group(cls=CommandGroup, epilog=needs(KAFKA, "kairos rebuild people", "kairos rebuild jobs"))
def rebuild() -> None:
    """Let a worker read everything anew, while the fleet runs."""


rebuild.add_command(jobs)


@rebuild.command(epilog=needs(f"{KAFKA}, and the states of a fleet that has run", "kairos rebuild people"))
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
    settings = load()
    with reading(settings) as reader:
        partitions = checked_partitions(reader)
        with sync_producer(settings, "rebuild") as producer:
            count = sum(reemit(reader, producer, step, partitions) for step in STEPS)
    click.echo(f"{count:,} facts said again")


def checked_partitions(reader: Reader) -> int:
    """The number of partitions; raises ClickException unless `route` and `people` have their states."""
    for step in STEPS:
        partitions_of(reader, "route", step.changelog)
    partitions = partitions_of(reader, "people", CHANGELOG)
    for partition in range(partitions):
        if forgotten := forgotten_mails(reader, partition):
            raise click.ClickException(
                f"`people` has forgotten mails to {forgotten.people:,} or more people, "
                f"such as {forgotten.example}, "
                f"and would write to them again; put back the topic {CHANGELOG}"
            )
    return partitions


def partitions_of(reader: Reader, worker: str, changelog: str) -> int:
    """The number of partitions of a changelog; raises ClickException when there is none or it is empty."""
    try:
        partitions = len(reader.partitions(changelog))
    except ReadingError as error:
        reason = f"{error}: `{worker}` has never run here, or has lost its states"
        raise click.ClickException(reason) from None
    if next(reader.read(changelog), None) is None:
        raise click.ClickException(f"topic {changelog} is empty: `{worker}` remembers nothing")
    return partitions


def reemit(reader: Reader, producer: SyncProducer, step: RebuildStep, partitions: int) -> int:
    """Write the facts of one step, partition by partition; returns how many. Raises ProducerError.

    Behind them come the corrections of those whose states have changed since they were read.
    """
    count = 0
    for partition in range(partitions):
        changelog = ChangelogReader(reader, step.changelog, partition)
        states = step.select(changelog.read())
        times = read_times(reader, step.topics, partition, now_ms())
        count += write(producer, all_facts(step, states, times), partitions)
        for _ in range(CATCH_UPS):
            changed = step.select(changelog.read())
            count += write(producer, corrections_since(step, states, changed, times), partitions)
            states |= changed
        click.echo(f"{step.name}: partition {partition + 1} of {partitions}, {count:,} facts")
    return count


def write(producer: SyncProducer, facts: Iterable[PersonFact], partitions: int) -> int:
    """Write facts to the inbox; returns, when the broker has them, how many. Raises ProducerError."""
    count = 0
    for fact in facts:
        producer.send(inbox_record(fact, partitions, now_ms()))
        count += 1
    producer.flush()
    return count


def inbox_record(reemitted: PersonFact, partitions: int, now: int) -> ProducerRecord:
    """A fact as `route` writes it, with the time `now`: the inbox deletes records by their timestamps."""
    person, fact = reemitted
    id_ = f"{fact.id}@{fact.version[0]}.{fact.version[1]}/{person}"
    headers = cloud_headers(event_type(INBOX), SOURCE, id_, now, fact.version)
    key = person.encode()
    return ProducerRecord(INBOX, key, fact.dumps(), tuple(headers), now, partition_of(key, partitions))
