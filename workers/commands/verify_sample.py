"""What every comparison of a sample has: repetition until what is on its way has come, and the result."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import click
from rich.console import Console
from rich.table import Table

from workers.runtime.metrics.verification import (
    COMPARED,
    DIFFERENT,
    DIFFERENT_FIELDS,
    DIFFERENT_RATIO,
    VERIFIED_AT,
)

RETRY_SECONDS = 0.5  # before those who differ are compared again
Fields = tuple[str, ...]


class SampleComparison(NamedTuple):
    """The result of a sample: how many were compared and could not be, and the differing fields by id."""

    compared: int
    different: dict[str, Fields]
    not_comparable: int = 0

    @property
    def share(self) -> float:
        """The share of those that differ, 0 to 1."""
        return len(self.different) / self.compared if self.compared else 0.0

    def by_field(self) -> Counter[str]:
        """How many differ in each field."""
        return Counter(name for fields in self.different.values() for name in fields)


def compare_repeatedly(
    compare: Callable[[Sequence[str]], dict[str, Fields | None]],
    ids: Sequence[str],
    patience: float,
    stop: threading.Event,
) -> SampleComparison:
    """Compare a sample; those that differ are compared again until `patience` (seconds) is over.

    `compare` gives the fields that differ by id, None where two cannot be compared.
    """
    deadline, pending = time.monotonic() + patience, ids
    results: dict[str, Fields | None] = {}
    while pending:
        latest = compare(pending)
        others = {id_: fields for id_, fields in results.items() if id_ not in pending}
        results = others | latest
        pending = [id_ for id_, fields in latest.items() if fields]
        if time.monotonic() >= deadline or stop.wait(RETRY_SECONDS if pending else 0):
            break
    not_comparable = sum(fields is None for fields in results.values())
    different = {id_: fields for id_, fields in sorted(results.items()) if fields}
    return SampleComparison(len(results) - not_comparable, different, not_comparable)


def count(subject: str, comparison: SampleComparison, at: int) -> None:
    """Add a comparison at a time (epoch milliseconds) to the metrics."""
    COMPARED.labels(subject).inc(comparison.compared)
    DIFFERENT.labels(subject).inc(len(comparison.different))
    DIFFERENT_RATIO.labels(subject).set(comparison.share)
    VERIFIED_AT.labels(subject).set(at / 1000)
    for name, number in comparison.by_field().items():
        DIFFERENT_FIELDS.labels(subject, name).inc(number)


def show(subject: str, comparison: SampleComparison) -> None:
    """Print which fields of people or jobs differ, with an example each, and how many differ."""
    table = Table("field", subject, "such as")
    for name, number in comparison.by_field().most_common():
        example = next(id_ for id_, fields in comparison.different.items() if name in fields)
        table.add_row(name, f"{number:,}", "<address>" if "@" in example else example)
    if comparison.different:
        Console(highlight=False).print(table)
    omitted = f"; {comparison.not_comparable:,} cannot be compared" if comparison.not_comparable else ""
    different = f"{len(comparison.different):,} differ ({comparison.share:.2%})"
    click.echo(f"{comparison.compared:,} {subject} compared, {different}{omitted}")
