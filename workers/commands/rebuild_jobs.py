"""`kairos rebuild jobs`: lets `jobs` forget its states and read its inputs again from their beginning.

The signals are the only memory there is of what was said to `jobs`, so nothing is said again, as it is to
people: `jobs` reads them itself. Its states must go for that, because each knows how far it was read.
"""

import click

from workers.commands.help import KAFKA, needs
from workers.jobs.stage import AVAILABILITY, trends_stage
from workers.recommend.policy import FeedPolicy
from workers.runtime.engine.changelog_reader import ChangelogReader
from workers.runtime.engine.state_header import (
    CLOCK_KEY,
    NEVER,
    NO_OFFSET,
    NO_TOPIC,
    OWNER_KEY,
    POISON_KEY,
    pack,
)
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.group_offsets import GroupRuns, return_to_beginnings
from workers.runtime.kafka.reader import Reader, ReadingError, reading
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import SyncProducer, sync_producer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load

CHANGELOG = "jobs-trends-changelog"
TOPICS = (*AVAILABILITY.inputs, *trends_stage(FeedPolicy()).inputs)


@click.command(epilog=needs(f"{KAFKA}, and `jobs` stopped", "kairos rebuild jobs"))
@click.option("--yes", is_flag=True, help="Do not ask.")
def jobs(yes: bool) -> None:
    """Let `jobs` make all trends anew, from the documents of jobs and the last 100 days of signals.

    For states that were lost or are wrong (see `kairos verify --jobs`), and for a new version or half-life
    that is to count for what was said before:

    \b
      1. stop every `jobs`; the other workers go on
      2. kairos rebuild jobs
      3. start `jobs`

    It reads everything again, so trends are behind for some minutes. Counts of all time (`total_…`) then
    begin with the oldest signal that is still there. It can be broken off and repeated.
    """
    if not yes:
        click.confirm("let `jobs` forget its states, and read everything again?", abort=True)
    settings = load()
    with reading(settings) as reader:
        partitions = {topic: reader.partitions(topic) for topic in TOPICS}
        try:
            return_to_beginnings(settings, "jobs", partitions)
        except GroupRuns as error:
            reason = f"`jobs` runs (group {error}): stop it, or wait for the end of its session after a crash"
            raise click.ClickException(reason) from None
        with sync_producer(settings, "rebuild") as producer:
            count = forget(reader, producer)
    click.echo(f"{count:,} states forgotten; start `jobs`, and it reads everything again")


def forget(reader: Reader, producer: SyncProducer) -> int:
    """Delete all states of `jobs`; returns how many there were. Raises ProducerError.

    It is done as by a new owner of each partition, so that the next one's generation is above those before.
    """
    try:
        numbers = reader.partitions(CHANGELOG)
    except ReadingError:  # the topic itself was lost: there is nothing to forget
        return 0
    count = 0
    for number in numbers:
        changelog = ChangelogReader(reader, CHANGELOG, number)
        keys = [key for key, stored in changelog.read().items() if stored is not None]
        for record in deletions(keys, number, changelog.generation + 1):
            producer.send(record)
        producer.flush()
        count += len(keys)
    return count


def deletions(keys: list[bytes], partition: int, generation: int) -> list[ProducerRecord]:
    """The records by which an owner of a generation deletes states, and how far it had read."""
    headers = (fencing_header(partition, generation, NO_OFFSET),)
    values = {OWNER_KEY: pack(NO_TOPIC, NO_OFFSET, NEVER, b"")}
    deleted = dict.fromkeys([*keys, CLOCK_KEY, POISON_KEY])
    at = now_ms()
    return [
        ProducerRecord(CHANGELOG, key, value, headers, at, partition)
        for key, value in (values | deleted).items()
    ]
