"""Reads a whole document, field by field."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from schemas.notes import Note, Noted
from workers.product.reading.lists import Partly
from workers.product.reading.rows import CONTRADICTIONS, ELSEWHERE, READERS
from workers.product.reading.values import WITHOUT_MEANING, reason

D = TypeVar("D", bound=Noted)
LONGEST_REASON = 200  # characters; what is longer was not written here


def read(model: type[D], raw: Mapping[str, Any]) -> D:
    """The document that a JSON object means, with a note for every field that has no meaning.

    Nothing makes it fail. A missing id is empty, for the key of the record names the document. What was
    read and written before is read as the same again, notes included.
    """
    clean: dict[str, Any] = {"id": ""}
    malformed: list[Note] = []
    for name, reader in READERS[model]:
        value = raw.get(name)
        if value is None:
            continue
        try:
            value = reader(value)
        except WITHOUT_MEANING as problem:
            malformed.append(Note(field=name, problem="malformed", reason=reason(problem)))
            continue
        if type(value) is Partly:
            malformed.append(Note(field=name, problem="malformed", reason=value.reason))
            value = value.value
        if value is not None:
            clean[name] = value
    for name, found in ELSEWHERE.get(model, ()):
        if name not in clean and (value := found(clean)) is not None:
            clean[name] = value
    clean["notes"] = _notes(model, clean, raw.get("notes"), malformed)
    return model.model_validate(clean)


def _notes(model: type[Noted], clean: Mapping[str, Any], before: Any, malformed: list[Note]) -> list[Note]:
    """All notes in order; of one field and problem the newest. Notes of an earlier reading stay."""
    rows = CONTRADICTIONS.get(model, ())
    contradictory = [note for row in rows if (note := row(clean)) is not None]
    if not (before or malformed or contradictory):
        return []
    earlier = list(_earlier(model, before))
    newest = {(note.field, note.problem): note for note in [*earlier, *malformed, *contradictory]}
    return [newest[key] for key in sorted(newest)]


def _earlier(model: type[Noted], before: Any) -> Iterator[Note]:
    """The notes in a document that was read before; a product's own field of that name holds none."""
    for entry in before if isinstance(before, list) else ():
        try:
            note = Note.model_validate(entry)
        except ValueError:
            continue
        if note.field in model.model_fields and len(note.reason) <= LONGEST_REASON:
            yield note
