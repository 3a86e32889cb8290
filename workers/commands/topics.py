"""`kairos topics`: compares the topics of a broker with the catalogue, and creates the missing ones."""

import click

from topics import graph as flow
from topics import plan as planning
from topics.catalog import CATALOG
from workers.commands.help import KAFKA, NOTHING, CommandGroup, needs
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings, load


def cluster(settings: Settings) -> planning.Cluster:
    """The part of the settings that concerns topics."""
    return planning.Cluster(
        settings.brokers,
        settings.kairos_prefix,
        settings.kairos_partitions,
        settings.kairos_replication,
        kafka_options(settings),
    )


@click.group(cls=CommandGroup, epilog=needs(KAFKA, "kairos topics plan", "kairos topics apply"))
def topics() -> None:
    """The fleet's topics on a broker (KAFKA_URL); workers create none by themselves."""


@topics.command(epilog=needs(KAFKA, "kairos topics plan"))
def plan() -> None:
    """Show what differs from the catalogue; change nothing."""
    differences = planning.plan(cluster(load()))
    for difference in differences:
        click.echo(difference)
    if not differences:
        click.echo(f"all {len(CATALOG)} topics are there, as the catalogue says")
    elif any(difference.kind == "missing" for difference in differences):
        click.echo("`kairos topics apply` creates the topics marked +; it alters no topic")
    if any(difference.kind == "partitions" for difference in differences):
        click.echo("`kairos topics apply` refuses while a partition count differs")


@topics.command(epilog=needs(KAFKA, "KAIROS_PARTITIONS=12 kairos topics apply"))
def apply() -> None:
    """Create what is missing; alter nothing that exists."""
    differences = planning.apply(cluster(load()))
    created = [difference for difference in differences if difference.kind == "missing"]
    remaining = [difference for difference in differences if difference.kind != "missing"]
    for difference in (*created, *remaining):
        click.echo(difference)
    click.echo(f"{len(created)} topics created, {len(CATALOG) - len(created)} were there")
    if remaining:
        click.echo("settings marked ~ are left as they are: change them with your broker's own tools")


@topics.command(epilog=needs(NOTHING, "kairos topics graph > flow.mmd"))
def graph() -> None:
    """Print the flow of the fleet as Mermaid; needs no broker."""
    click.echo(flow.graph(), nl=False)
