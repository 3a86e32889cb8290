"""What a kill test says in the end: the seed, what happened, what is wrong, and how to do it again."""

from rich.console import Console
from rich.table import Table

from tests.soak.kills import Outcome

AGAIN = ".venv/bin/pytest -m slow -s --no-cov --seed {seed} tests/soak/test_kills.py"
SHOWN = 5


def show(outcome: Outcome, console: Console | None = None) -> None:
    """Print the table of a run, and the command that repeats it."""
    table = Table(title=f"kills under load, seed {outcome.plan.seed}", show_header=False)
    for worker, count in sorted(outcome.kills.items()):
        table.add_row(f"kills of {worker}", str(count))
    for name, count in outcome.counts.items():
        table.add_row(name, str(count))
    table.add_row("dead letters", str(outcome.dead))
    table.add_row(
        "ended by themselves", ", ".join(f"{name} ({code})" for name, code in outcome.deaths) or "none"
    )
    for name, found in outcome.lists().items():
        table.add_row(name.replace("_", " "), f"{len(found)} {' '.join(found[:SHOWN])}".strip())
    console = console or Console(width=110)
    console.print(table)
    console.print(f"again: {AGAIN.format(seed=outcome.plan.seed)}", soft_wrap=True)
