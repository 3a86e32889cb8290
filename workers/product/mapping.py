"""Maps a document of the product to the fields of a topic's payload. Pure.

Values stay as they are: `workers.product.reading` interprets them later. A value that JSON cannot hold, or a
sub-document without a path into it, becomes UNREADABLE. Only a document without an id is refused.
"""

import base64
import json
import math
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bson import Binary, Code, DatetimeMS, DBRef, Decimal128, MaxKey, MinKey, ObjectId, Regex, Timestamp
from bson.binary import OLD_UUID_SUBTYPE

from workers.product.reading.forms import ID_TYPE
from workers.product.reading.resumes import text_of_file
from workers.product.reading.uuids import DEFAULT, UUID_BYTES, UuidRepresentation, binary_text
from workers.product.sources import OWN_ID, FieldRule, Source

MISSING = object()
FILES = frozenset({"resume"})  # fields that may be a file, of which only the text is passed on
UNREADABLE: Mapping[str, Any] = {}  # an object without fields: every reader notes it, and it holds no data
ID_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (ObjectId, "ObjectId"),
    ((int, float, Decimal128), "number"),
    ((uuid.UUID, bytes), "binary"),  # a Binary is bytes
    ((datetime, Timestamp), "time"),
)
DECIMAL_DIGITS = 34  # what a Decimal128 can hold exactly


class Unmappable(ValueError):
    """A document without a usable id; the text names field and type, never a value."""


def document_key(source: Source, own_id: Any) -> str:
    """The key of a document from its `_id`, the only field that a deletion carries; raises Unmappable."""
    rule = source.fields[0]
    own_id = with_uuids(own_id, source.uuids)
    key = canonical(lookup({OWN_ID: own_id}, rule.path), f"{source.topic}.id")
    if not key:
        raise Unmappable(f"{source.topic}.id: is empty")
    return key


def map_document(source: Source, document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the topic's payload, as JSON-able values; missing and null ones are left out."""
    mapped = _fields(source.fields[1:], with_uuids(document, source.uuids), source.topic)
    return {"id": document_key(source, document.get(OWN_ID)), **mapped}


def encode_document(source: Source, document: Mapping[str, Any]) -> bytes:
    """The JSON of a mapped document, the same bytes for equal documents; raises Unmappable.

    Beside the payload's fields it has ID_TYPE if the id is no text, so that two documents whose ids are the
    same text (7 and "7", an ObjectId and its hex digits) are told from changes of one.
    """
    mapped = map_document(source, document)
    kind = id_type(lookup({OWN_ID: document.get(OWN_ID)}, source.fields[0].path))
    if kind is not None:
        mapped[ID_TYPE] = kind
    return json.dumps(mapped, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def id_type(value: Any) -> str | None:
    """The kind of an id that is no text: ObjectId, number, binary (a UUID), time or object; else None.

    That of an object is followed by the first letters of its values' kinds: `object:ns` (number and text).
    """
    if isinstance(value, DBRef):
        value = value.id
    if isinstance(value, Mapping):
        return "object:" + "".join([(id_type(item) or "s")[0] for item in value.values()])
    return next((name for kind, name in ID_TYPES if isinstance(value, kind)), None)


def _fields(rules: tuple[FieldRule, ...], document: Mapping[str, Any], where: str) -> dict[str, Any]:
    values = {rule.name: _value(rule, document, f"{where}.{rule.name}") for rule in rules}
    return {name: value for name, value in values.items() if value is not None}


def _value(rule: FieldRule, document: Mapping[str, Any], where: str) -> Any:
    value = lookup(document, rule.path)
    if value is None or value is MISSING:
        return None
    if rule.parts:
        return _parts(rule, value, where)
    if rule.name in FILES and isinstance(value, bytes):
        return text_of_file(value)
    return _reference(value, where) if rule.reference else plain(value)


def _reference(value: Any, where: str) -> Any:
    try:
        return canonical(value, where)
    except Unmappable:
        return plain(value)


def _parts(rule: FieldRule, value: Any, where: str) -> Any:
    """Sub-documents, each with its mapped fields only; a value that is no sub-document stays."""
    if isinstance(value, list):
        return [_parts(rule, item, where) for item in value if item is not None]
    return _fields(rule.parts, value, where) if isinstance(value, Mapping) else plain(value)


def with_uuids(value: Any, representation: UuidRepresentation) -> Any:
    """A value with UUIDs in place of those of subtype 3, unless the order of their bytes is the default."""
    if representation == DEFAULT:
        return value
    if isinstance(value, Mapping):
        return {name: with_uuids(item, representation) for name, item in value.items()}
    if isinstance(value, list):
        return [with_uuids(item, representation) for item in value]
    if isinstance(value, DBRef):
        return DBRef(value.collection, with_uuids(value.id, representation), value.database)
    if isinstance(value, Binary) and value.subtype == OLD_UUID_SUBTYPE and len(value) == UUID_BYTES:
        return uuid.UUID(binary_text(value, value.subtype, representation))
    return value


def lookup(value: Any, path: tuple[str, ...]) -> Any:
    """The value at a path, MISSING when there is none. In a list a number is an index; a name is looked up in
    every element.
    """
    if not path:
        return value
    first, inner = path[0], path[1:]
    if isinstance(value, Mapping):
        return lookup(value[first], inner) if first in value else MISSING
    if not isinstance(value, list):
        return MISSING
    if first.isdigit():
        return lookup(value[int(first)], inner) if int(first) < len(value) else MISSING
    return [part for item in value if (part := lookup(item, path)) is not MISSING]


def canonical(value: Any, where: str) -> str:
    """An id or reference as text: equal ids give equal texts, whatever number type holds them.

    A compound one is JSON with such texts as values; `true`, `false`, `null` and lists stay what they are.
    """
    if isinstance(value, DBRef):
        value = value.id
    simple = None if isinstance(value, bool) else plain_or_none(value)
    if isinstance(simple, str):
        return simple
    if isinstance(simple, float) and simple.is_integer():
        return str(int(simple))
    if isinstance(simple, int | float):
        return str(simple)
    if isinstance(value, Mapping):
        # the order of the fields is part of a compound id
        return json.dumps({k: _part(v, where) for k, v in value.items()}, separators=(",", ":"))
    raise Unmappable(f"{where}: {_kind(value)} cannot be an id")


def _part(value: Any, where: str) -> Any:
    """A value of a compound id."""
    if value is None or isinstance(value, bool):
        return value
    return [_part(item, where) for item in value] if isinstance(value, list) else canonical(value, where)


def plain(value: Any) -> Any:
    """A value as JSON: text, number, boolean, null, or a list of those; a sub-document is UNREADABLE."""
    if isinstance(value, list):
        return [plain(item) for item in value if item is not None]
    simple = plain_or_none(value)
    return UNREADABLE if simple is MISSING else simple


def plain_or_none(value: Any) -> Any:
    """A single value as JSON (NaN and infinity as null); MISSING for other values."""
    for kind, convert in SIMPLE:
        if isinstance(value, kind):
            return convert(value)
    return MISSING


def _same(value: Any) -> Any:
    return value


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _decimal(value: Decimal128) -> int | float | None:
    number = value.to_decimal()
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
    (Decimal128, _decimal),
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


def _kind(value: Any) -> str:
    if value is MISSING or value is None:
        return "nothing"
    names = {"dict": "a sub-document", "list": "a list"}
    return names.get(type(value).__name__, f"a value of type {type(value).__name__}")
