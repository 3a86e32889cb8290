"""Notes on the quality of a document: fields that could not be read or contradict each other."""

from typing import Any, ClassVar, Literal

from schemas.model import Model

Problem = Literal["malformed", "contradictory"]


class Note(Model):
    """A field of a document that could not be read (`malformed`) or contradicts another (`contradictory`).

    `reason` is a short text for people; it has at most 40 characters of a value, and never an address.
    """

    field: str
    problem: Problem
    reason: str


class Noted(Model):
    """A document with notes on its fields.

    `SET_BY_READING` names the fields that are set when a document is read. They are never taken from a
    product's document, even if that has a field of the same name.
    """

    notes: list[Note] = []

    SET_BY_READING: ClassVar[frozenset[str]] = frozenset({"notes"})
    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ()
