"""The terminal: tagged lines that stay and, below them, a few that are kept up to date."""

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

from workers.demo.tally import News
from workers.runtime.process.terminal import safe

STYLES = {
    "change": "cyan",
    "profile": "blue",
    "decision": "magenta",
    "mail": "green",
    "dead": "bold red",
}
VERDICTS = {"send": "bold green", "ask": "bold yellow", "wait": "dim"}
PROGRESS_SECONDS = 2.0
WHO = 24  # cells for id and name
PLAIN_WHO = 30


class Screen:
    """Shows lines. On a terminal they are in columns, coloured, with a foot; elsewhere they are plain."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None
        self._progress_at = float("-inf")
        if console.is_terminal and not console.is_dumb_terminal:
            self._live = Live(console=console, auto_refresh=False, transient=True)

    def say(self, text: str, style: str = "") -> None:
        """A line of its own."""
        self._console.print(safe(text, style), soft_wrap=not self.has_foot, highlight=False)

    def lines(self, lines: Iterable[str]) -> None:
        """Some lines."""
        for line in lines:
            self.say(line)

    def news(self, news: News, at: datetime) -> None:
        """One thing that has happened; `at` is shown in local time."""
        clock = at.astimezone().strftime("%H:%M:%S")
        if self.has_foot:
            self._console.print(row(news, clock))
        else:
            self._console.print(safe(plain(news, clock)), soft_wrap=True)

    def step(self, text: str) -> None:
        """A step of the start; what a download says again and again stays in one place, or is said seldom."""
        if text.startswith("downloading"):
            self.progress(text)
        else:
            self.say(text, "dim")

    def progress(self, text: str) -> None:
        """How far something is: at the foot, or as a line every few seconds."""
        if self._live is not None:
            self._live.update(safe(text, "dim"), refresh=True)
        elif time.monotonic() - self._progress_at > PROGRESS_SECONDS:
            self._progress_at = time.monotonic()
            self.say(text)

    @property
    def has_foot(self) -> bool:
        """Whether lines can be kept up to date here."""
        return self._live is not None

    def clear(self) -> None:
        """Remove the foot."""
        if self._live is not None:
            self._live.update(safe(""), refresh=True)

    def foot(self, lines: Sequence[str]) -> None:
        """Replace the lines at the foot; nothing where there is no terminal."""
        if self._live is not None:
            head, *rest = lines
            self._live.update(
                Group(Rule(style="dim"), safe(head, "bold"), *(safe(line, "dim") for line in rest)),
                refresh=True,
            )

    def table(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """A small table of names and values."""
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


def row(news: News, clock: str) -> Table:
    """A line for a terminal: time, tag, who, what; what is long goes on below itself."""
    grid = Table.grid(padding=(0, 1))
    for width in (8, 8, WHO):
        grid.add_column(width=width, no_wrap=True, overflow="ellipsis")
    grid.add_column(overflow="fold")
    style = STYLES[news.tag]
    what = safe(news.text)
    for verdict, colour in VERDICTS.items():
        if news.tag == "decision" and news.text.startswith(verdict):
            what.stylize(colour, 0, len(verdict))
    if news.ms is not None:
        what.append(f"  {news.ms} ms", "dim italic")
    grid.add_row(safe(clock, "dim"), safe(news.tag, style), who(news), what)
    return grid


def who(news: News) -> Text:
    """The id and the name."""
    return safe(news.person, "bold") + safe(f" {news.name}")


def plain(news: News, clock: str) -> str:
    """The same as one plain line."""
    name = f"{news.person} {news.name}".strip()
    name += " " * (PLAIN_WHO - cell_len(name))  # a Japanese character takes two cells
    took = "" if news.ms is None else f"  [{news.ms} ms]"
    return f"{clock} {news.tag:<8} {name} {news.text}{took}"
