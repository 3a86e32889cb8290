"""`kairos check`: what the fleet would read of the sources, and a proposal for `sources.toml`."""

import sys
from functools import partial

import click
from rich.console import Console

from workers.capture.databases import databases_of
from workers.commands.check_airtable import check_table
from workers.commands.check_meetings import meetings_of
from workers.commands.check_mongo import CollectionOf, check_database
from workers.commands.check_propose import proposed
from workers.commands.check_reading import fleet_reading
from workers.commands.check_topic import Checked, TopicCheck, meeting_findings
from workers.commands.check_view import as_json, page
from workers.commands.help import MONGO, did_you_mean, needs
from workers.product import mongo
from workers.product.reading.clock import clock_at
from workers.product.sampling.profile_needs import lacks_of
from workers.product.sources import TOPICS, Sources, load_sources
from workers.runtime.process import logs
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings, load

SAMPLE = 500  # documents


@click.command(
    epilog=needs(
        f"{MONGO} with the right find, and Airtable for what comes from there; no Kafka",
        "kairos check",
        "kairos check --propose > sources.toml",
        "kairos check --propose --collection users=customers > sources.toml",
    )
)
@click.option("--propose", is_flag=True, help="Print a sources.toml for the collections that are there.")
@click.option(
    "--collection",
    "decided",
    multiple=True,
    metavar="TOPIC=NAME",
    help="With --propose: which collection a topic is, where that was left to decide.",
)
@click.option(
    "--sample",
    "size",
    type=click.IntRange(1, 100_000),
    default=SAMPLE,
    show_default=True,
    help="How many documents of each source, at random.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON instead of tables.")
def check(propose: bool, decided: tuple[str, ...], size: int, is_json: bool) -> None:
    """Look at a sample of each source: what the fleet would read, what would be wrong, what profiles lack.

    Says of each field of KAIROS_SOURCES in how many documents it is found, of which type, and which problems
    the fleet would have with it; of each source which rights are missing, and how many of its references mean
    somebody; and what profiles will lack. Values are never printed, only types and names of fields. Nothing
    is written anywhere.

    Exit code 1 when a line says WRONG: capture would refuse to start, or there would be no profiles.

    With --propose it needs no sources.toml: it looks at all collections of MONGO_DATABASE and prints a file
    that can be used at once. What it is not sure of it leaves out, with a comment that says what to decide.
    """
    logs.setup("check", "ERROR")  # what is wrong is a finding
    settings = load()
    if propose:
        if is_json:
            raise click.UsageError("--propose prints a file of its own: it goes without --json")
        click.echo(proposed(settings, size, decisions(decided)), nl=False)
        return
    if decided:
        raise click.UsageError("--collection goes with --propose")
    checked = checked_sources(settings, size)
    if is_json:
        click.echo(as_json(checked))
    else:
        Console(highlight=False, emoji=False).print(page(checked))
    sys.exit(0 if checked.is_usable else 1)


def decisions(decided: tuple[str, ...]) -> dict[str, str]:
    """The collections by topic in some TOPIC=NAME; raises UsageError for anything else."""
    found = {}
    for each in decided:
        topic, _, collection = each.partition("=")
        if topic not in TOPICS or not collection:
            hint = did_you_mean(topic, [*TOPICS])
            raise click.UsageError(f"--collection {each}: must be TOPIC=NAME, of {', '.join(TOPICS)}.{hint}")
        found[topic] = collection
    return found


def checked_sources(settings: Settings, size: int) -> Checked:
    """Everything that is to be said; raises SourcesError, and PyMongoError when MongoDB is lost."""
    sources = load_sources(settings.kairos_sources, settings.mongo_uuid_representation)
    reading = partial(fleet_reading, clock=clock_at(now_ms(), settings.kairos_ahead_seconds))
    tables = [check_table(settings, source, reading, size) for source in sources.airtable]
    databases = databases_of(sources.captured, settings.mongo_database, settings.mongo_clusters)
    with mongo.collections(settings, "kairos-check") as collection_of:
        found = [check_database(each, collection_of, settings, reading, size) for each in databases]
        collections = [check for each in found for check in each.topics]
        checks = with_meetings(collection_of, sources, [*collections, *tables])
    checks = sorted([*checks, *not_read(sources)], key=lambda each: [*TOPICS].index(each.topic))
    samples = [each.sample for each in checks if each.sample is not None]
    findings = tuple(finding for each in found for finding in each.findings)
    return Checked(tuple(checks), findings, tuple(lacks_of(samples, sources.external)))


def with_meetings(
    collection_of: CollectionOf, sources: Sources, checks: list[TopicCheck]
) -> list[TopicCheck]:
    """The topics with whom their references mean."""
    samples = {check.topic: check.sample for check in checks if check.sample is not None}
    by_topic = {source.topic: source for source in sources.captured}
    found = []
    for check in checks:
        meetings = tuple(meetings_of(collection_of, by_topic, samples, check.topic)) if check.sample else ()
        findings = (*check.findings, *meeting_findings(meetings))
        found.append(check._replace(meetings=meetings, findings=findings))
    return found


def not_read(sources: Sources) -> list[TopicCheck]:
    """The topics that are not looked at."""
    return [
        TopicCheck(
            source.topic,
            "fed by others" if source.topic in sources.external else "switched off",
        )
        for source in sources.others
    ]
