"""`kairos topics`: the catalogue against a broker."""

import click

from topics import graph as flow
from topics import plan as against
from topics.catalog import CATALOG
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings, load


def cluster(settings: Settings) -> against.Cluster:
    """The part of the settings that the topics need."""
    return against.Cluster(
        settings.brokers,
        settings.kairos_prefix,
        settings.kairos_partitions,
        settings.kairos_replication,
        kafka_options(settings),
    )


@click.group()
def topics() -> None:
    """The fleet's topics on a broker (KAFKA_URL); workers create none by themselves."""


@topics.command()
def plan() -> None:
    """Show what differs from the catalogue; change nothing."""
    found = against.plan(cluster(load()))
    for difference in found:
        click.echo(difference)
    if not found:
        click.echo(f"all {len(CATALOG)} topics are there, as the catalogue says")
    elif any(difference.kind == "missing" for difference in found):
        click.echo("`kairos topics apply` creates the topics marked +; it alters no topic")
    if any(difference.kind == "partitions" for difference in found):
        click.echo("`kairos topics apply` refuses while a partition count differs")


@topics.command()
def apply() -> None:
    """Create what is missing; alter nothing that exists."""
    found = against.apply(cluster(load()))
    created = [difference for difference in found if difference.kind == "missing"]
    left = [difference for difference in found if difference.kind != "missing"]
    for difference in (*created, *left):
        click.echo(difference)
    click.echo(f"{len(created)} topics created, {len(CATALOG) - len(created)} were there")
    if left:
        click.echo("settings marked ~ are left as they are: change them with your broker's own tools")


@topics.command()
def graph() -> None:
    """Print the flow of the fleet as Mermaid; needs no broker."""
    click.echo(flow.graph(), nl=False)
