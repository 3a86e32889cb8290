"""Reads what a field is made of from its table in `deploy/sources.toml`: a path, or a computation. Pure.

`problems` are as in filter_entries.py.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple

from pydantic import BaseModel

from workers.product.computed_values import Computation, Constant, CountOf, FirstOf, JoinOf, SumOf
from workers.product.filter_entries import kind_of, read_conditions, read_path
from workers.product.filters import word_key
from workers.product.reading.fields import is_reference, reader_of, value_type
from workers.product.reading.values import READ_ERRORS, PartialRead, quoted, reason_of

MADE_OF = ("path", "constant", "first", "join", "sum", "count")
# the other keys, and with which of the above they go
BESIDE: Mapping[str, tuple[str, ...]] = {
    "values": ("path", "first"),
    "separator": ("join",),
    "of": ("sum",),
    "where": ("sum", "count"),
}
LOOKED_UP = "what others refer to is read at a path, or at the first of some"


class FieldOrigin(NamedTuple):
    """What a field is made of: a path, or a computation; and the enumeration of its values."""

    path: tuple[str, ...] = ("",)
    computed: Computation | None = None
    values: tuple[tuple[str, Any], ...] = ()


class FieldTarget(NamedTuple):
    """The field of a payload, and the place of its entry in the file."""

    place: str
    model: type[BaseModel]
    name: str

    @property
    def kind(self) -> Any:
        """The type of its values."""
        return value_type(self.model.model_fields[self.name].annotation)

    @property
    def is_looked_up(self) -> bool:
        """Whether documents are found by it: an id, a reference, or the address of a person."""
        return is_reference(self.name) or self.name == "email"

    def problem_of(self, value: Any) -> str | None:
        """Why a value of the file cannot be one of the field; None when it can."""
        try:
            read = reader_of(self.model, self.name)(value)
        except READ_ERRORS as error:
            return reason_of(error)
        if isinstance(read, PartialRead):
            return read.reason
        return f"{quoted(value)} stands for nothing" if read is None else None


def read_origin(target: FieldTarget, table: Mapping[str, Any], problems: list[str]) -> FieldOrigin:
    """What the table of a field says."""
    place, before = target.place, len(problems)
    keys = (*MADE_OF, *BESIDE)
    problems.extend(
        f"{place}.{key}: unknown key, there are {', '.join(keys)}" for key in table if key not in keys
    )
    named = [key for key in MADE_OF if key in table]
    if len(named) != 1:
        found = f"both {' and '.join(named)}" if named else "nothing"
        problems.append(f"{place}: says {found} to make it of, say one of {', '.join(MADE_OF)}")
        return FieldOrigin()
    (made_of,) = named
    problems.extend(
        f"{place}.{key}: is for fields with {' or '.join(of)}, not {made_of}"
        for key, of in BESIDE.items()
        if key in table and made_of not in of
    )
    if target.is_looked_up and (made_of not in ("path", "first") or "values" in table):
        problems.append(f"{place}: {LOOKED_UP}")
    if len(problems) > before:
        return FieldOrigin()
    return _origin(target, made_of, table, problems)


def _origin(target: FieldTarget, made_of: str, table: Mapping[str, Any], problems: list[str]) -> FieldOrigin:
    place, entry = f"{target.place}.{made_of}", table[made_of]
    values = _values(target, table["values"], problems) if "values" in table else ()
    if made_of == "path":
        return FieldOrigin(read_path(place, entry, problems), values=values)
    if made_of == "constant":
        return FieldOrigin((), _constant(target, entry, problems))
    if made_of in ("first", "join"):
        paths = _paths(place, entry, problems)
        if made_of == "first":
            return FieldOrigin((), FirstOf(paths), values)
        return FieldOrigin((), _join(target, paths, table, problems))
    if target.kind not in (int, float):
        problems.append(f"{place}: {target.name} is no number")
    where = read_conditions(f"{target.place}.where", table.get("where", {}), problems)
    path = read_path(place, entry, problems)
    if made_of == "count":
        return FieldOrigin((), CountOf(path, where))
    return FieldOrigin((), _sum(target, path, where, table, problems))


def _sum(
    target: FieldTarget, path: tuple[str, ...], where: Any, table: Mapping[str, Any], problems: list[str]
) -> SumOf:
    """`sum = "lines.total"` is the same as `sum = "lines"` with `of = "total"`."""
    if "of" in table:
        of = table["of"]
        return SumOf(
            path,
            _paths(f"{target.place}.of", of if isinstance(of, list) else [of], problems),
            where,
        )
    return SumOf(path[:-1], (path[-1:],), where) if len(path) > 1 else SumOf(path, (), where)


def _join(
    target: FieldTarget, paths: tuple[tuple[str, ...], ...], table: Mapping[str, Any], problems: list[str]
) -> JoinOf:
    separator = table.get("separator", " ")
    if target.kind is not str:
        problems.append(f"{target.place}.join: {target.name} is no text")
    if not isinstance(separator, str):
        problems.append(f"{target.place}.separator: must be a text, not {separator!r}")
    return JoinOf(paths, str(separator))


def _paths(place: str, entry: Any, problems: list[str]) -> tuple[tuple[str, ...], ...]:
    if not isinstance(entry, list) or not entry:
        problems.append(f"{place}: must be a list of paths, not {entry!r}")
        return ()
    return tuple(read_path(place, each, problems) for each in entry)


def _constant(target: FieldTarget, entry: Any, problems: list[str]) -> Constant:
    value = _as_json(entry)
    items = value if isinstance(value, list) else [value]
    if not items or None in map(kind_of, items):
        problems.append(f"{target.place}.constant: must be a text, a number, true, false, a date or a list")
    elif problem := target.problem_of(value):
        problems.append(f"{target.place}.constant: {problem}")
    return Constant(value)


def _as_json(entry: Any) -> Any:
    """A value of TOML as JSON; a date or a time becomes its text."""
    if isinstance(entry, list):
        return [_as_json(item) for item in entry]
    return entry.isoformat() if isinstance(entry, datetime | date | time) else entry


def _values(target: FieldTarget, entry: Any, problems: list[str]) -> tuple[tuple[str, Any], ...]:
    """An enumeration: what stands in the product's documents, and what it is in the payload."""
    place = f"{target.place}.values"
    if not isinstance(entry, Mapping) or not entry:
        problems.append(f'{place}: must be a table like {{ paid = "placed", void = "cancelled" }}')
        return ()
    ours: dict[str, Any] = {}
    for theirs, value in entry.items():
        key = word_key(theirs) or ""
        if kind_of(value) is None:
            problems.append(f"{place}.{theirs}: must be a text, a number, true or false, not {value!r}")
        elif problem := target.problem_of(value):
            problems.append(f"{place}.{theirs}: {problem}")
        if key in ours:
            problems.append(f"{place}.{theirs}: is the same word as another one here")
        ours[key] = value
    return tuple(ours.items())
