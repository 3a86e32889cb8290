"""Reads the rows of CSV for `kairos enrich`, and loses no line uncounted."""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from workers.commands.enrich_csv_layout import Layout, layout_of
from workers.commands.enrich_entries import FileEntry, RefusedFile
from workers.commands.enrich_json import NOT_IN_ENCODING, encoding_name
from workers.product.field_spelling import fold

SAMPLE = 1 << 16  # characters from which separator and header are found


class Shape(NamedTuple):
    """By what a line is recognised as a row of its own: number of cells, where the id and the address are."""

    delimiter: str
    cells: int
    id_at: int
    email_at: int | None


class Lines:
    """The lines of a text, which can be given back; `taken` are those of the record that is being read."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self.taken: list[str] = []
        self.number = 0  # of the last line
        self._stream = stream
        self._again: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._stream)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self, count: int) -> None:
        """Let the last lines come again."""
        self._again.extendleft(self.taken[: -count - 1 : -1] if count else ())
        del self.taken[len(self.taken) - count :]
        self.number -= count


def csv_rows(
    stream: io.TextIOWrapper,
    fields: Collection[str] = (),
    delimiter: str | None = None,
    check: Callable[[list[str]], None] | None = None,
) -> Iterator[FileEntry]:
    """The rows below the header as objects, without empty cells; raises RefusedFile, also by `check`.

    `fields` are the names that a header may have; without them the first row is the header. A row with a
    quotation mark too many is lost, with the lines up to the next one that looks like a row.
    """
    sample = stream.read(SAMPLE)
    stream.seek(0)
    layout = layout_of(sample, fields, delimiter)
    if check is not None:
        check(layout.names)
    if layout.titles:
        yield FileEntry(1, remark=f"{counted(layout.titles, 'line')} before the header left out")
    yield from remarks_on(layout.names)
    lines = Lines(stream)
    for _ in range(layout.skipped):
        next(lines)
    yield from rows(lines, layout, encoding_name(stream.encoding))


def rows(lines: Lines, layout: Layout, encoding: str) -> Iterator[FileEntry]:
    """The rows of the lines from the header on."""
    reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
    shape = shape_of(layout)
    header_passed, count = False, 0
    while True:
        lines.taken.clear()
        line = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if not header_passed:
                raise RefusedFile(f"the header is not CSV: {error}", line) from None
            cause = "a quotation mark is not closed: " if len(lines.taken) > 1 else ""
            yield lost(line, lines, shape, f"not CSV: {cause}{error}")
            continue
        if len(lines.taken) > 1 and header_passed and is_merged(lines.taken, row, shape):
            yield lost(line, lines, shape, "not CSV: a quotation mark opens here, and lines like rows follow")
            continue
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if header_passed and cells == layout.names:
            yield FileEntry(line, remark="has the header again")
        elif header_passed:
            count += 1
            entry = row_entry(line, len(lines.taken), layout.names, cells, encoding)
            yield with_unpaired_quote(entry, lines.taken, len(cells) < shape.cells)
        header_passed = True
    if not count:
        yield FileEntry(lines.number, remark="has a header and no rows")


def with_unpaired_quote(entry: FileEntry, lines: Sequence[str], is_short: bool) -> FileEntry:
    """The entry of a row, with a remark if it has a quotation mark without its pair.

    If it is short too, it is an error: the end of a lost cell, or a cell with others in it.
    """
    if entry.error is not None or sum(text.count('"') for text in lines) % 2 == 0:
        return entry
    reason = "has a quotation mark without its pair"
    if is_short:
        return FileEntry(entry.line, error=f"{reason}, and {entry.remark}", lines=len(lines))
    return entry._replace(remark=reason)


def lost(line: int, lines: Lines, shape: Shape, reason: str) -> FileEntry:
    """The error of a record that cannot be read; the lines from the next one on that is a row come again."""
    following = lines.taken[1:]
    again = next((i for i, text in enumerate(following) if len(split(text, shape)) == shape.cells), None)
    lines.give_back(0 if again is None else len(following) - again)
    count = len(lines.taken)
    more = f"; {count:,} lines are lost" if count > 1 else ""
    return FileEntry(line, error=f"{reason}{more}", lines=max(1, count))


def split(line: str, shape: Shape) -> list[str]:
    """The cells of a single line."""
    return next(csv.reader([line], delimiter=shape.delimiter), [])


def is_merged(lines: Sequence[str], row: Sequence[str], shape: Shape) -> bool:
    """Whether the lines of one record look like several rows, which a quotation mark has joined.

    A line that continues a cell looks like a row when it has as many cells as the header, an id of the same
    form as the record's, and an address, if anything, where addresses are.
    """
    id_form = form(row[shape.id_at]) if shape.id_at < len(row) else ""
    for line in lines[1:]:
        cells = split(line, shape)
        if len(cells) != shape.cells or form(cells[shape.id_at]) != id_form:
            continue
        email = "" if shape.email_at is None else cells[shape.email_at].strip()
        if not email or "@" in email:
            return True
    return False


def form(text: str) -> str:
    """The form of an id: every run of digits as 9, every run of letters as a."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text.strip()))


def shape_of(layout: Layout) -> Shape:
    """What rows below a header look like."""
    folded = [fold(name) for name in layout.names]
    id_at = folded.index("id") if "id" in folded else 0
    return Shape(layout.delimiter, len(folded), id_at, folded.index("email") if "email" in folded else None)


def row_entry(line: int, lines: int, names: list[str], cells: list[str], encoding: str) -> FileEntry:
    """A row as an object; empty cells behind the last column are nothing."""
    while len(cells) > len(names) and not cells[-1]:
        cells.pop()
    if len(cells) > len(names):
        error = f"{len(cells)} cells, the header has {len(names)}"
        return FileEntry(line, error=error, lines=lines)
    if not all(map(str.isascii, cells)) and NOT_IN_ENCODING.search("".join(cells)):
        return FileEntry(line, error=f"not {encoding}", lines=lines)
    document: dict[str, str] = {}
    for name, text in zip(names, cells, strict=False):
        if name and text:
            document.setdefault(name, text)
    remark = None
    if len(cells) < len(names):
        remark = f"has {counted(len(cells), 'cell')}, the header has {len(names)}"
    elif any(text and not name for name, text in zip(names, cells, strict=False)):
        remark = "has a value in a column without a name"
    return FileEntry(line, document, remark=remark)


def remarks_on(names: list[str]) -> Iterator[FileEntry]:
    """A remark on every column that is there twice."""
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        yield FileEntry(1, remark=f"has two columns “{name}”; of each row the first that is not empty counts")


def counted(count: int, noun: str) -> str:
    """A number of things in words: `1 line`, `2 lines`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
