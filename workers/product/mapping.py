"""Maps a document of the product to the fields of a topic's payload. Pure.

Values stay as they are: `workers.product.reading` interprets them later. A value that JSON cannot hold, or a
sub-document without a path into it, becomes UNREADABLE. Only a document without an id is refused.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bson import Binary, DBRef, Decimal128, ObjectId, Timestamp
from bson.binary import OLD_UUID_SUBTYPE

from workers.product.computed_values import translated
from workers.product.field_rules import OWN_ID, FieldRule
from workers.product.filters import holds, nested
from workers.product.plain_values import MISSING, lookup, plain, plain_or_none
from workers.product.reading.forms import ID_TYPE
from workers.product.reading.lists import participant_texts
from workers.product.reading.resumes import text_of_file
from workers.product.reading.uuids import DEFAULT, UUID_BYTES, UuidRepresentation, binary_text
from workers.product.sources import Source

KEPT_IF_UNKNOWN = frozenset({"messages"})  # a message that perhaps counts holds the next one back
ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
FILES = frozenset({"resume"})  # fields that may be a file, of which only the text is passed on
ID_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (ObjectId, "ObjectId"),
    ((int, float, Decimal128), "number"),
    ((uuid.UUID, bytes), "binary"),  # a Binary is bytes
    ((datetime, Timestamp), "time"),
)


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


def is_left_out(source: Source, document: Mapping[str, Any]) -> bool:
    """Whether the `where` of a source leaves a document out, as if it were not there.

    So it does where it cannot be told, but for the topics KEPT_IF_UNKNOWN.
    """
    if not source.where:
        return False
    document = with_uuids(document, source.uuids)
    verdict = holds(source.where, document, document)
    return source.topic not in KEPT_IF_UNKNOWN if verdict is None else not verdict


def map_document(source: Source, document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the topic's payload, as JSON-able values; missing and null ones are left out."""
    return {"id": document_key(source, document.get(OWN_ID)), **map_fields(source, document)}


def map_fields(source: Source, document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `map_document` but the id."""
    document = with_uuids(document, source.uuids)
    return _fields(source.fields[1:], document, document, source.topic)


def encode_document(source: Source, document: Mapping[str, Any]) -> bytes:
    """The JSON of a mapped document, the same bytes for equal documents; raises Unmappable.

    Beside the payload's fields it has ID_TYPE if the id is no text, so that two documents whose ids are the
    same text (7 and "7", an ObjectId and its hex digits) are told from changes of one.
    """
    mapped = map_document(source, document)
    kind = id_type(lookup({OWN_ID: document.get(OWN_ID)}, source.fields[0].path))
    if kind is not None:
        mapped[ID_TYPE] = kind
    return ENCODE(mapped).encode()


def id_type(value: Any) -> str | None:
    """The kind of an id that is no text: ObjectId, number, binary (a UUID), time or object; else None.

    That of an object is followed by the first letters of its values' kinds: `object:ns` (number and text).
    """
    if isinstance(value, DBRef):
        value = value.id
    if isinstance(value, Mapping):
        return "object:" + "".join([(id_type(item) or "s")[0] for item in value.values()])
    return next((name for kind, name in ID_TYPES if isinstance(value, kind)), None)


def _fields(
    rules: tuple[FieldRule, ...], value: Mapping[str, Any], document: Mapping[str, Any], where: str
) -> dict[str, Any]:
    """The fields of a document, or of a sub-document (`value`) in it."""
    values = {rule.name: _value(rule, value, document, f"{where}.{rule.name}") for rule in rules}
    return {name: value for name, value in values.items() if value is not None}


def _value(rule: FieldRule, value: Mapping[str, Any], document: Mapping[str, Any], where: str) -> Any:
    computed = rule.computed
    found = lookup(value, rule.path) if computed is None else computed.of(value, document)
    if found is None or found is MISSING:
        return None
    if rule.parts:
        is_text = rule.where and isinstance(found, str)
        return _parts(rule, participant_texts(found) if is_text else found, document, where)
    if rule.name in FILES and isinstance(found, bytes):
        return text_of_file(found)
    if rule.values:
        found = translated(rule.values, found)
    return _reference(found, where) if rule.reference else plain(found)


def _reference(value: Any, where: str) -> Any:
    try:
        return canonical(value, where)
    except Unmappable:
        return plain(value)


def _parts(rule: FieldRule, value: Any, document: Mapping[str, Any], where: str) -> Any:
    """Sub-documents, each with its mapped fields only; a value that is no sub-document stays.

    Those for which the conditions of the field do not hold, or of which that is unknown, are left out.
    """
    if isinstance(value, list):
        parts = (_parts(rule, item, document, where) for item in value if item is not None)
        return [part for part in parts if part is not None]
    if rule.where and not holds(rule.where, _as_document(rule, value), document):
        return None
    return _fields(rule.parts, value, document, where) if isinstance(value, Mapping) else plain(value)


def _as_document(rule: FieldRule, entry: Any) -> Any:
    """An entry as its conditions see it: a bare value is the field that every entry has, its address."""
    path = next((part.path for part in rule.parts if part.required), ())
    return entry if isinstance(entry, Mapping) or not path else nested(path, entry)


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


def _kind(value: Any) -> str:
    if value is MISSING or value is None:
        return "nothing"
    names = {"dict": "a sub-document", "list": "a list"}
    return names.get(type(value).__name__, f"a value of type {type(value).__name__}")
