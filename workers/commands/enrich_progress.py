"""The progress bars of `kairos enrich`, on a terminal and for large input only."""

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, TypeVar, cast

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from workers.commands.enrich_open import open_input

T = TypeVar("T")
LARGE = 2_000_000  # bytes of input from which progress is shown


class Bar:
    """A line on stderr per file and one for the profiles; nothing when `progress` is None."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress

    @contextmanager
    def open(self, name: str, path: str) -> Iterator[BinaryIO]:
        """A file, or stdin for `-`, to read from and to read again; the bar follows what is read."""
        with open_input(path) as file:
            if self._progress is None:
                yield file
            else:
                size = file.seek(0, io.SEEK_END)
                file.seek(0)
                watched = self._progress.wrap_file(file, size, description=f"reading {name}")
                yield io.BufferedReader(cast(io.RawIOBase, watched))

    def track(self, profiles: Iterable[T], total: int) -> Iterable[T]:
        """The profiles; the bar counts them as they are iterated over."""
        if self._progress is None:
            return profiles
        return self._progress.track(profiles, total=total, description="writing profiles")


@contextmanager
def progress(size: int, to_file: bool) -> Iterator[Bar]:
    """A bar for `size` bytes of input; without `to_file` the profiles are printed to stdout.

    It shows nothing when stdout is the terminal too: it would stand between the profiles.
    """
    console = Console(stderr=True)
    if size < LARGE or not console.is_terminal or not (to_file or not sys.stdout.isatty()):
        yield Bar(None)
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bars:
        yield Bar(bars)
