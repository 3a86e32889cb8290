"""What could not be read of a document, or contradicts itself: its quality, one note per field."""

from typing import Any, ClassVar, Literal

from schemas.model import Model

Problem = Literal["malformed", "contradictory"]


class Note(Model):
    """One field of a document that has no meaning (`malformed`) or disagrees with another (`contradictory`).

    `reason` is a short text for people; it holds at most 40 characters of a value, and never an address.
    """

    field: str
    problem: Problem
    reason: str


class Noted(Model):
    """A document with the notes of its reading.

    `FOUND` names what no source says: it is found by reading, so a field of a product that happens to have
    the same name is never taken for it.
    """

    notes: list[Note] = []

    FOUND: ClassVar[frozenset[str]] = frozenset({"notes"})
    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ()
