"""Run a bench over the workers of another tree and over those of this one, in turn, and show both.

    python -m tests.bench.compare OLD_TREE NAME --times 3 -- --rates 100,400 --partitions 4

OLD_TREE is a folder with a checkout of this repository, such as of `git worktree add`. What stands behind
`--` is for the bench. The benches are those of this tree for both; each run has services of its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import tree
from tests.bench.side_by_side import Compared, Rows, compare, in_turn, missing

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 150  # of the table in a file


class CompareError(RuntimeError):
    """A run failed, or measured another tree than it was to."""


def main() -> None:
    """Run both in turn, then print the medians and ratios."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("old", type=Path, help="the folder of the old tree")
    parser.add_argument("name", help="which bench")
    parser.add_argument("--times", type=int, default=3, help="how often each runs")
    own, options = split(sys.argv[1:])
    given = parser.parse_args(own)
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    trees = {"old": given.old.resolve(), "new": ROOT}
    runs: dict[str, list[Rows]] = {"old": [], "new": []}
    for turn, order in enumerate(in_turn(given.times)):
        for which in order:
            console.print(f"turn {turn + 1}: {which}, {trees[which]} …", style="dim", highlight=False)
            runs[which].append(run(trees[which], [given.name, *options]))
    console.print(as_table(compare(runs["old"], runs["new"]), given.times))
    for measured, name in missing(runs["old"], runs["new"]):
        console.print(f"not in every run: {measured}, {name}", highlight=False)


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before the first `--`, and what stands behind it."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return list(arguments[:at]), list(arguments[at + 1 :])


def run(workers_of: Path, arguments: Sequence[str]) -> Rows:
    """The figures of a bench of this tree over the workers of a tree; raises CompareError."""
    with tempfile.TemporaryDirectory(prefix="kairos-compare-") as folder:
        tests_of, file = Path(folder) / "path", Path(folder) / "figures.json"
        tests_of.mkdir()
        (tests_of / "tests").symlink_to(ROOT / "tests")
        command = [sys.executable, "-m", "tests.bench", *arguments, "--json", str(file)]
        environment = dict(os.environ) | tree.environment(workers_of, tests_of)
        ended = subprocess.run(command, env=environment, stdout=sys.stderr, check=False)
        if ended.returncode:
            raise CompareError(f"the bench over {workers_of} ended with {ended.returncode}")
        read = json.loads(file.read_text())
    if Path(read["tree"]) != workers_of:
        raise CompareError(f"the bench over {workers_of} has measured {read['tree']}")
    rows: Rows = read["rows"]
    return rows


def as_table(compared: Sequence[Compared], times: int) -> Table:
    """The figures of both, those of a row together."""
    busy = (
        f"medians of {times}; load of this machine after: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    table = Table("measured", "figure", title="old and new in turn", caption=busy)
    for name in ("old", "new", "new/old", "of each turn"):
        table.add_column(name, justify="right")
    before = ""
    for row in compared:
        if before and row.measured != before:
            table.add_section()
        turns = "" if row.least is None else f"{row.least:.2f} to {row.largest:.2f}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        label = "" if row.measured == before else row.measured
        table.add_row(label, row.name, number(row.old), number(row.new), ratio, turns)
        before = row.measured
    return table


def number(value: float) -> str:
    """A figure with three digits, or all of them before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
