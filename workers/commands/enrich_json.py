"""Reads JSON for `kairos enrich`: an array, objects one after the other, or one object per line."""

import io
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic_core import from_json

from workers.commands.enrich_entries import BrokenFile, FileEntry, RefusedFile
from workers.product.field_spelling import fold

CHUNK = 1 << 20  # characters that are in memory, or as many as one value has
BLANKS = re.compile(r"[ \t\n\r]*")  # the four characters of JSON
COLUMN = re.compile(r" at line 1 column (\d+)$")
HALF_CHARACTER = re.compile(r"\\ud[89a-f]", re.IGNORECASE)  # `from_json` refuses it, `json` does not
NOT_IN_ENCODING = re.compile("[\udc80-\udcff]")  # bytes that the decoder could not read
NAMES_SHOWN = 5
DEEPEST = 200  # levels of lists and objects in a value, as `from_json` reads them
AIRTABLE_RECORD = {"id", "createdTime", "fields"}


def json_lines(stream: io.TextIOWrapper) -> Iterator[FileEntry]:
    """JSON Lines; after a bad line the next one is read."""
    for number, line in enumerate(stream, 1):
        text = line.strip()
        if not text:
            continue
        try:
            yield FileEntry(number, from_json(text))
        except (ValueError, TypeError) as error:  # a TypeError for lone surrogates
            yield bad_line(number, text, error, stream.encoding)


def bad_line(number: int, text: str, error: Exception, encoding: str) -> FileEntry:
    """The entry of a line that the strict reader refuses; half a character is let through."""
    if NOT_IN_ENCODING.search(text):
        return FileEntry(number, error=f"not {encoding_name(encoding)}")
    if HALF_CHARACTER.search(text):
        try:
            return entry_of(number, json.loads(text))
        except (ValueError, RecursionError):
            pass
    return FileEntry(number, error="not JSON: " + COLUMN.sub(r" in column \1", str(error)))


def entry_of(line: int, value: Any, record: int = 0) -> FileEntry:
    """The entry of a value, an error for one with too many levels."""
    if is_too_deep(value):
        return FileEntry(line, error=f"has more than {DEEPEST} levels of lists and objects", record=record)
    return FileEntry(line, value, record=record)


