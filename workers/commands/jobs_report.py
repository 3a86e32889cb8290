"""`kairos jobs report`: what people do on the job board, from the topics."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import click
from rich.console import Console
from rich.table import Table

from schemas.jobs import JobSignal, JobTrend, SignalKind
from workers.commands.help import KAFKA, needs
from workers.commands.jobs_views import held, views_of, views_table
from workers.jobs.reading import read_job_record
from workers.jobs.report import TOP, JobFigures, ReadSignal, report_of, unrepeated
from workers.runtime.dead_letters.reading import FirstRecords
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.reader import Reader, reading
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.process.settings import load

UNKNOWN = "–"
KINDS: tuple[str, ...] = get_args(SignalKind)
LAST = 20


@click.command(
    epilog=needs(
        f"{KAFKA} with the topics of a fleet",
        "kairos jobs report",
        "kairos jobs report --views --person mia --kind viewed --last 5",
    )
)
@click.option(
    "--top", type=click.IntRange(1), default=TOP, show_default=True, help="How many people and jobs to list."
)
@click.option("--views", is_flag=True, help="List the views and preferences themselves, the newest first.")
@click.option("--person", help="With --views: those of one person, by id.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="With --views: of this kind.")
@click.option("--last", type=click.IntRange(1), help=f"With --views: how many.  [default: {LAST}]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def report(
    top: int, views: bool, person: str | None, kinds: Sequence[str], last: int | None, as_json: bool
) -> None:
    """Show how long people look at jobs, who looks most, and how many apply.

    Everything of the last 100 days that still holds, from the topic job-signals; the decayed averages are
    those of job-trends. It has ids of people. With --views: each view and preference by itself.
    """
    if not views and (person is not None or kinds or last is not None):
        raise click.UsageError("--person, --kind and --last go with --views.")
    if views:
        list_views(person, kinds, last or LAST, as_json)
        return
    with reading(load()) as reader:
        figures = JobFigures(unrepeated(signals(reader)))
        values = report_of(figures, trends(reader), top)
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        show(values, Console(highlight=False))


def list_views(person: str | None, kinds: Sequence[str], last: int, as_json: bool) -> None:
    """Print the last views and preferences that still hold."""
    with reading(load()) as reader:
        rows = views_of(held(unrepeated(signals(reader)), person, kinds), last)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        Console(highlight=False).print(views_table(rows))
    else:
        click.echo("nothing")


def signals(reader: Reader) -> Iterator[ReadSignal]:
    """Every signal that can be read, once: not again what was put back after `jobs` could not use it."""
    first = FirstRecords()
    records = (
        record
        for record in reader.read("job-signals")
        if first.includes(record) and not is_watermark(record.headers)
    )
    for read in read_each("job-signals", records, signal_of):
        if read is not None:
            yield read


def signal_of(record: ConsumerRecord) -> ReadSignal | None:
    """The signal of a record, None for the news of a document; raises for what is neither."""
    value = read_job_record(record.value or b"")
    if not isinstance(value, JobSignal):
        return None
    return ReadSignal(value, version_of(record.headers) or (0, record.offset), record.timestamp)


def trends(reader: Reader) -> list[JobTrend]:
    """The trends of the jobs that are open."""
    latest: dict[bytes | None, ConsumerRecord] = {}
    for record in reader.read("job-trends"):
        if record.value is None:
            latest.pop(record.key, None)
        else:
            latest[record.key] = record
    return [*read_each("job-trends", latest.values(), lambda record: JobTrend.loads(record.value or b""))]


def show(values: dict[str, Any], console: Console) -> None:
    """Print the report as tables."""
    totals = Table("figure", "", show_header=False)
    preferences = ", ".join(f"{count:,} {kind}" for kind, count in values["preferences"].items())
    for name, text in (
        ("views", f"{values['views']:,}"),
        ("average time per view", number(values["average_seconds_per_view"], " s")),
        ("applications by views", number(values["conversion_percent"], " %")),
        ("people and jobs: applied by viewed", number(values["pair_conversion_percent"], " %")),
        ("preferences", preferences),
    ):
        totals.add_row(name, text)
    console.print(totals)
    jobs = Table("job", "views", "average time", "decayed")
    for row in values["jobs"]:
        times = (row["average_seconds"], row["average_seconds_decayed"])
        jobs.add_row(row["job_id"], f"{row['views']:,}", *(number(time, " s") for time in times))
    people = Table("most engaged", "views")
    for row in values["most_engaged"]:
        people.add_row(row["person"], f"{row['views']:,}")
    for table in (jobs, people):
        if table.row_count:
            console.print(table)


def number(value: float | None, unit: str) -> str:
    """A number with one decimal and its unit; a dash for what is not known."""
    return UNKNOWN if value is None else f"{value:,.1f}{unit}"
