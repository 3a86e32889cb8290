"""How far `kairos enrich` is, on a terminal, when there is much to do."""

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, cast

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

T = TypeVar("T")
LARGE = 2_000_000  # bytes of input from which there is something to wait for


class Bar:
    """A line on stderr per file and one for the profiles; nothing at all without a `shown` progress."""

    def __init__(self, shown: Progress | None) -> None:
        self._shown = shown

    @contextmanager
    def open(self, name: str, path: Path) -> Iterator[io.BufferedReader]:
        """A file to read from, watched as it is read."""
        with path.open("rb") as file:
            if self._shown is None:
                yield file
            else:
                watched = self._shown.wrap_file(file, path.stat().st_size, description=f"reading {name}")
                yield io.BufferedReader(cast(io.RawIOBase, watched))

    def over(self, profiles: Iterable[T], total: int) -> Iterable[T]:
        """The profiles, counted as they are taken."""
        if self._shown is None:
            return profiles
        return self._shown.track(profiles, total=total, description="writing profiles")


@contextmanager
def progress(size: int, elsewhere: bool) -> Iterator[Bar]:
    """A bar for so many bytes of input; `elsewhere` says that the profiles go to a file."""
    console = Console(stderr=True)
    if size < LARGE or not console.is_terminal or not (elsewhere or not sys.stdout.isatty()):
        yield Bar(None)
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as shown:
        yield Bar(shown)
