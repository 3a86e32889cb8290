"""Writes the profiles of `kairos enrich` as JSON: to a file, whole or not at all, or to stdout."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from pydantic_core import PydanticSerializationError, to_json


@contextmanager
def open_output(path: Path | None) -> Iterator[IO[str]]:
    """A file that gets its name when the block ends without an error, or stdout; raises ClickException."""
    if path is None:
        # a terminal of another encoding shows question marks instead of an error
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
        yield sys.stdout
        return
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("w", encoding="utf-8") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from None
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
        return json.dumps(profile)
