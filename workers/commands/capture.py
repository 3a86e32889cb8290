"""`kairos capture`: shows and confirms deletions that a snapshot of capture has refused."""

from collections.abc import Mapping

import click

from schemas.control import Deletion
from workers.capture.deletions import describe
from workers.capture.position import read_deletions, write_deletions
from workers.commands.help import KAFKA, CommandGroup, needs
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.sync_producer import sync_producer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load


@click.group(cls=CommandGroup, epilog=needs(KAFKA, "kairos capture confirm users"))
def capture() -> None:
    """What capture asks a person."""


@capture.command(epilog=needs(KAFKA, "kairos capture confirm", "kairos capture confirm users orders"))
@click.argument("topics", nargs=-1)
def confirm(topics: tuple[str, ...]) -> None:
    """Allow the next snapshot to delete what the last one has refused to delete, of all TOPICS by default.

    Capture stops (exit code 7) when a snapshot would delete more than KAIROS_MAX_DELETED_SHARE of a topic, or
    all of it, or when the collection is not there: a wrong name or server looks just like that. Check
    MONGO_URL, MONGO_DATABASE and KAIROS_SOURCES first. If the documents are really gone, confirm it, and
    start capture again. A confirmation counts once, for as many documents as were named, under the same
    mapping.
    """
    settings = load()
    with reading(settings) as reader:
        known = read_deletions(reader)
    chosen = chosen_topics(known, topics)
    confirmed = {topic: known[topic].model_copy(update={"confirmed": True}) for topic in chosen}
    with sync_producer(settings, "capture") as producer:
        write_deletions(producer, known | confirmed, now_ms())
    for topic, deletion in confirmed.items():
        click.echo(f"confirmed: {describe(topic, deletion)}")
    click.echo("start capture again: its next snapshot may delete them")


def chosen_topics(known: Mapping[str, Deletion], topics: tuple[str, ...]) -> list[str]:
    """The topics to confirm, all that wait by default; raises ClickException for one that does not wait."""
    if not known:
        raise click.ClickException("no snapshot waits for a confirmation")
    for topic in topics:
        if topic not in known:
            raise click.ClickException(f"topic {topic} waits for no confirmation, only {', '.join(known)}")
    return list(topics or known)
