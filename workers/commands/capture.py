"""`kairos capture`: shows how far the sources are read, reads them anew, and confirms refused deletions."""

import json
import sys
from collections.abc import Mapping

import click

from schemas.control import Deletion
from workers.capture.deletions import describe
from workers.capture.position import DELETIONS, read_all, write_deletions
from workers.capture.snapshot_requests import request_record
from workers.commands import capture_status_view as view
from workers.commands.capture_status import needs_somebody, source_of_topic, statuses
from workers.commands.help import KAFKA, CommandGroup, needs
from workers.product.sources import SourcesError, load_sources
from workers.runtime.kafka.reader import ReadingError, reading
from workers.runtime.kafka.sync_producer import sync_producer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load


@click.group(cls=CommandGroup, epilog=needs(KAFKA, "kairos capture status"))
def capture() -> None:
    """How far the sources are read, and what capture asks a person."""


@capture.command(
    epilog=needs(f"{KAFKA} and the sources", "kairos capture status", "kairos capture status --json")
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def status(as_json: bool) -> None:
    """Show each source: up to when it is read, how much history is left, documents, and dead letters.

    Exit code 1 when a source may lose history before it is read, cannot be reached, or waits for a person.
    """
    settings = load()
    try:
        found = statuses(settings)
    except (ReadingError, SourcesError) as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps([view.data(each) for each in found], indent=2))
    else:
        click.echo("\n".join(view.lines(found, now_ms())))
    sys.exit(1 if any(map(needs_somebody, found)) else 0)


@capture.command(
    epilog=needs(KAFKA, "kairos capture resnapshot users", "kairos capture resnapshot users orders")
)
@click.argument("topics", metavar="SOURCES", nargs=-1, required=True)
def resnapshot(topics: tuple[str, ...]) -> None:
    """Let capture read whole sources anew: collections or tables, by the topics that they feed.

    A capture that runs begins at once, another when it starts; what is in the topic and not in the source is
    deleted, within KAIROS_MAX_DELETED_SHARE. Changes go on meanwhile, also those of the other sources. A
    table of Airtable is compared as a whole.
    """
    settings = load()
    try:
        sources = load_sources(settings.kairos_sources, settings.mongo_uuid_representation)
    except SourcesError as error:
        raise click.ClickException(str(error)) from None
    for topic in topics:
        if source_of_topic(topic, sources) is None:
            known = ", ".join(sources.topics)
            raise click.ClickException(f"capture reads no source for {topic}, only for {known}")
    with sync_producer(settings, "capture") as producer:
        for topic in topics:
            producer.send(request_record(topic, now_ms()))
        producer.flush()
    click.echo(f"asked for: {', '.join(topics)}; see `kairos capture status`")


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
        stored = read_all(reader)
    by_source = {
        name.removesuffix(DELETIONS): each.position.deletions
        for name, each in stored.items()
        if name.endswith(DELETIONS)
    }
    known = {topic: deletion for waiting in by_source.values() for topic, deletion in waiting.items()}
    chosen = chosen_topics(known, topics)
    confirmed = {topic: known[topic].model_copy(update={"confirmed": True}) for topic in chosen}
    with sync_producer(settings, "capture") as producer:
        for name, waiting in by_source.items():
            if ours := {topic: confirmed.get(topic, deletion) for topic, deletion in waiting.items()}:
                write_deletions(producer, name, ours, now_ms())
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
