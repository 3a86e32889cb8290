"""The case of one person at one time: what the rules look at."""

from typing import NamedTuple

from schemas.mail import Language
from schemas.model import from_epoch_ms
from schemas.names import normalise
from workers.people.policy import FieldName, Policy
from workers.people.profile.contacts import contact_times, cooldown_ms, latest
from workers.people.profile.language import preferred_language
from workers.people.profile.readiness import is_on_team, missing
from workers.people.state import StoredPerson

HOUR_MS = 3_600_000
GRACE_MS = HOUR_MS  # how long after `valid_until` an outcome may still come in


class Case(NamedTuple):
    """Times are epoch milliseconds; until `busy_until` a slot is open or a failure too fresh."""

    now: int
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
    """When the open slot is freed though nothing was heard of it."""
    slot = stored.contact.slot
    return None if slot is None else slot.valid_until + GRACE_MS


def case_of(stored: StoredPerson, now: int, waiting: tuple[str, ...], policy: Policy) -> Case | None:
    """The case of a person; None without a user document."""
    user, failed = stored.user, stored.contact.failed_at
    if user is None:
        return None
    last = latest(contact_times(stored), now)
    lacking = missing(user, policy.required_fields, from_epoch_ms(now).date())
    retry = None if failed is None else failed + policy.retry_hours * HOUR_MS
    return Case(
        now=now,
        waiting=waiting,
        has_address=bool(normalise(user.email)),
        suppressed_by=stored.contact.suppressed_by,
        on_team=is_on_team(user, policy),
        busy_until=slot_end(stored) or retry,
        last_contact=last,
        cooldown_end=None if last is None else last + cooldown_ms(policy),
        filled=len(policy.required_fields) - len(lacking),
        missing=next((name for name in policy.required_fields if name in lacking), None),
        language="ja" if preferred_language(user, policy) == "ja" else "en",
    )
