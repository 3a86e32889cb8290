"""Values of pandas, numpy and BSON as plain ones of Python, by the names of their types: none is imported."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from workers.product.reading.uuids import binary_text

PLAIN = frozenset({str, int, bool, type(None), datetime, date})
# methods by which tables of pandas, polars and Arrow give their rows as dicts
ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("to_dicts", ()),
    ("to_pylist", ()),
    ("to_dict", ("records",)),
)
BASES: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (datetime, lambda value: datetime.fromisoformat(value.isoformat())),
    (date, lambda value: value),
    (str, str.__str__),
    (int, int),
    (float, float),
    ((Decimal, UUID, time, timedelta), str),
)
BSON: Mapping[str, Callable[[Any], Any]] = {
    "ObjectId": str,
    "Decimal128": str,
    "DatetimeMS": lambda value: {"$date": int(value)},
    "Timestamp": lambda value: value.as_datetime(),
    "DBRef": lambda value: plain(value.id),
    "Regex": lambda value: str(value.pattern),
    "MinKey": lambda value: None,
    "MaxKey": lambda value: None,
}
NO_UUID = 0  # the subtype of bytes that have none


def rows_of(documents: Iterable[Any]) -> Iterable[Any]:
    """The documents of an iterable; the rows of a table of pandas, polars or Arrow."""
    for method, arguments in ROWS:
        if not isinstance(documents, Mapping) and hasattr(documents, method):
            rows: Iterable[Any] = getattr(documents, method)(*arguments)
            return rows
    return documents


def are_plain(values: Collection[Any]) -> bool:
    """Whether all values, and all that is in them, are of the types that are read as they are."""
    if PLAIN.issuperset(map(type, values)):
        return True
    return all(is_plain(value) for value in values if type(value) not in PLAIN)


def is_plain(value: Any) -> bool:
    """Whether a value, and all that is in it, is of the types that are read as they are."""
    kind = type(value)
    if kind is float:
        return bool(value == value)  # NaN is not
    if kind is list:
        return are_plain(value)
    if kind is dict:
        return are_plain(value.values())
    return kind in PLAIN


def plain(value: Any) -> Any:
    """A value with the same meaning: null for NaN, NaT and NA, a text for ids and decimal numbers.

    A value of an unknown type stays as it is.
    """
    if is_plain(value):
        return value
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if isinstance(value, bytes):
        return binary_text(value, getattr(value, "subtype", NO_UUID))
    library = type(value).__module__.partition(".")[0]
    if library == "numpy":
        return of_numpy(value)
    if library == "bson" and type(value).__name__ in BSON:
        return BSON[type(value).__name__](value)
    if type(value).__name__ in ("NaTType", "NAType") or is_nan(value):
        return None
    for base, convert in BASES:
        if isinstance(value, base):
            return convert(value)
    return value


def of_numpy(value: Any) -> Any:
    """A scalar or an array of numpy; a time as text, because a scalar of nanoseconds becomes a number."""
    if getattr(value, "shape", ()):
        return plain(list(value))
    if is_nan(value):
        return None
    return str(value) if type(value).__name__ in ("datetime64", "timedelta64") else plain(value.item())


def is_nan(value: Any) -> bool:
    """Whether a value differs from itself, as NaN and NaT do."""
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return False
