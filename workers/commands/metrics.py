"""`kairos metrics`: every metric of the fleet, with its labels and what it says."""

from collections.abc import Iterator
from types import ModuleType

import click
from rich.console import Console
from rich.table import Table

from workers.commands.help import needs
from workers.runtime.metrics.every import SUBJECTS, metrics_of

COLUMNS = ("metric", "type", "labels", "what it says")
MetricRow = tuple[str, str, str, str]


@click.command(epilog=needs("nothing", "kairos metrics", "kairos metrics --markdown"))
@click.option("--markdown", is_flag=True, help="As the reference in deploy/prometheus/METRICS.md.")
def metrics(markdown: bool) -> None:
    """List the metrics of the fleet: name, type, labels, and what each says.

    No label has anything of a person. Times are epoch seconds, so that they can be compared with `time()`.
    """
    if markdown:
        click.echo(reference(), nl=False)
        return
    table = Table(*COLUMNS)
    for subject in SUBJECTS:
        for row in rows_of(subject):
            table.add_row(*row)
    Console(highlight=False).print(table)


def reference() -> str:
    """All metrics in Markdown, by subject."""
    parts = ["# Metrics\n\nWhat workers serve under `/metrics`; written by `kairos metrics --markdown`.\n"]
    for subject in SUBJECTS:
        title = (subject.__doc__ or "").partition("\n")[0]
        lines = [f"| {' | '.join(COLUMNS)} |", "|---|---|---|---|"]
        lines += [
            f"| `{name}` | {kind} | {labels} | {text} |" for name, kind, labels, text in rows_of(subject)
        ]
        parts.append(f"\n## {title}\n\n" + "\n".join(lines) + "\n")
    return "".join(parts)


def rows_of(subject: ModuleType) -> Iterator[MetricRow]:
    """The rows of the metrics of a subject, in their order."""
    for metric in metrics_of(subject):
        (family,) = metric.describe()
        name = f"{family.name}_total" if family.type == "counter" else family.name
        yield name, family.type, ", ".join(metric._labelnames), family.documentation
