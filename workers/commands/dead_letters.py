"""`kairos dead-letters`: lists and shows the records that could not be used, and replays them."""

import json
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console

from workers.commands import dead_letters_view as view
from workers.commands.dead_letters_choice import Choice, ReplayPlan, parse_time, plan, skip, superseded
from workers.commands.dead_letters_io import last_offsets, missing_partitions, put_back, read_letters
from workers.commands.help import KAFKA, CommandGroup, needs
from workers.runtime.dead_letters.reading import DeadLetter
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.sync_producer import sync_producer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load

LIMIT = 100  # letters that `list` shows by default
FILE_WIDTH = 250  # characters of a line in a file or a pipe


class TimeOption(click.ParamType):
    """A time on the command line, as epoch milliseconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Parse `2h` or an ISO time; a usage error for anything else."""
        try:
            return parse_time(str(value), now_ms())
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is neither like 2h (s, m, h, d) nor an ISO time", param, ctx)


FILTERS = (
    click.option("--worker", help="Only letters of this worker."),
    click.option("--topic", help="Only records of this topic."),
    click.option("--reason", help="undecodable, schema, key, step, too-large or mapping."),
    click.option(
        "--since", type=TimeOption(), help="Only records from this time on: 2h, or an ISO time (UTC)."
    ),
    click.option("--until", type=TimeOption(), help="Only records before this time."),
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that filter letters; the command gets them as `filters`."""
    for option in reversed(FILTERS):
        command = option(command)
    return command


@click.group(
    cls=CommandGroup, name="dead-letters", epilog=needs(KAFKA, "kairos dead-letters list --since 2h")
)
def dead_letters() -> None:
    """The records that could not be used: look at them, and put them back after a fix.

    A PLACE is TOPIC/PARTITION/OFFSET as `list` shows it; a worker may stand before it.
    """


@dead_letters.command(name="list", epilog=needs(KAFKA, "kairos dead-letters list --worker people --since 2h"))
@filtered
@click.option("--limit", type=click.IntRange(1), default=LIMIT, show_default=True, help="Show the last ones.")
@as_json
def list_(limit: int, as_json: bool, **filters: Any) -> None:
    """List dead letters, one per line, the last ones at the end."""
    choice = Choice(**filters)
    with reading(load()) as reader:
        letters = [letter for letter in read_letters(reader, values=False) if choice.includes(letter)]
    shown = letters[-limit:]
    if as_json:
        rows = [view.data(letter) for letter in shown]
        document = {"letters": rows, "total": len(letters), "reasons": view.by_reason(letters)}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    if shown:
        screen = terminal()
        screen.print(view.table(shown, screen.width))
    click.echo(view.summary(letters, len(shown)))


@dead_letters.command(epilog=needs(KAFKA, "kairos dead-letters show users/3/17"))
@click.argument("position", metavar="PLACE")
@as_json
def show(position: str, as_json: bool) -> None:
    """Show everything about one dead letter: its headers, its error, its value."""
    choice = Choice(positions=(position,))
    with reading(load()) as reader:
        letters = read_letters(reader)
    check_positions(choice, letters)
    for letter in filter(choice.includes, letters):
        if as_json:
            click.echo(json.dumps(view.whole(letter), indent=2, ensure_ascii=False))
        else:
            terminal().print(view.page(letter))


@dead_letters.command(
    epilog=needs(
        KAFKA, "kairos dead-letters replay --topic users --dry-run", "kairos dead-letters replay users/3/17"
    )
)
@click.argument("positions", metavar="[PLACE]...", nargs=-1)
@filtered
@click.option("--limit", type=click.IntRange(1), help="Put back at most so many records, the first ones.")
@click.option("--again", "include_replayed", is_flag=True, help="Also those that were put back before.")
@click.option("--dry-run", is_flag=True, help="Only say what would be put back.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def replay(limit: int | None, include_replayed: bool, dry_run: bool, yes: bool, **filters: Any) -> None:
    """Put records back into their topics, after a fix, so that the workers read them again.

    Each goes to its own partition with its own key, headers and version, in the order of the log; a worker
    takes it for what it was then, so that nothing newer is undone. What cannot be put back is named.
    """
    settings, choice = load(), Choice(**filters)
    with reading(settings) as reader:
        letters = read_letters(reader)
        check_positions(choice, letters)
        planned = plan(letters, choice, limit, include_replayed=include_replayed)
        planned = skip(planned, missing_partitions(reader, planned))
        planned = skip(planned, superseded(planned, last_offsets(reader, planned)))
    print_plan(planned, dry_run=dry_run)
    if not planned.to_replay or dry_run:
        return
    count = counted(len(planned.to_replay))
    if not yes:
        click.confirm(f"put {count} back?", abort=True)
    with sync_producer(settings, "dead-letters") as producer:
        put_back(producer, planned)
    click.echo(f"{count} put back")


def check_positions(choice: Choice, letters: list[DeadLetter]) -> None:
    """Raise ClickException for positions without a letter."""
    if unknown := choice.unknown_positions(letters):
        hint = "`kairos dead-letters list` shows what there is"
        raise click.ClickException(f"no dead letter of {', '.join(unknown)}; {hint}")


def print_plan(planned: ReplayPlan, *, dry_run: bool) -> None:
    """Print which letters are skipped and why; in a dry run also which would be replayed."""
    for letter, reason in planned.skipped:
        click.echo(view.skipped(letter, reason))
    if planned.already_replayed:
        count = counted(planned.already_replayed)
        click.echo(f"left: {count} put back before (--again puts them back once more)")
    if not planned.to_replay:
        click.echo("nothing to put back")
    elif dry_run:
        screen = terminal()
        screen.print(view.table([letters[0] for letters in planned.to_replay.values()], screen.width))
        click.echo(f"{counted(len(planned.to_replay))} would be put back")


def counted(count: int) -> str:
    """A number of records in words: `1 record`, `2 records`."""
    return "1 record" if count == 1 else f"{count:,} records"


def terminal() -> Console:
    """The terminal; for a file or a pipe one that is wide enough not to wrap lines."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=FILE_WIDTH)
