"""Run the measurements and print them as a table; outputs are checked, times are not."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.embedded import Services
from tests.bench import tree
from tests.bench.measure import Figures, Row

KAFKA, ALL = ("kafka",), ("kafka", "mongo", "redis")
NEEDS = {
    "reference": KAFKA,
    "pace": KAFKA,
    "poison": KAFKA,
    "memory": KAFKA,
    "recovery": KAFKA,
    "people": KAFKA,
    "crowd": KAFKA,
    "what-if": KAFKA,
    "timers": KAFKA,
    "capture": ("kafka", "mongo"),
    "stop": ("kafka", "redis"),
    "unsubscribe": ("kafka", "redis"),
    "latency": ALL,
    "idle": ALL,
    "firstday": ALL,
    "beacon": ("kafka", "redis"),
    "read-your-writes": ("kafka", "redis"),
    "state": (),
    "programs": ("kafka", "redis"),
    "mail": ("redis",),
    "slow-model": ("kafka", "redis"),
    "feed": ("redis",),
    "feed-million": ("redis",),
    "batch": (),
    "profile": KAFKA,
}
WIDTH = 150  # of the table in a file
ON_REQUEST = ("profile", "feed-million")  # only when they are named
OPTIONS = {
    "latency": ("rates", "partitions"),
    "idle": ("partitions",),
    "firstday": ("people",),
}  # of single benches


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of a list such as `25,50`."""
    return tuple(int(number) for number in text.split(","))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        choices=[*NEEDS, []],
        help=f"which ones; all but {' and '.join(ON_REQUEST)} by default",
    )
    parser.add_argument("--quick", action="store_true", help="smaller inputs, to see that they run")
    parser.add_argument("--rates", type=numbers, help="of latency: changes a second, such as 25,400")
    parser.add_argument("--partitions", type=numbers, help="of latency and idle: such as 4,16,48")
    parser.add_argument("--people", type=int, help="of firstday: 10,000 by default")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    return parser


def main() -> None:
    """Run the benches named on the command line (all by default), each on fresh services."""
    given = parser().parse_args()
    tree.check()
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    busy = f"load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    table = Table("measured", "figure", "how", title="Kairos, measured here and now", caption=busy)
    rows: list[Row] = []
    for name in given.names or [name for name in NEEDS if name not in ON_REQUEST]:
        bench = import_module(f"tests.bench.{name.replace('-', '_')}_bench").run
        console.print(f"{name} …", style="dim")
        with Services.start(only=NEEDS[name]) as services:
            for row in bench(services, given.quick, **options(name, given)):
                console.print("  ".join(row[:3]), style="dim", highlight=False)
                table.add_row(*row[:3], end_section=isinstance(row, Figures))
                rows.append(row)
    console.print(table)
    if given.json:
        given.json.write_text(json.dumps(as_json(rows)))


def options(name: str, given: argparse.Namespace) -> dict[str, Any]:
    """The options of a bench that were given."""
    values = {option: getattr(given, option) for option in OPTIONS.get(name, ())}
    return {option: value for option, value in values.items() if value is not None}


def as_json(rows: Sequence[Row]) -> dict[str, Any]:
    """Whose code was measured, and the figures of the rows that have numbers, by what was measured."""
    values = {row.measured: dict(row.values) for row in rows if isinstance(row, Figures)}
    return {"tree": str(tree.measured()), "load": os.getloadavg()[0], "rows": values}


if __name__ == "__main__":
    main()
