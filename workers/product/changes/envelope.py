"""Takes the value of a record of Debezium apart: an envelope (before, after, op), or a flat row. Pure.

Both may stand in the `schema` and `payload` of Kafka Connect's JSON converter. A flat row is what the
transformations ExtractNewRecordState and ExtractNewDocumentState leave: columns, `__deleted`, `__op` and the
like.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bson import json_util
from bson.binary import UuidRepresentation
from bson.codec_options import DatetimeConversion
from bson.errors import BSONError

from workers.product.changes.columns import converted_row, fields_of
from workers.product.changes.position import LogPosition, position_of
from workers.product.reading.forms import ForeignFormError, envelope
from workers.product.reading.values import READ_ERRORS, is_number, quoted, read_boolean

EXTENDED = json_util.JSONOptions(
    tz_aware=True,
    uuid_representation=UuidRepresentation.UNSPECIFIED,
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)
CONTENT = frozenset({"c", "u", "r"})  # operations after which there is a document
EARLIEST_MS = 946_684_800_000  # the year 2000; an earlier time of a change is in another unit, or none
OTHER_OPERATIONS = {
    "t": "a truncated table (op t), which names no documents: they stay until their rows are deleted",
    "m": "a message (op m), which is no document; leave its prefix out (message.prefix.exclude.list)",
}


class ChangeEvent(NamedTuple):
    """What a change says: the content after it (None: deleted) and before it, and its position.

    `is_typed`: a schema named the columns' types. `in_utc`: times without a zone are moments in UTC.
    """

    row: Mapping[str, Any] | None
    before: Mapping[str, Any]
    position: LogPosition | None
    is_typed: bool = False
    in_utc: bool = False


def take_apart(raw: Mapping[str, Any], latest_ms: int | None) -> ChangeEvent:
    """The change in a JSON object; raises ForeignFormError for any other form.

    `latest_ms` is the latest time (epoch ms) that is believed of a change, None to believe any.
    """
    schema, payload = None, raw
    if "payload" in raw and raw.keys() <= {"schema", "payload"}:
        schema, payload = raw.get("schema"), raw["payload"]
    if payload is None:
        return ChangeEvent(None, {}, None)
    if not isinstance(payload, Mapping):
        raise ForeignFormError(f"{quoted(payload)} in the payload, instead of a change")
    if "op" in payload and payload.keys() & {"before", "after", "source"}:
        return _of_envelope(payload, fields_of(schema), latest_ms)
    form = "a CloudEvent" if payload.keys() >= {"specversion", "data"} else envelope(payload)
    if form is not None:
        raise ForeignFormError(f"{form}; a change of Debezium with op and source is needed, or a flat row")
    return _of_flat_row(payload, schema, latest_ms)


def operation(op: Any) -> str:
    """c, u, r or d; raises ForeignFormError for another operation."""
    if op == "d" or (isinstance(op, str) and op in CONTENT):
        return str(op)
    other = OTHER_OPERATIONS.get(op) if isinstance(op, str) else None
    raise ForeignFormError(other or f"an unknown operation of Debezium, op {quoted(op)}")


def _of_envelope(
    payload: Mapping[str, Any], schemas: Mapping[str, Any], latest_ms: int | None
) -> ChangeEvent:
    op, source = operation(payload["op"]), payload.get("source")
    if not isinstance(source, Mapping):
        raise ForeignFormError("a change of Debezium without its source")
    check_time_of_change(source.get("ts_ms"), latest_ms)
    in_utc = source.get("connector") == "mongodb" or isinstance(payload.get("after"), str)
    position = position_of(source, op == "r")
    before = _content(payload.get("before"), schemas.get("before"), in_utc) or {}
    if op == "d":
        return ChangeEvent(None, before, position)
    row = _content(payload.get("after"), schemas.get("after"), in_utc)
    if row is None:
        raise ForeignFormError(
            "a change without the whole document (after): capture.mode=change_streams_update_full sends it;"
            " of a document that was deleted meanwhile nothing is lost"
        )
    return ChangeEvent(row, before, position, isinstance(payload["after"], str) or "after" in schemas, in_utc)


def _content(value: Any, schema: Any, in_utc: bool) -> Mapping[str, Any] | None:
    """A row, or the document of MongoDB in a text of extended JSON."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value, schema = json_util.loads(value, json_options=EXTENDED), None
        except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError, BSONError):
            raise ForeignFormError("a document that is no extended JSON of MongoDB") from None
    if not isinstance(value, Mapping):
        raise ForeignFormError(f"{quoted(value)} before or after a change, instead of a document")
    return converted_row(value, schema, in_utc) if schema else value


def _of_flat_row(payload: Mapping[str, Any], schema: Any, latest_ms: int | None) -> ChangeEvent:
    added = {name[2:]: value for name, value in payload.items() if name.startswith("__")}
    source = {name.removeprefix("source_"): value for name, value in added.items() if name != "ts_ms"}
    check_time_of_change(source.get("ts_ms"), latest_ms)
    position = position_of(source, added.get("op") == "r")
    if operation(added.get("op", "u")) == "d" or _is_deleted(added.get("deleted")):
        return ChangeEvent(None, {}, position)
    in_utc = "_id" in payload
    row = converted_row(payload, schema, in_utc)
    return ChangeEvent(
        {name: value for name, value in row.items() if not name.startswith("__")},
        {},
        position,
        bool(fields_of(schema)),
        in_utc,
    )


def _is_deleted(mark: Any) -> bool:
    try:
        return bool(read_boolean(mark)) if mark is not None else False
    except READ_ERRORS:
        raise ForeignFormError(f"__deleted {quoted(mark)} is neither true nor false") from None


def check_time_of_change(at: Any, latest_ms: int | None) -> None:
    """Raise ForeignFormError for a time (source.ts_ms) that is no time, or further ahead than is believed.

    Without one, None or 0, the position alone counts.
    """
    if isinstance(at, str) and at.isascii() and at.isdigit():
        at = int(at[:20])
    if at is None or (is_number(at) and at == 0):
        return
    if not is_number(at) or at < EARLIEST_MS:
        raise ForeignFormError(
            f"the time of the change, source.ts_ms {quoted(at)}, is no time in milliseconds"
        )
    if latest_ms is not None and at > latest_ms:
        raise ForeignFormError(f"the time of the change, source.ts_ms {quoted(at)}, is ahead of the clock")
