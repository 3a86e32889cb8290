"""Recognises records in the forms of other tools: they are refused by name, never read as empty documents.

A document topic holds one plain JSON object per document, under the document's id as plain text.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, NamedTuple

from pydantic_core import from_json

from schemas.notes import Note, Noted
from workers.product.reading.values import READ_ERRORS, quoted, read_boolean, read_id
from workers.runtime.stage import ContentError

OWN_IDS = ("id", "_id")
ID_TYPE = "_id_type"  # what capture writes of the type of an id that is no text
# true, or a time, in rows that Debezium, Fivetran, Hevo, PeerDB, CouchDB, Airbyte or Stitch mark as deleted
DELETED = (
    "__deleted",
    "_fivetran_deleted",
    "__hevo__marked_deleted",
    "_peerdb_is_deleted",
    "_deleted",
    "_ab_cdc_deleted_at",
    "_sdc_deleted_at",
)
TYPE_NAMES = frozenset({"string", "int", "long", "S", "N", "B"})  # of Avro's JSON and of DynamoDB
WRAPPERS = frozenset(
    {"database", "table", "specversion", "metadata"}
)  # beside `data`, as Maxwell and DMS write
# the first bytes of data that are no JSON in UTF-8; the longer beginning stands first
BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "JSON behind a byte order mark; it must be left out"),
    (b"\xff\xfe", "UTF-16; UTF-8 is needed"),
    (b"\xfe\xff", "UTF-16; UTF-8 is needed"),
    (
        b"\0",
        "binary data behind a zero byte, as Avro, Protobuf and JSON Schema serializers write it with a"
        " registry; plain JSON is needed: of a connector value.converter and key.converter"
        " = org.apache.kafka.connect.json.JsonConverter",
    ),
    (b"\x1f\x8b", "compressed by gzip"),
)
HALF_CHARACTER = "has half of a character that UTF-16 writes in two parts"


class ForeignFormError(ContentError):
    """A record in the form of another tool; the text names the form."""


def parse_object(data: bytes) -> dict[str, Any]:
    """The JSON object in some bytes; ForeignFormError for other JSON, ValueError for what is no JSON.

    Fields with half a character (a lone surrogate) get a note, as an earlier reading would write it.
    """
    try:
        raw = from_json(data)
    except ValueError as error:
        for beginning, form in BEGINNINGS:
            if data.startswith(beginning):
                raise ValueError(form) from None
        raw = _with_half_characters(data, error)
    if isinstance(raw, dict):
        return raw
    if isinstance(raw, str) and raw.lstrip()[:1] == "{":
        raise ForeignFormError("a text that holds JSON; a JSON object is needed")
    kind = "null" if raw is None else quoted(raw)
    raise ForeignFormError(f"{kind} instead of a JSON object; a deletion is a record without a value")


def _with_half_characters(data: bytes, error: ValueError) -> Any:
    """What `json` reads where the strict reader refuses a lone surrogate; raises `error` for other faults."""
    if b"\\ud" not in data.lower():
        raise error
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        raise error from None
    if not isinstance(raw, dict):
        return raw
    halved = [name for name, value in raw.items() if _is_halved(value)]
    notes = [{"field": name, "problem": "malformed", "reason": HALF_CHARACTER} for name in halved]
    return raw | {"notes": notes}


def _is_halved(value: Any) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in json.dumps(value, ensure_ascii=False))


@cache
def field_names(model: type[Noted]) -> frozenset[str]:
    """The fields that a document of a source may have."""
    return frozenset(model.model_fields) - model.SET_BY_READING


def is_plain(model: type[Noted], raw: Mapping[str, Any]) -> bool:
    """Whether an object has fields of the model and no others, so that it can be no other form."""
    return type(raw.get("id", {})) is not dict and field_names(model) >= raw.keys() - {ID_TYPE}


def check_form(model: type[Noted], raw: Mapping[str, Any]) -> None:
    """Raise ForeignFormError for an object that is the form of another tool, or no document of the model."""
    form = envelope(raw)
    if form is not None:
        of_debezium = ', or `format = "debezium"` in sources.toml' if "Debezium" in form else ""
        raise ForeignFormError(
            f"{form}; the document itself is needed{of_debezium}, a deletion is a record without a value"
        )
    if is_marked_deleted(raw):
        raise ForeignFormError(
            "a flat row that is marked as deleted (__deleted, __op and the like);"
            " a deletion is a record without a value"
        )
    if is_typed(raw.get("id")) or is_typed(raw.get("_id")):
        raise ForeignFormError(
            "an object whose values are wrapped in their types, as in Avro's JSON or DynamoDB"
        )
    known = field_names(model) & raw.keys()
    if known <= {"id", "source"} and "data" in raw and raw.keys() & WRAPPERS:
        raise ForeignFormError("a change event or CloudEvent with the document under `data`")
    if not known and raw.keys() != {"_id"}:
        raise ForeignFormError(f"an object without any field of a document: it has {_names(raw)}")


def envelope(raw: Mapping[str, Any]) -> str | None:
    """The name of the envelope that an object is, None for a plain document."""
    names = raw.keys()
    if names in ({"schema", "payload"}, {"payload"}):
        inner = raw["payload"]
        form = envelope(inner) if isinstance(inner, Mapping) else None
        return f"an envelope of Kafka Connect (schema, payload){f' around {form}' if form else ''}"
    if "operationType" in names and names & {"fullDocument", "documentKey", "ns", "updateDescription"}:
        return "a change event of MongoDB (operationType, fullDocument)"
    if names & {"before", "after"} and (names & {"op", "op_type", "source", "ts_ms"} or len(names) <= 2):
        return "a change event of Debezium (before, after, op)"
    if names >= {"op", "ts_ms"}:
        return "a change event of Debezium without a document (op)"
    return None


def is_marked_deleted(raw: Mapping[str, Any]) -> bool:
    """Whether a flat row says that it is deleted; a mark that cannot be read counts as such."""
    meta = raw.get("_meta")
    if raw.get("__op") == "d" or (isinstance(meta, Mapping) and meta.get("op") == "d"):
        return True
    try:
        return any(read_boolean(raw[name]) for name in DELETED if name in raw)
    except READ_ERRORS:
        return True


def is_typed(value: Any) -> bool:
    """Whether a value is an object with its type as the only name."""
    return isinstance(value, Mapping) and len(value) == 1 and value.keys() <= TYPE_NAMES


def without_known_fields(model: type[Noted], raw: Mapping[str, Any]) -> Note | None:
    """The note on an object of which nothing but the id is known, though it has more."""
    if field_names(model) & raw.keys() != {"id"} or len(raw) == 1:
        return None
    others = _names({name: None for name in raw if name != "id"})
    return Note(field="id", problem="malformed", reason=f"is the only known field; the others are {others}")


class OwnId(NamedTuple):
    """The ids that a document itself has, as texts, and the type of the first one ("" without one)."""

    ids: tuple[str, ...] = ()
    kind: str = ""


def own_id(raw: Mapping[str, Any]) -> OwnId:
    """The ids in `id` and `_id`, without those that cannot be read."""
    id_ = raw.get("id")
    if type(id_) is str and "_id" not in raw:  # nearly always: the other cases follow
        text = read_id(id_)
        return OwnId() if text is None else OwnId((text,), str(raw.get(ID_TYPE, "text"))[:16])
    ids: list[str] = []
    kind = ""
    for value in (raw.get(name) for name in OWN_IDS):
        try:
            text = None if value is None else read_id(value)
        except READ_ERRORS:
            continue
        if text is not None:
            ids.append(text)
            kind = kind or _kind_of_id(value)
    return OwnId(tuple(ids), kind)


def _kind_of_id(value: Any) -> str:
    if isinstance(value, dict):
        return {"$oid": "ObjectId", "$uuid": "UUID"}.get(next(iter(value), ""), "number")
    return "text" if isinstance(value, str) else "number"


def check_key(key: str, ids: Collection[str] = ()) -> str:
    """The document's id from the key of its record; raises ForeignFormError naming what is wrong.

    `ids` are those in the document itself; one of them must be the key. Keys and references are read by the
    same function (`read_id`), so that equal ones meet.
    """
    if key[:1] == "\0":
        raise ForeignFormError("the key is binary: it begins with a zero byte, as Avro serializers write it")
    id_ = read_id(key)
    if id_ is None:
        raise ForeignFormError("the key is empty")
    if id_ in ids:
        return id_
    form = key_form(key)
    if form is not None:
        raise ForeignFormError(f"the key is {form}; the plain text of the document's id is needed")
    for other in ids:
        raise ForeignFormError(f"the key {quoted(key)} and the document's id {quoted(other)} disagree")
    return id_


def key_form(key: str) -> str | None:
    """The form of a key that another tool has written, None for plain text."""
    text = key.strip()
    if text.startswith("Struct{"):
        return "a struct of Kafka Connect"
    if len(text) > 1 and text[0] == text[-1] == '"':
        return "a JSON text in quotes"
    if text[:1] in ("{", "["):
        try:
            from_json(text)
        except ValueError:
            return None
        return "JSON (Kafka Connect, Debezium or the MongoDB connector)"
    return None


def _names(raw: Mapping[str, Any]) -> str:
    names = ", ".join(quoted(name) for name in [*raw][:5])
    return f"{names}{' and more' if len(raw) > 5 else ''}" if names else "none"
