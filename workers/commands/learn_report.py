"""`kairos learn report`: what the variations of mails are worth, from how mails ended."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from schemas.learning import VariationOutcome
from schemas.model import from_epoch_ms
from workers.commands.help import KAFKA, needs
from workers.learn.plot import plot
from workers.learn.report import report_of, standing
from workers.runtime.dead_letters.reading import FirstRecords
from workers.runtime.kafka.headers import is_watermark
from workers.runtime.kafka.reader import Reader, reading
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load

UNKNOWN = "–"
NOTHING = "no mail with a chosen variation has ended yet"


@click.command(
    epilog=needs(
        f"{KAFKA} with the topics of a fleet",
        "kairos learn report",
        "kairos learn report --days 30 --plot variations.svg",
    )
)
@click.option("--days", type=click.IntRange(1), help="Mails that were handed over in the last days only.")
@click.option("--segment", help="Mails to people of this segment only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option(
    "--plot",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the rates with their intervals to this file, as SVG.",
)
def report(days: int | None, segment: str | None, as_json: bool, picture: Path | None) -> None:
    """Show what each variation is worth, and what learning is worth, with intervals of 95 %.

    From the topic variation-outcomes, which has the last 100 days. The groups control and hold-out are fixed
    at random: the lift over them can be trusted most. A mail varies in types, such as subject and tone, each
    chosen independently of the others and told by itself. The value of an arm is its click rate if it were
    always chosen (AIPW). IPS, SNIPS and DR say what another way of choosing would have had; few effective
    mails say that they rest on little.
    """
    with reading(load()) as reader:
        outcomes = standing(ended(reader))
    if days is not None:
        first = from_epoch_ms(now_ms()) - timedelta(days=days)
        outcomes = [each for each in outcomes if each.handed_over_at >= first]
    if segment is not None:
        outcomes = [each for each in outcomes if each.variation.segment == segment]
    values = report_of(outcomes)
    if picture is not None:
        write_picture(picture, plot(values))
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
    elif outcomes:
        show(values, Console(highlight=False))
    else:
        click.echo(NOTHING)


def ended(reader: Reader) -> Iterator[VariationOutcome]:
    """Every outcome that can be read, once: not again what was put back as a dead letter."""
    first = FirstRecords()
    records = (
        record
        for record in reader.read("variation-outcomes")
        if first.includes(record) and not is_watermark(record.headers)
    )
    yield from read_each(
        "variation-outcomes", records, lambda record: VariationOutcome.loads(record.value or b"")
    )


def write_picture(path: Path, text: str) -> None:
    """Write a file; a ClickException says why that cannot be."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from None


def show(values: Mapping[str, Any], console: Console) -> None:
    """Print the report as tables."""
    groups = Table("group", "mails", "clicks", "click rate")
    for name, group in values["groups"].items():
        groups.add_row(name, f"{group['mails']:,}", f"{group['clicks']:,}", rate(group["rate"]))
    for name, lift in values["lift"].items():
        groups.add_row(name, "", "", rate(lift))
    arms = Table("type", "arm", "mails", "clicks", "value", "effective mails")
    policies = Table("type", "way of choosing", "IPS", "SNIPS", "DR", "effective mails")
    for way, figures in values["types"].items():
        for name, arm in figures["arms"].items():
            mails = (f"{arm['mails']:,}", f"{arm['clicks']:,}")
            arms.add_row(way, name, *mails, rate(arm["value"]), count(arm["effective_mails"]))
        for name, policy in figures["policies"].items():
            if policy is not None:
                estimates = (rate(policy[kind]) for kind in ("ips", "snips", "dr"))
                policies.add_row(way, name, *estimates, count(policy["effective_mails"]))
    for table in (groups, arms, policies):
        if table.row_count:
            console.print(table)
    console.print(f"{values['clicks_of_programs']:,} clicks of programs do not count.")
    if values["unusable"]:
        console.print(f"{values['unusable']:,} mails lack the probability of what was chosen.")


def rate(estimate: Mapping[str, float] | None) -> str:
    """`8.1 % (6.0 to 10.9)`; a dash for what is not known."""
    if estimate is None:
        return UNKNOWN
    value, low, high = (100 * estimate[name] for name in ("value", "low", "high"))
    return f"{value:.1f} % ({low:.1f} to {high:.1f})"


def count(mails: float | None) -> str:
    """A number of mails; a dash for what is not known."""
    return UNKNOWN if mails is None else f"{mails:,.0f}"
