"""The terminal: tagged lines that stay, and below them a footer that is updated in place."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.cells import cell_len
from rich.console import Console, Group
from rich.live import Live
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from workers.demo.fleet_state import ScreenLine
from workers.runtime.process.terminal import safe

STYLES = {
    "change": "cyan",
    "profile": "blue",
    "decision": "magenta",
    "mail": "green",
    "delivered": "bold green",
    "clicked": "bold yellow",
    "learnt": "bold cyan",
    "failed": "red",
    "leaves": "red",
    "dead": "bold red",
    "pause": "bold red",
}
VERDICTS = {"send": "bold green", "ask": "bold yellow", "wait": "dim"}
PROGRESS_SECONDS = 2.0
TAG_CELLS = 9
PERSON_CELLS = 24  # for id and name, in columns
PLAIN_PERSON_CELLS = 30


class Screen:
    """Shows lines: on a terminal in columns, coloured and with a footer, elsewhere as plain lines."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None
        self._progress_at = float("-inf")
        if console.is_terminal and not console.is_dumb_terminal:
            self._live = Live(console=console, auto_refresh=False, transient=True)

    def print_line(self, text: str, style: str = "") -> None:
        """Print one line."""
        self._console.print(safe(text, style), soft_wrap=not self.has_footer, highlight=False)

    def print_lines(self, texts: Iterable[str]) -> None:
        """Print several lines."""
        for text in texts:
            self.print_line(text)

    def print_event(self, line: ScreenLine, at: datetime) -> None:
        """Print one event; `at` is shown in local time."""
        clock = at.astimezone().strftime("%H:%M:%S")
        if self.has_footer:
            self._console.print(columns(line, clock))
        else:
            self._console.print(safe(plain(line, clock)), soft_wrap=True)

    def print_step(self, text: str) -> None:
        """Print a step of the start; the lines of a download are shown as progress."""
        if text.startswith("downloading"):
            self.show_progress(text)
        else:
            self.print_line(text, "dim")

    def show_progress(self, text: str) -> None:
        """Show progress: in the footer, or as a line at most every PROGRESS_SECONDS."""
        if self._live is not None:
            self._live.update(safe(text, "dim"), refresh=True)
        elif time.monotonic() - self._progress_at > PROGRESS_SECONDS:
            self._progress_at = time.monotonic()
            self.print_line(text)

    @property
    def has_footer(self) -> bool:
        """Whether lines can be updated in place here."""
        return self._live is not None

    def clear_footer(self) -> None:
        """Remove the footer."""
        if self._live is not None:
            self._live.update(safe(""), refresh=True)

    def set_footer(self, lines: Sequence[str]) -> None:
        """Replace the lines of the footer; does nothing where there is no terminal."""
        if self._live is not None:
            first, *others = lines
            self._live.update(
                Group(Rule(style="dim"), safe(first, "bold"), *(safe(line, "dim") for line in others)),
                refresh=True,
            )

    def print_table(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Print a table of names and values."""
        grid = Table(title=title, title_justify="left", show_header=False, title_style="bold")
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in rows:
            grid.add_row(safe(name), safe(value))
        self._console.print(grid)

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()


def columns(line: ScreenLine, clock: str) -> Table:
    """A line for a terminal: time, tag, person, text; a long text continues below itself."""
    grid = Table.grid(padding=(0, 1))
    for width in (8, TAG_CELLS, PERSON_CELLS):
        grid.add_column(width=width, no_wrap=True, overflow="ellipsis")
    grid.add_column(overflow="fold")
    text = safe(line.text)
    for verdict, colour in VERDICTS.items():
        if line.tag == "decision" and line.text.startswith(verdict):
            text.stylize(colour, 0, len(verdict))
    if line.ms is not None:
        text.append(f"  {line.ms} ms", "dim italic")
    grid.add_row(safe(clock, "dim"), safe(line.tag, STYLES[line.tag]), person(line), text)
    return grid


def person(line: ScreenLine) -> Text:
    """The id and the name."""
    return safe(line.person, "bold") + safe(f" {line.name}")


def plain(line: ScreenLine, clock: str) -> str:
    """The same as one plain line."""
    name = f"{line.person} {line.name}".strip()
    name += " " * (PLAIN_PERSON_CELLS - cell_len(name))  # a Japanese character takes two cells
    latency = "" if line.ms is None else f"  [{line.ms} ms]"
    return f"{clock} {line.tag:<{TAG_CELLS}} {name} {line.text}{latency}"
