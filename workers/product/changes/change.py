"""Reads a change as the content that its document has now, and the id that its key names. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from bson import json_util
from bson.errors import BSONError
from pydantic_core import from_json

from schemas.notes import Noted
from workers.product.changes.columns import MAYBE_BASE64, converted_row, is_unavailable, without_schema
from workers.product.changes.envelope import EXTENDED, take_apart
from workers.product.changes.position import LogPosition
from workers.product.field_rules import OWN_ID, FieldRule
from workers.product.mapping import Unmappable, canonical, document_key, id_type, is_left_out, map_fields
from workers.product.reading import read
from workers.product.reading.forms import ForeignFormError, parse_object
from workers.product.reading.values import quoted
from workers.product.sources import TOPICS, Source

KEY_CONVERTER = "key.converter=org.apache.kafka.connect.json.JsonConverter writes one that can be read"
D = TypeVar("D", bound=Noted)


class ReadChange(NamedTuple):
    """A document as it is after a change.

    `content` has the fields of the topic's payload without the id, as JSON-able values; None: deleted, or
    left out by the `where` of the source. `row` is what was mapped. The fields `unchanged` were not sent,
    because the change did not touch them.
    """

    content: dict[str, Any] | None
    row: Mapping[str, Any]
    position: LogPosition | None
    unchanged: tuple[str, ...] = ()


class ChangedId(NamedTuple):
    """The id of a document, as its references are read, and the type of the one in the database."""

    id: str
    kind: str


def read_change(source: Source, data: bytes, latest_ms: int | None = None) -> ReadChange:
    """The change in the value of a record; raises ValueError, naming the form, for anything else.

    `latest_ms` is the latest time (epoch ms) that is believed of a change.
    """
    event = take_apart(parse_object(data), latest_ms)
    if event.row is None:
        return ReadChange(None, {}, event.position)
    row, missing = _available(source, event.row, event.before)
    typed = _with_json_columns(source, row)
    mapped = map_fields(source, typed)
    if not event.is_typed:
        mapped, doubtful = without_schema(TOPICS[source.topic].payload[0], mapped, event.in_utc)
        notes = [{"field": name, "problem": "malformed", "reason": MAYBE_BASE64} for name in doubtful]
        mapped |= {"notes": notes} if notes else {}
    unchanged = tuple(rule.name for rule in source.fields if missing & _roots(rule))
    constants = {rule.name for rule in source.fields if not rule.paths}
    if not mapped.keys() - constants and not unchanged and len(row) > 1:
        names = ", ".join(quoted(name) for name in [*row][:5])
        raise ForeignFormError(f"a row without any field of a document: it has {names}; see `fields`")
    if unsent := sorted(missing & {path[0] for path in source.where_paths}):
        raise ForeignFormError(
            f"a change without the value of {quoted(unsent[0])}, which `where` reads;"
            " REPLICA IDENTITY FULL sends it"
        )
    content = None if is_left_out(source, typed) else mapped
    return ReadChange(content, row, event.position, unchanged)


def id_of_change(source: Source, key: str, row: Mapping[str, Any]) -> ChangedId:
    """The id of the document that a record's key names; raises ForeignFormError for a key that names none.

    A key is a struct of the columns of the primary key, with or without its schema, a value alone, or plain
    text. `row` is the document itself, {} for one that was deleted; what both have must be equal.
    """
    named = _columns_of(key)
    values = [_inner(value) for value in named.values()] if isinstance(named, Mapping) else [named]
    is_single = len(values) == 1 and (len(source.fields[0].path) == 1 or isinstance(values[0], Mapping))
    value = values[0] if is_single else named
    try:
        id_ = document_key(source, value)
    except Unmappable:
        raise ForeignFormError(f"the key {quoted(key)} names no document") from None
    columns: dict[str, Any] = dict(named) if isinstance(named, Mapping) else {}
    if is_single and OWN_ID in row:
        columns = {OWN_ID: value}
    for name, own in columns.items():
        if name in row and _text(row[name]) != _text(own):
            raise ForeignFormError(f"the key {quoted(_text(own))} and the row's {name} disagree")
    return ChangedId(id_, id_type(row[OWN_ID] if OWN_ID in columns and OWN_ID in row else value) or "text")


def changed_document(
    source: Source, model: type[D], key: str, change: ReadChange | None
) -> tuple[str, D | None]:
    """The id of a document, and the document as it is after a change; None: deleted, as without a change.

    Raises ForeignFormError for a key that names no document.
    """
    content, row = (None, {}) if change is None else (change.content, change.row)
    id_ = id_of_change(source, key, row).id
    return id_, None if content is None else read(model, content | {"id": id_})


def _columns_of(key: str) -> Any:
    """The struct of a key, or the value that stands alone."""
    text = key.strip()
    if not text:
        raise ForeignFormError("the key is empty: a table without a primary key needs message.key.columns")
    if text[0] == "\0":
        raise ForeignFormError(f"the key is binary: it begins with a zero byte; {KEY_CONVERTER}")
    if text.startswith("Struct{"):
        raise ForeignFormError(f"the key is the text of a struct; {KEY_CONVERTER}")
    if text[0] not in '{["':
        return text
    try:
        named = from_json(text)
    except ValueError:
        return text
    if isinstance(named, dict) and named.keys() == {"schema", "payload"}:
        schema, named = named["schema"], named["payload"]
        named = converted_row(named, schema, False) if isinstance(named, dict) else named
    if isinstance(named, list) or named in ({}, None):
        raise ForeignFormError(f"the key {quoted(key)} names no document")
    alone = isinstance(named, dict) and len(named) == 1 and next(iter(named)).startswith("$")
    return _inner(text if alone else named)


def _inner(value: Any) -> Any:
    """The id in the extended JSON that is a text in the keys of MongoDB; other values as they are."""
    if not isinstance(value, str) or value[:1] not in ("{", '"'):
        return value
    try:
        return json_util.loads(value, json_options=EXTENDED)
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError, BSONError):
        return value


def _text(value: Any) -> str:
    try:
        return canonical(value, "id")
    except Unmappable:
        return repr(value)


def _available(
    source: Source, row: Mapping[str, Any], before: Mapping[str, Any]
) -> tuple[Mapping[str, Any], set[str]]:
    """The row with what it had before in place of values that were not sent, and those that are missing."""
    absent = {name for name, value in row.items() if is_unavailable(value)}
    known = {name for name in absent if before.get(name) is not None and not is_unavailable(before[name])}
    kept = {name: before[name] if name in known else row[name] for name in row if name not in absent - known}
    return kept, absent - known


def _with_json_columns(source: Source, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with the JSON in texts of columns of which inner fields are mapped."""
    found = {root: _parsed(row.get(root)) for root in source.entered}
    return {**row, **{name: value for name, value in found.items() if value is not None}}


def _roots(rule: FieldRule) -> set[str]:
    """The columns of which a field is made."""
    return {path[0] for path in (*rule.paths, *rule.compared_paths)}


def _parsed(value: Any) -> Any:
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return from_json(value)
    except ValueError:
        return None
