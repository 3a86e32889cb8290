"""The case of one person at one time: the input of the rules."""

from typing import NamedTuple

from schemas.mail import Language
from schemas.names import normalise
from workers.people.policy import FieldName, Policy
from workers.people.profile.contacts import cooldown_ms, last_contact
from workers.people.profile.days import today
from workers.people.profile.language import preferred_language
from workers.people.profile.readiness import is_on_team, missing_fields
from workers.people.state import StoredPerson

HOUR_MS = 3_600_000
GRACE_MS = HOUR_MS  # how long after `valid_until` the slot waits for an outcome


class Case(NamedTuple):
    """All that the rules need; times are epoch milliseconds.

    `at` is the time of the decision; a `last_contact` after it counts as made now. `busy_until` is the end of
    the open slot, or of the wait after a failure. `filled` is the number of required fields that have a
    value, `missing` the first that has none.
    """

    at: int
    waiting: tuple[str, ...]
    has_address: bool
    suppressed_by: str | None
    on_team: bool
    busy_until: int | None
    last_contact: int | None
    cooldown_end: int | None
    filled: int
    missing: FieldName | None
    language: Language


def slot_end(stored: StoredPerson) -> int | None:
    """When the open slot is released if no outcome arrives; None if no slot is open."""
    slot = stored.contact.slot
    return None if slot is None else slot.valid_until + GRACE_MS


def case_of(stored: StoredPerson, at: int, waiting: tuple[str, ...], policy: Policy) -> Case | None:
    """The case of a person; None without a user document. `waiting` names the sources that are not ready."""
    user, failed_at = stored.user, stored.contact.failed_at
    if user is None:
        return None
    contact_at = last_contact(stored)
    missing = missing_fields(user, policy.required_fields, today(user, at, policy))
    retry_at = None if failed_at is None else failed_at + policy.retry_hours * HOUR_MS
    return Case(
        at=at,
        waiting=waiting,
        has_address=bool(normalise(user.email)),
        suppressed_by=stored.contact.suppressed_by,
        on_team=is_on_team(user, policy),
        busy_until=slot_end(stored) or retry_at,
        last_contact=contact_at,
        cooldown_end=None if contact_at is None else contact_at + cooldown_ms(policy),
        filled=len(policy.required_fields) - len(missing),
        missing=next((name for name in policy.required_fields if name in missing), None),
        language="ja" if preferred_language(user, policy) == "ja" else "en",
    )