def is_too_deep(value: Any) -> bool:
    """Whether a value has more than DEEPEST levels of lists and objects."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        contents = [each.values() if isinstance(each, dict) else each for each in level]
        level = [inner for each in contents for inner in each if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def encoding_name(codec: str) -> str:
    """The name of an encoding in an error."""
    return "UTF-8" if codec.startswith("utf-8") else codec


class Window:
    """A part of a JSON text: values are decoded in it one after the other, and what is behind it is read."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self.text = ""
        self.position = 0
        self._stream = stream
        self._ended = False
        self._decode = json.JSONDecoder().raw_decode
        self._counted_to, self._line, self._column = 0, 1, 1  # the place of a position

    def peek(self) -> str:
        """The next character that is no blank, without taking it; empty at the end."""
        while True:
            blanks = BLANKS.match(self.text, self.position)
            assert blanks is not None  # it matches the empty text too
            self.position = blanks.end()
            if self.position < len(self.text) or not self._read():
                return self.text[self.position : self.position + 1]

    def take(self, mark: str) -> None:
        """Take a mark that must be next; raises JSONDecodeError."""
        if self.peek() != mark:
            raise json.JSONDecodeError(f"expected {mark!r}", self.text, self.position)
        self.position += 1

    def value(self) -> Any:
        """Take the value that is next; raises JSONDecodeError and RecursionError."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self.text, self.position)
            except json.JSONDecodeError:
                if not self._read():
                    raise
                continue
            except ValueError:  # Python's bound for the digits of an integer
                fault = "a number with too many digits"
                raise json.JSONDecodeError(fault, self.text, self.position) from None
            if end < len(self.text) or not self._read():  # a number may go on behind the window
                self.position = end
                return value

    def place(self, position: int) -> tuple[int, int]:
        """The line and column, from 1, of a position that is not before an earlier one."""
        newlines = self.text.count("\n", self._counted_to, position)
        if newlines:
            self._line += newlines
            self._column = position - self.text.rindex("\n", self._counted_to, position)
        else:
            self._column += position - self._counted_to
        self._counted_to = position
        return self._line, self._column

    def _read(self) -> bool:
        """Read on, at least as much as is left; False at the end of the file."""
        if self._ended:
            return False
        more = self._stream.read(max(CHUNK, len(self.text) - self.position))
        if not more:
            self._ended = True
            return False
        self.place(self.position)
        left = self.text[self.position :]
        if not more.isascii() and (fault := NOT_IN_ENCODING.search(more)):
            line = self._line + left.count("\n") + more.count("\n", 0, fault.start())
            raise BrokenFile(line, f"not {encoding_name(self._stream.encoding)}")
        self.text, self.position, self._counted_to = left + more, 0, 0
        return True


def json_values(stream: io.TextIOWrapper, fields: Collection[str] = ()) -> Iterator[FileEntry]:
    """An array, or one object after the other; raises BrokenFile.

    An error ends the file, because nothing shows where the next value begins. One object with a list of
    objects in it and none of the `fields`, as interfaces answer, is read as that list.
    """
    window = Window(stream)
    first = window.peek()
    record = 0
    try:
        if first == "[":
            yield from array_values(window)
            return
        while window.peek():
            record += 1
            line, _ = window.place(window.position)
            value = window.value()
            is_single = record == 1 and not window.peek()
            listed = list_in(value, fields) if is_single else None
            if listed is not None:
                yield from entries_in(line, *listed)
                return
            if is_single:
                check_is_document(value, fields)
            yield entry_of(line, value)
    except (json.JSONDecodeError, RecursionError) as error:
        raise broken(window, error, record) from None


def array_values(window: Window) -> Iterator[FileEntry]:
    """The values of an array; raises JSONDecodeError, RecursionError, BrokenFile."""
    window.take("[")
    record, line = 0, 0
    try:
        while window.peek() not in ("]", ""):
            record += 1
            before, (line, _) = line, window.place(window.position)
            value = window.value()
            # the number is needed where the line does not tell the entry
            yield entry_of(line, value, record if line in (1, before) else 0)
            if window.peek() != "]":
                window.take(",")
        window.take("]")
        if window.peek():
            raise json.JSONDecodeError("more after the end of the list", window.text, window.position)
    except (json.JSONDecodeError, RecursionError) as error:
        raise broken(window, error, record) from None


def broken(window: Window, error: Exception, record: int) -> BrokenFile:
    """The error of a file whose JSON breaks off, with its line; in the first one with column and record."""
    reason, position = type(error).__name__, window.position
    if isinstance(error, json.JSONDecodeError):
        reason, position = error.msg, max(position, error.pos)
    line, column = window.place(position)
    place = f" (column {column:,}, record {record:,})" if line == 1 else ""
    return BrokenFile(line, f"not JSON: {reason}{place}")


def list_in(value: Any, fields: Collection[str]) -> tuple[str, list[Any]] | None:
    """The name and the list in an object that has one list of objects and none of the fields; else None."""
    if not isinstance(value, Mapping) or not value.keys().isdisjoint(fields):
        return None
    lists = [(name, inner) for name, inner in value.items() if is_list_of_objects(inner)]
    return lists[0] if len(lists) == 1 else None


def is_list_of_objects(value: Any) -> bool:
    """Whether a value is a list with objects in it, or an empty one."""
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def entries_in(line: int, name: str, values: list[Any]) -> Iterator[FileEntry]:
    """The entries of a list in an object; records of Airtable as their fields, with their id."""
    yield FileEntry(line, remark=f"read the list under “{name}”")
    for record, value in enumerate(values, 1):
        if value.keys() >= AIRTABLE_RECORD and isinstance(value["fields"], Mapping):
            value = {"created_date": value["createdTime"], **value["fields"], "id": value["id"]}
        yield entry_of(line, value, record)


def check_is_document(value: Any, fields: Collection[str]) -> None:
    """RefusedFile for an object that has none of the fields, such as one with the documents by their ids."""
    known = {fold(name) for name in fields}
    if not fields or not isinstance(value, Mapping) or known & {fold(name) for name in value}:
        return
    names = ", ".join(f"“{name}”" for name in [*value][:NAMES_SHOWN])
    raise RefusedFile(f"holds one object with {names or 'nothing'}; a list of objects is needed")


def check_is_list(head: str) -> None:
    """RefusedFile for a JSON text that is neither a list nor an object."""
    try:
        value = json.loads(head)
    except (ValueError, RecursionError):
        return
    shown = json.dumps(value, ensure_ascii=False)[:40]
    raise RefusedFile(f"holds {shown} and no list of objects")
