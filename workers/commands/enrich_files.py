"""Reads the documents of a file, each with its line: JSON, JSON Lines or CSV, by its content and its name."""

import io
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import PurePath
from typing import BinaryIO, NamedTuple

from pydantic_core import from_json

from workers.commands.enrich_csv import csv_rows
from workers.commands.enrich_entries import BrokenFile, FileEntry
from workers.commands.enrich_json import check_is_list, json_lines, json_values, list_in
from workers.commands.enrich_open import UNPACK_ERRORS, as_text

PEEK = 1 << 20  # characters from which the format is detected
JSON_BEGINS = re.compile(r"\[\s*[\[{\]]|\{\s*[\"}]")  # no header of CSV begins so
LINES, CSV = (".jsonl", ".ndjson"), (".csv", ".tsv", ".tab")
PACKED = (".gz", ".bz2", ".xz")


class Reading(NamedTuple):
    """How a file is read: `encoding` and `delimiter` where it does not tell, the `fields` that it may have.

    `check` raises RefusedFile for the names of a header that cannot be used.
    """

    encoding: str | None = None
    delimiter: str | None = None
    fields: Collection[str] = ()
    check: Callable[[list[str]], None] | None = None


def documents(name: str, file: BinaryIO, reading: Reading) -> Iterator[FileEntry]:
    """All entries of a file that can be read again, in their order; raises RefusedFile and BrokenFile."""
    stream = as_text(file, reading.encoding)
    try:
        yield from entries(name, stream, reading)
    except UnicodeDecodeError as error:
        raise BrokenFile("end", f"not {error.encoding}: {error.reason}") from None
    except UNPACK_ERRORS as error:
        raise BrokenFile("end", f"is compressed and cannot be unpacked: {error}") from None
    finally:
        stream.detach()


def entries(name: str, stream: io.TextIOWrapper, reading: Reading) -> Iterator[FileEntry]:
    """All entries of a text, in the format that it begins with."""
    head = stream.read(PEEK)
    stream.seek(0)
    head = head.lstrip()
    if not head:
        yield FileEntry(1, remark="is empty")
        return
    extension = extension_of(name)
    if extension in LINES and not head.startswith("["):
        yield from json_lines(stream)
    elif JSON_BEGINS.match(head) or (head[0] in "[{" and extension not in CSV):
        by_line = head[0] == "{" and is_json_line(head, reading.fields)
        yield from json_lines(stream) if by_line else json_values(stream, reading.fields)
    else:
        if extension not in CSV:
            check_is_list(head)
        yield from csv_rows(stream, reading.fields, reading.delimiter, reading.check)


def extension_of(name: str) -> str:
    """The extension of a file name in lower case, without that of a compression."""
    path = PurePath(name.lower())
    return PurePath(path.stem).suffix if path.suffix in PACKED else path.suffix


def is_json_line(head: str, fields: Collection[str]) -> bool:
    """Whether the first line is a whole document; one that is longer than what was peeked counts as whole."""
    first, newline, _ = head.partition("\n")
    try:
        value = from_json(first)
    except ValueError:
        return not newline and len(head) >= io.DEFAULT_BUFFER_SIZE
    return "\n" in head.rstrip() and list_in(value, fields) is None
