"""Documents applied as facts to one person, and the profile as a dict for JSON."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import to_jsonable_python

from schemas.documents import NO_PURCHASE
from schemas.model import Version
from workers.people.batch.plain_values import are_plain, plain
from workers.people.facts import apply_fact
from workers.people.policy import Policy
from workers.people.profile.build import profile_fields
from workers.people.state import StoredPerson
from workers.people.stored_facts import claimed_sending

PLAIN = frozenset({str, int, float, bool, type(None)})
SAME_VERSION: Version = (0, 0)  # documents have no versions; of equal ones the fact applied last counts


class DocumentFact(NamedTuple):
    """A fact with the attributes of those in schemas/facts.py, whose value was validated before."""

    kind: str
    id: str
    at: int
    value: Any
    version: Version = SAME_VERSION
    resume_at: int | None = None


def apply_document(
    stored: StoredPerson, kind: str, id_: str, at: int, value: Any, read_at: int | None = None
) -> None:
    """Apply a document (None: retract it) at a time; times are epoch milliseconds.

    A message that says it was sent after `read_at`, the time at which it was read, was sent at `at`, as one
    without a date; None: it is believed. One that was sent between `at` and `read_at` is not sent yet.
    """
    claimed_at = claimed_sending(value) if kind == "message" and value is not None else None
    if kind == "order" and value is not None and value.status in NO_PURCHASE:
        value = None
    if claimed_at is not None and (read_at is None or claimed_at <= read_at):
        at = max(at, claimed_at)
    apply_fact(stored, DocumentFact(kind, id_, at, value))


def profile_of(stored: StoredPerson, at: int, policy: Policy) -> dict[str, Any]:
    """The profile at a time (epoch milliseconds), ready for JSON; ValueError without a user document."""
    profile: dict[str, Any] = jsonable(profile_fields(stored, at, policy))
    return profile


def jsonable(value: Any) -> Any:
    """A value of a profile as JSON has it, dates as ISO text; the keys of dicts are not copied."""
    kind = type(value)
    if kind is list:
        return [item if type(item) in PLAIN else jsonable(item) for item in value]
    if kind is dict:
        return {name: item if type(item) in PLAIN else jsonable(item) for name, item in value.items()}
    return value if kind in PLAIN else to_jsonable_python(value)


def as_given(document: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """A document of a database, a table or a file, ready to be read: `_id` as `id`, values as plain ones."""
    if not are_plain(document.values()):
        document = {name: plain(value) for name, value in document.items()}
    return document if document.get("id") is not None else {**document, "id": document.get("_id")}
