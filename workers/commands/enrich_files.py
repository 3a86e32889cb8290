"""Reads the documents of a file, each with its line: JSON, JSON Lines or CSV, by its name or its content."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

BOM = b"\xef\xbb\xbf"
PEEK_BYTES = 1 << 20  # from which the format is detected
COLUMN = re.compile(r" at line 1 column (\d+)$")
WHITESPACE = re.compile(r"[ \t\n\r]*")  # the four characters of JSON
DELIMITERS = ",;\t"


class FileEntry(NamedTuple):
    """The value that begins on a line, or the error there."""

    line: int
    value: Any = None
    error: str | None = None


class BrokenFile(ValueError):
    """A file that cannot be read from some line on; the text is `LINE: REASON`."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"{line}: {reason}")


def documents(path: Path, file: io.BufferedReader) -> Iterator[FileEntry]:
    """All entries of a file, in their order; raises BrokenFile."""
    return BY_NAME.get(path.suffix.lower(), by_content)(file)


def by_content(file: io.BufferedReader) -> Iterator[FileEntry]:
    """An array, one object per line, objects one after the other, or else CSV with a header."""
    head = file.peek(PEEK_BYTES).removeprefix(BOM).lstrip()
    if not head.startswith((b"[", b"{")):
        return csv_rows(file)
    return json_values(file) if head.startswith(b"[") or not is_json_line(head) else json_lines(file)


def is_json_line(head: bytes) -> bool:
    """Whether the first line is a whole value; one that is longer than what was peeked counts as whole."""
    first, newline, _ = head.partition(b"\n")
    try:
        from_json(first)
    except ValueError:
        return not newline and len(head) >= io.DEFAULT_BUFFER_SIZE
    return True


def json_lines(file: io.BufferedReader) -> Iterator[FileEntry]:
    """JSON Lines; after a bad line the next one is read."""
    for number, line in enumerate(file, 1):
        text = line.removeprefix(BOM).strip()
        if not text:
            continue
        try:
            yield FileEntry(number, from_json(text))
        except ValueError as error:
            yield FileEntry(number, error="not JSON: " + COLUMN.sub(r" in column \1", str(error)))


def json_values(file: io.BufferedReader) -> Iterator[FileEntry]:
    """An array, or one value after the other; raises BrokenFile.

    An error ends the file, because nothing shows where the next value begins.
    """
    text = decoded(file.read())
    decode = json.JSONDecoder().raw_decode
    position = skip_whitespace(text, 0)
    is_array = text.startswith("[", position)
    position = skip_whitespace(text, position + is_array)
    line, counted_to = 1, 0
    try:
        while position < len(text) and not (is_array and text[position] == "]"):
            line += text.count("\n", counted_to, position)
            counted_to = position
            value, position = decode(text, position)
            yield FileEntry(line, value)
            position = skip_whitespace(text, position)
            if is_array and not text.startswith("]", position):
                position = skip_whitespace(text, after(text, position, ","))
        if is_array:
            check_end(text, skip_whitespace(text, after(text, position, "]")))
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        failed_at = error.pos if isinstance(error, json.JSONDecodeError) else position
        raise BrokenFile(1 + text.count("\n", 0, failed_at), f"not JSON: {reason}") from None


def skip_whitespace(text: str, position: int) -> int:
    """The position of the next character that is no whitespace of JSON, or the end."""
    blanks = WHITESPACE.match(text, position)
    assert blanks is not None  # it matches the empty text too
    return blanks.end()


def after(text: str, position: int, mark: str) -> int:
    """The position behind a mark that must be here; raises JSONDecodeError."""
    if not text.startswith(mark, position):
        raise json.JSONDecodeError(f"expected {mark!r}", text, position)
    return position + len(mark)


def check_end(text: str, position: int) -> None:
    """Raise JSONDecodeError unless the text ends here."""
    if position < len(text):
        raise json.JSONDecodeError("more after the end of the list", text, position)


def decoded(data: bytes) -> str:
    """UTF-8 as text, without a byte order mark; raises BrokenFile."""
    try:
        return data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        raise BrokenFile(1 + data.count(b"\n", 0, error.start), "not UTF-8") from None


def csv_rows(file: io.BufferedReader) -> Iterator[FileEntry]:
    """CSV with a header of field names, separated by comma, semicolon or tab; empty cells are left out."""
    header = file.peek(PEEK_BYTES).partition(b"\n")[0].decode(errors="replace")
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
            yield FileEntry(line, error=f"not CSV: {error}")
            continue
        row = [text.strip() for text in row]
        if not any(row):
            continue
        if names is None:
            names = row
        else:
            yield row_entry(line, names, row)


def row_entry(line: int, names: list[str], row: list[str]) -> FileEntry:
    """A row as an object."""
    if len(row) > len(names):
        return FileEntry(line, error=f"{len(row)} cells, the header has {len(names)}")
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return FileEntry(line, error="not UTF-8")
    cells = zip(names, row, strict=False)
    return FileEntry(line, {name: text for name, text in cells if name and text})


BY_NAME: dict[str, Callable[[io.BufferedReader], Iterator[FileEntry]]] = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".csv": csv_rows,
    ".tsv": csv_rows,
}
