"""How `kairos mail evaluate` shows its scores."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from workers.commands.mail_standing import MILLION
from workers.evaluate.mail_scores import ScoredGroup
from workers.evaluate.readability import harder_by

FILE_WIDTH = 150  # characters of a line in a file or a pipe
HEADS = (
    "model", "language", "mails", "whole", "by the model", "refused", "tokens in", "tokens out", "cost",
    "seconds", "slowest", "readability",
)  # fmt: skip


def show(groups: Sequence[ScoredGroup]) -> None:
    """Print a row for each model and language, then what was refused and what was not whole."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=FILE_WIDTH)
    table = Table(*HEADS, title="Mails to the golden readers: means a mail, seconds are the median")
    for group in groups:
        table.add_row(*cells(group))
    console.print(table)
    for line in remarks(groups):
        console.print(line, markup=False)


def cells(group: ScoredGroup) -> Iterator[str]:
    """The row of a group."""
    yield from (group.model, group.language.value, f"{group.mails}", f"{group.whole:.0%}")
    yield from (f"{group.written:.0%}", f"{group.refusals:.2f}")
    yield from (f"{group.input_tokens:,.0f}", f"{group.output_tokens:,.0f}")
    yield from (f"${group.micro_dollars / MILLION:.6f}", f"{group.seconds:.2f}", f"{group.slowest:.2f}")
    yield "–" if group.readability is None else f"{group.readability:.1f} {direction(group)}"


def direction(group: ScoredGroup) -> str:
    """Which way is easier."""
    return "(less is easier)" if harder_by(group.language, 0, 1) > 0 else "(more is easier)"


def remarks(groups: Sequence[ScoredGroup]) -> Iterator[str]:
    """What the gate refused by check, and why mails are not whole."""
    for group in groups:
        name = f"{group.model}, {group.language.value}"
        if group.by_check:
            refused = ", ".join(f"{check} {count}" for check, count in group.by_check.items())
            yield f"{name}: refused by the gate: {refused}"
        for problem in group.problems:
            yield f"{name}: not whole: {problem}"
