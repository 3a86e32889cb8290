"""A document as a fact for one person, and the profile as a dict for JSON."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import to_jsonable_python

from schemas.model import Version
from workers.people.facts import apply_fact
from workers.people.policy import Policy
from workers.people.profile.build import profile_fields
from workers.people.state import StoredPerson

PLAIN = frozenset({str, int, float, bool, type(None)})
DECIMALS = frozenset({"Decimal", "Decimal128"})  # of Python and of MongoDB, whose module nothing else needs
LATEST: Version = (0, 0)  # nothing says which of two documents is newer: the later one counts


class DocumentFact(NamedTuple):
    """What a fact of `schemas.facts` has, without checking again what was checked when it was read."""

    kind: str
    id: str
    at: int
    value: Any
    version: Version = LATEST


def apply_document(stored: StoredPerson, kind: str, id_: str, at: int, value: Any) -> None:
    """Take a document in (None: take it back); `at` is in epoch milliseconds."""
    apply_fact(stored, DocumentFact(kind, id_, at, value))


def profile_of(stored: StoredPerson, at: int, policy: Policy) -> dict[str, Any]:
    """The profile at a time (epoch milliseconds), ready for JSON; ValueError without a user document."""
    found: dict[str, Any] = jsonable(profile_fields(stored, at, policy))
    return found


def jsonable(value: Any) -> Any:
    """A value of a profile as JSON has it: dates as ISO text. Many profiles share their keys in memory."""
    kind = type(value)
    if kind is list:
        return [one if type(one) in PLAIN else jsonable(one) for one in value]
    if kind is dict:
        return {name: one if type(one) in PLAIN else jsonable(one) for name, one in value.items()}
    return value if kind in PLAIN else to_jsonable_python(value)


def as_given(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A document of a database or a file, ready to be read: `_id` is its id, a decimal number its text."""
    if document.get("id") is None:
        document = {**document, "id": document.get("_id")}
    if not any(type(value).__name__ in DECIMALS for value in document.values()):
        return document
    return {
        name: str(value) if type(value).__name__ in DECIMALS else value for name, value in document.items()
    }
