"""Documents from a file: JSON, JSON Lines or CSV, told by its name or its content, each with its line."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from json.decoder import WHITESPACE  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

BOM = b"\xef\xbb\xbf"
PEEKED = 1 << 20  # bytes looked at to tell the format
COLUMN = re.compile(r" at line 1 column (\d+)$")
DELIMITERS = ",;\t"


class FileEntry(NamedTuple):
    """What stands on a line: a value, or what is wrong there."""

    line: int
    value: Any = None
    wrong: str | None = None


class BrokenFile(ValueError):
    """A file of which the rest cannot be read; the text says from which line on, and why."""

    def __init__(self, line: int, wrong: str) -> None:
        super().__init__(f"{line}: {wrong}")


def documents(path: Path, file: io.BufferedReader) -> Iterator[FileEntry]:
    """All entries of a file, one after the other; raises BrokenFile."""
    return BY_NAME.get(path.suffix.lower(), by_content)(file)


def by_content(file: io.BufferedReader) -> Iterator[FileEntry]:
    """An array, one object per line, objects one after the other, or else a table with a header."""
    head = file.peek(PEEKED).removeprefix(BOM).lstrip()
    if not head.startswith((b"[", b"{")):
        return table(file)
    return values(file) if head.startswith(b"[") or not is_line(head) else lines(file)


def is_line(head: bytes) -> bool:
    """Whether a whole value stands on the first line; one that is too long to be seen whole must be one."""
    first, newline, _ = head.partition(b"\n")
    try:
        from_json(first)
    except ValueError:
        return not newline and len(head) >= io.DEFAULT_BUFFER_SIZE
    return True


def lines(file: io.BufferedReader) -> Iterator[FileEntry]:
    """JSON Lines: a bad line does not touch the others."""
    for number, line in enumerate(file, 1):
        text = line.removeprefix(BOM).strip()
        if not text:
            continue
        try:
            yield FileEntry(number, from_json(text))
        except ValueError as error:
            yield FileEntry(number, wrong="not JSON: " + COLUMN.sub(r" in column \1", str(error)))


def values(file: io.BufferedReader) -> Iterator[FileEntry]:
    """An array, or one value after the other. After an error nothing tells where the next one begins."""
    text = decoded(file.read())
    decode, skip = json.JSONDecoder().raw_decode, WHITESPACE.match
    at = skip(text, 0).end()
    many = text.startswith("[", at)
    at, line, seen = skip(text, at + many).end(), 1, 0
    try:
        while at < len(text) and not (many and text[at] == "]"):
            line, seen = line + text.count("\n", seen, at), at
            value, at = decode(text, at)
            yield FileEntry(line, value)
            at = skip(text, at).end()
            if many and not text.startswith("]", at):
                at = skip(text, after(text, at, ",")).end()
        if many:
            at = skip(text, after(text, at, "]")).end()
            after(text, at, "")
    except (ValueError, RecursionError) as error:
        wrong = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        place = error.pos if isinstance(error, json.JSONDecodeError) else at
        raise BrokenFile(1 + text.count("\n", 0, place), f"not JSON: {wrong}") from None


def after(text: str, at: int, mark: str) -> int:
    """The place after a mark that must stand here; an empty one is the end of the text."""
    if not text.startswith(mark, at) or (not mark and at < len(text)):
        raise json.JSONDecodeError(
            f"expected {mark!r}" if mark else "more after the end of the list", text, at
        )
    return at + len(mark)


def decoded(data: bytes) -> str:
    """The text of UTF-8; raises BrokenFile."""
    try:
        return data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        raise BrokenFile(1 + data.count(b"\n", 0, error.start), "not UTF-8") from None


def table(file: io.BufferedReader) -> Iterator[FileEntry]:
    """CSV with a header of field names, separated by comma, semicolon or tab; empty cells say nothing."""
    header = file.peek(PEEKED).partition(b"\n")[0].decode(errors="replace")
    delimiter = max(DELIMITERS, key=header.count)
    text = io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="")
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    names: list[str] | None = None
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield FileEntry(line, wrong=f"not CSV: {error}")
            continue
        row = [text.strip() for text in row]
        if not any(row):
            continue
        if names is None:
            names = row
        else:
            yield entry(line, names, row)


def entry(line: int, names: list[str], row: list[str]) -> FileEntry:
    """A row of a table as an object."""
    if len(row) > len(names):
        return FileEntry(line, wrong=f"{len(row)} cells, the header has {len(names)}")
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return FileEntry(line, wrong="not UTF-8")
    cells = zip(names, row, strict=False)
    return FileEntry(line, {name: text for name, text in cells if name and text})


BY_NAME: dict[str, Callable[[io.BufferedReader], Iterator[FileEntry]]] = {
    ".jsonl": lines,
    ".ndjson": lines,
    ".csv": table,
    ".tsv": table,
}
