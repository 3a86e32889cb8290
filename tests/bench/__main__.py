"""Run the measurements and print them as a table; outputs are checked, times are not."""

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module

from rich.console import Console
from rich.table import Table

from deploy.embedded import Services
from tests.bench.measure import Row

Bench = Callable[[Services, bool], list[Row]]
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


def main() -> None:
    """Run the benches named on the command line (all by default), each on fresh services."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        choices=[*NEEDS, []],
        help=f"which ones; all but {' and '.join(ON_REQUEST)} by default",
    )
    parser.add_argument("--quick", action="store_true", help="smaller inputs, to see that they run")
    given = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    busy = f"load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    table = Table("measured", "figure", "how", title="Kairos, measured here and now", caption=busy)
    for name in given.names or [name for name in NEEDS if name not in ON_REQUEST]:
        bench: Bench = import_module(f"tests.bench.{name.replace('-', '_')}_bench").run
        console.print(f"{name} …", style="dim")
        with Services.start(only=NEEDS[name]) as services:
            for row in bench(services, given.quick):
                console.print("  ".join(row), style="dim", highlight=False)
                table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    main()
