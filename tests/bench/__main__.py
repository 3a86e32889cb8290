"""Run the measurements and print them as a table."""

import argparse
from collections.abc import Callable
from importlib import import_module

from rich.console import Console
from rich.table import Table

from deploy.embedded import Services
from tests.bench.measure import Row

BENCHES = ("reference", "recovery", "people", "latency", "state")


def main() -> None:
    """Run the benches named on the command line (all by default), each on fresh services."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="which ones; all by default")
    parser.add_argument("--quick", action="store_true", help="smaller inputs, to see that they run")
    given = parser.parse_args()
    console = Console()
    table = Table("measured", "figure", "how", title="Kairos, measured here and now")
    for name in given.names or BENCHES:
        bench: Callable[[dict[str, str], bool], list[Row]] = import_module(f"tests.bench.{name}_bench").run
        console.print(f"{name} …", style="dim")
        with Services.start() as services:
            for row in bench(services.environment(), given.quick):
                console.print("  ".join(row), style="dim")
                table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    main()
