"""Values of documents: found at a path, and as JSON. Pure.

A value that JSON cannot hold, or a sub-document without a path into it, becomes UNREADABLE.
"""

import base64
import math
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bson import Binary, Code, DatetimeMS, DBRef, Decimal128, MaxKey, MinKey, ObjectId, Regex, Timestamp

from workers.product.reading.uuids import binary_text

MISSING = object()
MAPPINGS = (dict, Mapping)  # the driver's documents first: asking an abstract class takes longer
UNREADABLE: Mapping[str, Any] = {}  # an object without fields: every reader notes it, and it holds no data
DECIMAL_DIGITS = 34  # what a Decimal128 can hold exactly


def lookup(value: Any, path: tuple[str, ...]) -> Any:
    """The value at a path, MISSING when there is none. In a list a number is an index; a name is looked up in
    every element.
    """
    if not path:
        return value
    first, inner = path[0], path[1:]
    if isinstance(value, MAPPINGS):
        if first not in value:
            return MISSING
        return lookup(value[first], inner) if inner else value[first]
    if not isinstance(value, list):
        return MISSING
    if first.isdigit():
        return lookup(value[int(first)], inner) if int(first) < len(value) else MISSING
    return [part for item in value if (part := lookup(item, path)) is not MISSING]


def plain(value: Any) -> Any:
    """A value as JSON: text, number, boolean, null, or a list of those; a sub-document is UNREADABLE."""
    if type(value) is str:
        return value  # most are
    if isinstance(value, list):
        return [plain(item) for item in value if item is not None]
    simple = plain_or_none(value)
    return UNREADABLE if simple is MISSING else simple


def plain_or_none(value: Any) -> Any:
    """A single value as JSON (NaN and infinity as null); MISSING for other values."""
    if exact := EXACT.get(type(value)):
        return exact(value)
    return next((convert(value) for kind, convert in SIMPLE if isinstance(value, kind)), MISSING)


def _same(value: Any) -> Any:
    return value


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def number_of(number: Decimal) -> int | float | None:
    """A decimal number as JSON: whole up to DECIMAL_DIGITS digits, else the nearest float; None: none is."""
    if not number.is_finite():
        return None
    whole = number.adjusted() < DECIMAL_DIGITS and number == number.to_integral_value()
    return int(number) if whole else _finite(float(number))


def _time(value: datetime) -> str:
    at = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return at.isoformat().replace("+00:00", "Z")


def _binary(value: Binary) -> str:
    return binary_text(value, value.subtype)


# the first row whose type fits counts, so a subclass stands before its base class
SIMPLE: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Code, str),
    (str, _same),
    (bool, _same),
    (int, int),
    (float, _finite),
    (datetime, _time),
    (ObjectId, str),
    (Decimal128, lambda value: number_of(value.to_decimal())),
    (uuid.UUID, str),
    (Binary, _binary),
    (bytes, lambda value: base64.b64encode(value).decode()),
    (DatetimeMS, int),  # the driver gives this type only for years that a datetime does not reach
    (Timestamp, lambda value: _time(value.as_datetime())),
    (DBRef, lambda value: plain_or_none(value.id)),
    (Regex, lambda value: str(value.pattern)),
    (MinKey, lambda _: None),
    (MaxKey, lambda _: None),
    (type(None), _same),
)
EXACT = dict(SIMPLE)  # no row stands behind one of its base class, so its type alone finds the same row
