"""`kairos dead-letters`: the records that could not be used, and how they get a second chance."""

import json
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console

from workers.commands import dead_letters_choice as choosing
from workers.commands import dead_letters_view as view
from workers.commands.dead_letters_choice import Choice, Plan
from workers.commands.dead_letters_io import homeless, last_offsets, load, put_back
from workers.runtime.dead_letters.reading import DeadLetter
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.sync_producer import sync_producer
from workers.runtime.process import settings
from workers.runtime.process.clock import now_ms

SHOWN = 100
WIDE = 250  # characters of a line that no terminal cuts


class Moment(click.ParamType):
    """A time of the command line, as epoch milliseconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read `2h` or an ISO time; a usage error for anything else."""
        try:
            return choosing.moment(str(value), now_ms())
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is neither like 2h (s, m, h, d) nor an ISO time", param, ctx)


FILTERS = (
    click.option("--worker", help="Only letters of this worker."),
    click.option("--topic", help="Only records of this topic."),
    click.option("--reason", help="undecodable, schema, key, step, too-large or mapping."),
    click.option("--since", type=Moment(), help="Only records from this time on: 2h, or an ISO time (UTC)."),
    click.option("--until", type=Moment(), help="Only records before this time."),
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose letters; they come as `chosen`."""
    for option in reversed(FILTERS):
        command = option(command)
    return command


@click.group(name="dead-letters")
def dead_letters() -> None:
    """The records that could not be used: look at them, and put them back after a fix.

    A PLACE is TOPIC/PARTITION/OFFSET as `list` shows it; a worker may stand before it.
    """


@dead_letters.command(name="list")
@filtered
@click.option("--limit", type=click.IntRange(1), default=SHOWN, show_default=True, help="Show the last ones.")
@as_json
def list_(limit: int, as_json: bool, **chosen: Any) -> None:
    """List dead letters, one per line, the last ones at the end."""
    choice = Choice(**chosen)
    with reading(settings.load()) as reader:
        found = [letter for letter in load(reader, values=False) if choice.takes(letter)]
    shown = found[-limit:]
    if as_json:
        rows = [view.data(letter) for letter in shown]
        totals = {"letters": rows, "total": len(found), "reasons": view.by_reason(found)}
        click.echo(json.dumps(totals, indent=2, ensure_ascii=False))
        return
    if shown:
        screen = terminal()
        screen.print(view.table(shown, screen.width))
    click.echo(view.summary(found, len(shown)))


@dead_letters.command()
@click.argument("place", metavar="PLACE")
@as_json
def show(place: str, as_json: bool) -> None:
    """Show everything about one dead letter: its headers, its error, its value."""
    choice = Choice(places=(place,))
    with reading(settings.load()) as reader:
        found = load(reader)
    check(choice, found)
    for letter in filter(choice.takes, found):
        if as_json:
            click.echo(json.dumps(view.whole(letter), indent=2, ensure_ascii=False))
        else:
            terminal().print(view.page(letter))


@dead_letters.command()
@click.argument("places", metavar="[PLACE]...", nargs=-1)
@filtered
@click.option("--limit", type=click.IntRange(1), help="Put back at most so many records, the first ones.")
@click.option("--again", "once_more", is_flag=True, help="Also those that were put back before.")
@click.option("--dry-run", is_flag=True, help="Only say what would be put back.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def replay(limit: int | None, once_more: bool, dry_run: bool, yes: bool, **chosen: Any) -> None:
    """Put records back into their topics, after a fix, so that the workers read them again.

    Each goes to its own partition with its own key, headers and version, in the order of the log; a worker
    takes it for what it was then, so that nothing newer is undone. What cannot be put back is named.
    """
    found, choice = settings.load(), Choice(**chosen)
    with reading(found) as reader:
        there = load(reader)
        check(choice, there)
        plan = choosing.plan(there, choice, limit, again=once_more)
        plan = choosing.leave(plan, homeless(reader, plan))
        plan = choosing.leave(plan, choosing.older(plan, last_offsets(reader, plan)))
    tell(plan, dry_run=dry_run)
    if not plan.back or dry_run:
        return
    if not yes:
        click.confirm(f"put {records(len(plan.back))} back?", abort=True)
    with sync_producer(found, "dead-letters") as producer:
        put_back(producer, plan)
    click.echo(f"{records(len(plan.back))} put back")


def check(choice: Choice, found: list[DeadLetter]) -> None:
    """Refuse places at which there is no letter."""
    if unknown := choice.unknown(found):
        lists = "`kairos dead-letters list` shows what there is"
        raise click.ClickException(f"no dead letter of {', '.join(unknown)}; {lists}")


def tell(plan: Plan, *, dry_run: bool) -> None:
    """Say what stays and why, and what goes back."""
    for letter, reason in plan.left:
        click.echo(view.left(letter, reason))
    if plan.before:
        click.echo(f"left: {records(plan.before)} put back before (--again puts them back once more)")
    if not plan.back:
        click.echo("nothing to put back")
    elif dry_run:
        screen = terminal()
        screen.print(view.table([some[0] for some in plan.back.values()], screen.width))
        click.echo(f"{records(len(plan.back))} would be put back")


def records(count: int) -> str:
    """So many records, in words."""
    return "1 record" if count == 1 else f"{count:,} records"


def terminal() -> Console:
    """The terminal; a file or a pipe gets whole lines."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDE)
