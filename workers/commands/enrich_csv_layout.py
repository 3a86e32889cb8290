"""Finds the separator and the header of CSV, by parsing its beginning with every separator that may be."""

import csv
import io
import re
from collections.abc import Collection
from typing import NamedTuple

from workers.product.field_spelling import fold

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 30
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # spreadsheets write it first


class Layout(NamedTuple):
    """The separator, the lines before the header (`titles` of them have a text), the names in it."""

    delimiter: str
    skipped: int
    titles: int
    names: list[str]


def layout_of(sample: str, fields: Collection[str], delimiter: str | None) -> Layout:
    """The layout of a file that begins with the sample.

    Every separator is tried, and the one counts whose header has the most fields, then the one whose rows
    have as many cells as it most often. Lines with one cell may stand before the header.
    """
    marked = SEPARATOR_LINE.match(sample.splitlines()[0]) if sample else None
    given = delimiter or (marked[1] if marked else None)
    known = {fold(name) for name in fields}
    tried = [tried_layout(sample, known, each, 1 if marked else 0) for each in given or DELIMITERS]
    return max(tried, key=lambda result: result[0])[1]


def tried_layout(
    sample: str, known: Collection[str], delimiter: str, first: int
) -> tuple[tuple[int, int], Layout]:
    """The layout with a separator, and how good it is: fields in the header, rows with as many cells."""
    table = sample_rows(sample, delimiter)[first:]
    at = 0
    for number, (_, row) in enumerate(table):
        if any(fold(cell) in known for cell in row):
            at = number
            break
        if sum(map(bool, row)) > 1:
            break
    start, header = table[at] if table else (first, [])
    found = len({fold(cell) for cell in header} & set(known))
    alike = sum(len(row) == len(header) for _, row in table[at + 1 :]) if len(header) > 1 else 0
    return (found, alike), Layout(delimiter, start, at, header)


def sample_rows(sample: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first rows of a sample that have a cell, each with the number of lines before it."""
    lines = io.StringIO(sample, newline="")
    reader = csv.reader(lines, delimiter=delimiter)
    table: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                table.append((before, cells))
            before = reader.line_num
            if len(table) == SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return table
