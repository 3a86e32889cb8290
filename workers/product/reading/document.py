"""Reads a whole document, field by field."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from schemas.notes import Note, Noted
from workers.product.reading.clock import Clock, bound_times
from workers.product.reading.days import set_days
from workers.product.reading.fields import READERS
from workers.product.reading.rules import CONTRADICTIONS, DERIVED
from workers.product.reading.values import READ_ERRORS, PartialRead, reason_of

D = TypeVar("D", bound=Noted)
LONGEST_REASON = 200  # characters; a longer reason was not written by this reader


def read(model: type[D], raw: Mapping[str, Any], clock: Clock | None = None) -> D:
    """The document that a JSON object means, with a note for every field that has no meaning.

    `clock` bounds the times in it (see clock.py); without one, times may lie in the future, and zero is none.

    It never fails. A missing id is read as an empty one, because the key of the record names the document.
    Reading is idempotent: a document that was read and written is read as the same again, with its notes.
    """
    fields: dict[str, Any] = {"id": "", "notes": []}  # pydantic would copy a default, which takes long
    malformed: list[Note] = []
    for name, reader in READERS[model]:
        value = raw.get(name)
        if value is None:
            continue
        try:
            value = reader(value)
        except READ_ERRORS as error:
            malformed.append(Note(field=name, problem="malformed", reason=reason_of(error)))
            continue
        if type(value) is PartialRead:
            malformed.append(Note(field=name, problem="malformed", reason=value.reason))
            value = value.value
        if value is not None:
            fields[name] = value
    malformed += bound_times(model, fields, clock)
    set_days(model, fields, raw)
    for name, derive in DERIVED.get(model, ()):
        if name not in fields and (value := derive(fields)) is not None:
            fields[name] = value
    if malformed or "notes" in raw or model in CONTRADICTIONS:
        fields["notes"] = _notes(model, fields, raw.get("notes"), malformed)
    return model.model_validate(fields)


def _notes(
    model: type[Noted], fields: Mapping[str, Any], raw_notes: Any, malformed: list[Note]
) -> list[Note]:
    """All notes, sorted by field and problem, the newest of each; notes of an earlier reading stay."""
    rules = CONTRADICTIONS.get(model, ())
    contradictory = [note for rule in rules if (note := rule(fields)) is not None]
    if not (raw_notes or malformed or contradictory):
        return []
    earlier = list(_earlier_notes(model, raw_notes))
    newest = {(note.field, note.problem): note for note in [*earlier, *malformed, *contradictory]}
    return [newest[key] for key in sorted(newest)]


def _earlier_notes(model: type[Noted], raw_notes: Any) -> Iterator[Note]:
    """The notes of an earlier reading; a field `notes` of the product itself does not have their form."""
    for entry in raw_notes if isinstance(raw_notes, list) else ():
        try:
            note = Note.model_validate(entry)
        except ValueError:
            continue
        if note.field in model.model_fields and len(note.reason) <= LONGEST_REASON:
            yield note
