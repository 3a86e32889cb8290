"""Decodes the documents of a product, and the changes of Debezium that hold them. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from pydantic_core import from_json

from schemas.model import to_epoch_ms
from schemas.notes import Note, Noted
from workers.product.changes.change import ReadChange, id_of_change, read_change
from workers.product.changes.position import LogPosition
from workers.product.reading import read
from workers.product.reading.clock import Clock
from workers.product.reading.forms import (
    OwnId,
    check_form,
    is_plain,
    own_id,
    parse_object,
    without_known_fields,
)
from workers.product.reading.uuids import DEFAULT, UuidRepresentation, with_plain_binaries
from workers.product.sources import Source
from workers.runtime.stage import Record

NOT_SENT = "was not sent with the last change, and is not known; REPLICA IDENTITY FULL sends it"
DELETION = ReadChange(None, {}, None)


class ReadDocument(NamedTuple):
    """A document as it was read, and the ids that it has itself (the key of its record names it).

    `change` is the change of Debezium that held it; then there is no document of a deleted one.
    """

    document: Noted | None
    own: OwnId
    change: ReadChange | None = None

    @property
    def position(self) -> LogPosition | None:
        """The position in its database's log of a change of Debezium."""
        return None if self.change is None else self.change.position


def document_decoder(
    model: type[Noted],
    clock: Callable[[], Clock] | None = None,
    uuids: UuidRepresentation = DEFAULT,
) -> Callable[[bytes], ReadDocument]:
    """A decoder of plain JSON objects; raises ValueError, naming the form, for anything else.

    `clock` bounds the times in documents when they are taken in; content that is stored was bounded before.
    `uuids` is the order of the bytes of old UUIDs in extended JSON.
    """

    def decode(data: bytes) -> ReadDocument:
        raw = parse_object(data)
        if b'"$binary"' in data or b'"$uuid"' in data:
            raw = with_plain_binaries(raw, uuids)
        document = read(model, raw, None if clock is None else clock())
        if not is_plain(model, raw):
            check_form(model, raw)
            unknown = without_known_fields(model, raw)
            document = document if unknown is None else with_note(document, unknown)
        return ReadDocument(document, own_id(raw))

    return decode


def change_decoder(
    model: type[Noted], source: Source, clock: Callable[[], Clock] | None = None
) -> Callable[[bytes], ReadDocument]:
    """A decoder of changes of Debezium; raises ValueError, naming the form, for anything else.

    The id of the document is in the key of its record: see `with_id_of_change`.
    """

    def decode(data: bytes) -> ReadDocument:
        now = None if clock is None else clock()
        change = read_change(source, data, None if now is None else to_epoch_ms(now.latest))
        document = None if change.content is None else read(model, change.content, now)
        return ReadDocument(document, OwnId(), change)

    return decode


def with_id_of_change(record: Record, source: Source) -> Record:
    """A record of Debezium under its document's id; raises ForeignFormError for a key that names none."""
    value: ReadDocument = record.value or ReadDocument(None, OwnId(), DELETION)
    change = value.change or DELETION
    id_, kind = id_of_change(source, record.key, change.row)
    return msgspec.structs.replace(record, key=id_, value=value._replace(own=OwnId((id_,), kind)))


def with_unchanged(read_now: ReadDocument, content: bytes | None) -> ReadDocument:
    """The document with the fields that its change did not send, as the stored `content` has them."""
    document, change = read_now.document, read_now.change
    if document is None or change is None or not change.unchanged:
        return read_now
    stored: Mapping[str, Any] = from_json(content) if content else {}
    notes = [note.model_dump() for note in document.notes]
    notes += [note for note in stored.get("notes", ()) if note["field"] in change.unchanged]
    if not content:
        notes += [
            Note(field=name, problem="malformed", reason=NOT_SENT).model_dump() for name in change.unchanged
        ]
    kept = {name: stored[name] for name in change.unchanged if name in stored}
    merged = read(type(document), {**from_json(document.dumps()), **kept, "notes": notes})
    return read_now._replace(document=merged)


def with_note(document: Noted, note: Note) -> Noted:
    """The document with one more note; of the same field and problem the new one stays."""
    others = [old for old in document.notes if (old.field, old.problem) != (note.field, note.problem)]
    notes = sorted([*others, note], key=lambda each: (each.field, each.problem))
    return document.model_copy(update={"notes": notes})
