"""Writes the profiles of `kairos enrich`: to a file, whole or not at all, or through what is no file."""

import errno
import json
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

import click
from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python

from workers.commands.enrich_entries import STANDARD_STREAM

Format = Literal["json", "jsonl", "table"]
# what an extension stands for; the first is the format when --format is not given
BY_EXTENSION: Mapping[str, tuple[Format, ...]] = {
    ".json": ("json",),
    ".jsonl": (
        "jsonl",
        "json",
    ),  # --format json has meant JSON in general: the extension says how it is laid out
    ".ndjson": ("jsonl", "json"),
    ".txt": ("table",),
}
# names of files that a process has open: written through, also where a regular file is behind them
OPEN_FILES = re.compile(r"/proc/.+|/dev/(fd/.+|stdout|stderr)")


def chosen_format(output: str | None, given: Format | None) -> Format:
    """The format for an output: by its extension, or as given where no extension says it.

    A table for stdout, JSON for a name without an extension. UsageError for an extension that is none of
    BY_EXTENSION, and for one that contradicts the given format.
    """
    if output is None or output == STANDARD_STREAM:
        return given or ("table" if output is None else "json")
    extension = Path(output).suffix.lower()
    formats = BY_EXTENSION.get(extension)
    if formats is None and (not extension or is_special(Path(output))):
        return given or "json"
    if formats is None:
        known = ", ".join(BY_EXTENSION)
        raise click.UsageError(f"--output {output}: no format is called {extension}; there are {known}")
    if given is not None and given not in formats:
        raise click.UsageError(f"--output {output} and --format {given} disagree")
    return formats[0]


def check_output(output: str | None, inputs: Iterable[str], force: bool) -> None:
    """UsageError for an output that is an input, and for a file that is there, unless `force`.

    ClickException when its folder is not there.
    """
    if output is None or output == STANDARD_STREAM:
        return
    path = Path(output)
    folder = Path(os.path.realpath(path)).parent
    if not folder.is_dir():
        raise click.ClickException(f"cannot write {path}: there is no folder {folder}")
    if is_special(path) or not path.exists():
        return
    for name in inputs:
        if name != STANDARD_STREAM and os.path.samefile(path, name):
            raise click.UsageError(f"--output {output} is an input too")
    if not force:
        raise click.UsageError(f"--output {output} is there already; --force replaces it")


def is_special(path: Path) -> bool:
    """Whether a path leads to something that is no regular file: a device, a FIFO, a socket, an open file."""
    if OPEN_FILES.fullmatch(os.path.abspath(path)):
        return True
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


@contextmanager
def open_output(output: str | None) -> Iterator[IO[str]]:
    """The open output; raises ClickException.

    A regular file gets its content when the block ends without an error, and is as it was after one. What is
    no regular file is written through. A link stays, and the file behind it gets the content.
    """
    if output is None or output == STANDARD_STREAM:
        # a terminal of another encoding shows question marks instead of an error
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
        yield sys.stdout
        return
    path = Path(output)
    try:
        if is_special(path):
            with path.open("w", encoding="utf-8") as file:
                yield file
        else:
            with replaced(Path(os.path.realpath(path))) as file:
                yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from None


@contextmanager
def replaced(path: Path) -> Iterator[IO[str]]:
    """A file beside `path` that takes its place and its permissions at the end; raises OSError."""
    if path.is_symlink():  # a link to itself leads nowhere
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("w", encoding="utf-8") as file:
            yield file
        if path.exists():
            shutil.copymode(path, part)
        if path.exists() and path.stat().st_nlink > 1:
            shutil.copyfile(part, path)  # its other names keep leading to it
        else:
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def dump(file: IO[str], profiles: Iterable[dict[str, Any]], lines: bool) -> None:
    """Write an array with a profile on each line, or just the lines."""
    before, between, after = ("", "\n", "\n") if lines else ("[\n", ",\n", "\n]\n")
    count = 0
    for count, profile in enumerate(profiles, 1):
        file.write((between if count > 1 else before) + as_json(profile))
    file.write(after if count else "" if lines else "[]\n")


def as_json(profile: dict[str, Any]) -> str:
    """One profile in one line; NaN and infinity, which a user's own fields may hold, become null."""
    try:
        return to_json(profile, inf_nan_mode="null").decode()
    except PydanticSerializationError:
        # half of a surrogate pair: JSON can escape it, UTF-8 cannot encode it
        return json.dumps(to_jsonable_python(profile, inf_nan_mode="null"))
