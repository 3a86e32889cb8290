"""Formulas of `filterByFormula`: the functions and operators that programs use to choose records. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from deploy.embedded.airtable.bases import TableData, TableRecord
from deploy.embedded.airtable.errors import unprocessable
from deploy.embedded.airtable.names import moment

TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|\{(?P<field>[^}]+)\}|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign><=|>=|!=|[=<>&(),+-]))"""
)
Value = Any
Formula = Callable[[TableRecord], Value]


def _same(a: Value, b: Value) -> bool:
    return (a or "") == (b or "") if a in (None, "") or b in (None, "") else bool(a == b)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    """A comparison that is false where a value is missing, or is of another kind."""

    def ordered(a: Value, b: Value) -> bool:
        try:
            return compare(a, b)
        except TypeError:
            return False

    return ordered


COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "=": _same,
    "!=": lambda a, b: not _same(a, b),
    ">": _ordered(lambda a, b: a > b),
    ">=": _ordered(lambda a, b: a >= b),
    "<": _ordered(lambda a, b: a < b),
    "<=": _ordered(lambda a, b: a <= b),
}


def parsed_time(text: Value) -> datetime | None:
    """The time that DATETIME_PARSE reads in ISO text; None for what is none."""
    try:
        time = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=moment(0).tzinfo)


FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "AND": lambda *values: all(values),
    "OR": lambda *values: any(values),
    "NOT": lambda value: not value,
    "TRUE": lambda: True,
    "FALSE": lambda: False,
    "BLANK": lambda: None,
    "LOWER": lambda value: str(value or "").lower(),
    "UPPER": lambda value: str(value or "").upper(),
    "DATETIME_PARSE": parsed_time,
    "IS_AFTER": COMPARISONS[">"],
    "IS_BEFORE": COMPARISONS["<"],
}
OF_RECORD: Mapping[str, Formula] = {
    "RECORD_ID": lambda record: record.id,
    "CREATED_TIME": lambda record: moment(record.created),
    "LAST_MODIFIED_TIME": lambda record: None if record.modified is None else moment(record.modified),
}


def condition(text: str, table: TableData) -> Callable[[TableRecord], bool]:
    """Whether a record fits a formula; TableError for one that cannot be read."""
    node = _Parser(text, table).whole()
    return lambda record: bool(node(record))


class _Parser:
    def __init__(self, text: str, table: TableData) -> None:
        self._text, self._table = text, table
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            match = TOKEN.match(text, place)
            if match is None or match.lastgroup is None:
                raise self._invalid()
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            place = match.end()

    def whole(self) -> Formula:
        node = self._comparison()
        if self._tokens:
            raise self._invalid()
        return node

    def _invalid(self) -> Exception:
        return unprocessable(
            "INVALID_FILTER_BY_FORMULA", f"The formula for filtering records is invalid: {self._text[:200]}"
        )

    def _take(self, *signs: str) -> str | None:
        if self._tokens and self._tokens[0][0] == "sign" and self._tokens[0][1] in signs:
            return self._tokens.pop(0)[1]
        return None

    def _comparison(self) -> Formula:
        left = self._joined()
        while sign := self._take(*COMPARISONS):
            left = self._compared(COMPARISONS[sign], left, self._joined())
        return left

    def _compared(self, compare: Callable[[Value, Value], bool], left: Formula, right: Formula) -> Formula:
        return lambda record: compare(left(record), right(record))

    def _joined(self) -> Formula:
        left = self._value()
        while self._take("&"):
            left = self._texts(left, self._value())
        return left

    def _texts(self, left: Formula, right: Formula) -> Formula:
        return lambda record: f"{left(record) or ''}{right(record) or ''}"

    def _value(self) -> Formula:
        if not self._tokens:
            raise self._invalid()
        if self._take("("):
            node = self._comparison()
            if not self._take(")"):
                raise self._invalid()
            return node
        kind, text = self._tokens.pop(0)
        if kind == "number":
            return lambda _record: float(text)
        if kind == "text":
            said = re.sub(r"\\(.)", r"\1", text[1:-1])
            return lambda _record: said
        if kind == "field":
            return self._field(text)
        if kind == "name":
            return self._call(text.upper()) if self._take("(") else self._field(text)
        raise self._invalid()

    def _field(self, text: str) -> Formula:
        name = self._table.name_of(text)
        if name is None:
            raise unprocessable(
                "INVALID_FILTER_BY_FORMULA",
                f"The formula for filtering records is invalid: Unknown field names: {text.lower()}",
            )
        return lambda record: record.cells.get(name)

    def _call(self, name: str) -> Formula:
        arguments: list[Formula] = []
        while not self._take(")"):
            if arguments and not self._take(","):
                raise self._invalid()
            arguments.append(self._comparison())
        if name in OF_RECORD and not arguments:
            return OF_RECORD[name]
        if name not in FUNCTIONS:
            raise self._invalid()
        function = FUNCTIONS[name]
        return lambda record: function(*(argument(record) for argument in arguments))
