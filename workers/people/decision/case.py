"""The case of one person at one time: the input of the rules."""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from schemas.mail import Language
from schemas.names import normalise
from schemas.permissions import MAIL
from workers.people.contact_state import Contact, Permissions
from workers.people.policy import FieldName, Policy
from workers.people.profile.answers import answered_user
from workers.people.profile.contacts import contact_times, cooldown_ms, queued_messages
from workers.people.profile.days import today
from workers.people.profile.language import preferred_language, preferred_time_zone
from workers.people.profile.readiness import is_on_team, missing_fields
from workers.people.reported_times import FAR_AHEAD_MS, is_believable
from workers.people.state import StoredPerson, StoredUser

HOUR_MS = 3_600_000
WITHDRAWN_MS = HOUR_MS // 6  # how long after a mail was held back the next one is decided upon
GRACE_MS = HOUR_MS  # how long after `valid_until` the slot waits for an outcome
NO_PERMISSIONS = Permissions()


class Circumstances(NamedTuple):
    """What a decision depends on beside the person.

    `waiting` names the sources that are not ready, `paused` the pauses of more than one person: `all`,
    `campaign:NAME`. Without `is_ramped` nobody has to ask the ramp. A mail that came due in an outage is held
    until `held_until` (epoch milliseconds).
    """

    waiting: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    is_ramped: bool = False
    held_until: int | None = None


class Case(NamedTuple):
    """All that the rules need; times are epoch milliseconds.

    `at` is the time of the decision; a `last_contact` after it counts as made now. `busy_until` is the end of
    the open slot, or of the wait after a failure. `filled` is the number of required fields that have a
    value, `missing` are the fields to ask for that have none. `contacts` are the times of all contacts, in
    order, `mails` those of our own by campaign. `ignored` is the number of our mails since the last click.
    """

    at: int
    person: str
    zone: str
    language: Language
    around: Circumstances
    has_address: bool
    suppressed_by: str | None
    bounces: int
    consents: dict[str, bool]
    on_team: bool
    pause: tuple[bool, int | None]
    busy_until: int | None
    queued: int
    last_contact: int | None
    cooldown_end: int | None
    contacts: tuple[int, ...]
    mails: dict[str, list[int]]
    ignored: int
    filled: int
    missing: tuple[FieldName, ...]
    permissions: Permissions


def slot_end(stored: StoredPerson) -> int | None:
    """When the open slot is released if no outcome arrives; None if no slot is open."""
    slot = stored.contact.slot
    return None if slot is None else slot.valid_until + GRACE_MS


def busy_until(stored: StoredPerson, policy: Policy) -> int | None:
    """The end of the open slot, else of the waits after a failure and after a mail that was held back."""
    contact = stored.contact
    ends = (
        None if contact.failed_at is None else contact.failed_at + policy.retry_hours * HOUR_MS,
        None if contact.withdrawn_at is None else contact.withdrawn_at + WITHDRAWN_MS,
    )
    return slot_end(stored) or max([end for end in ends if end is not None], default=None)


def case_of(stored: StoredPerson, at: int, around: Circumstances, policy: Policy) -> Case | None:
    """The case of a person; None without a user document."""
    user, contact = answered_user(stored), stored.contact
    if user is None:
        return None
    contacts = contacts_of(stored)
    last = contacts[-1] if contacts else None
    missing = missing_fields(user, policy.askable_fields, today(user, at, policy))
    permissions = stored.permissions or NO_PERMISSIONS
    return Case(
        at=at,
        person=stored.id,
        zone=preferred_time_zone(user, policy),
        language="ja" if preferred_language(user, policy) == "ja" else "en",
        around=around,
        has_address=bool(normalise(user.email)),
        suppressed_by=suppression(contact, permissions),
        bounces=len(contact.bounced),
        consents=consents_of(user, permissions, at),
        on_team=is_on_team(user, policy),
        pause=pause_of(permissions),
        busy_until=busy_until(stored, policy),
        queued=queued_messages(stored, own=False),
        last_contact=last,
        cooldown_end=None if last is None else last + cooldown_ms(policy),
        contacts=contacts,
        mails=mails_by_campaign(contact),
        ignored=ignored_mails(contact),
        filled=len([name for name in policy.required_fields if name not in missing]),
        missing=unanswered(stored, missing, policy),
        permissions=permissions,
    )


def unanswered(stored: StoredPerson, missing: Sequence[str], policy: Policy) -> tuple[FieldName, ...]:
    """The fields to ask for: what was answered is not asked again, though it may fill nothing."""
    return tuple(
        name
        for name in policy.askable_fields
        if name in missing and f"{stored.id}/{name}" not in stored.answers
    )


def contacts_of(stored: StoredPerson) -> tuple[int, ...]:
    """The times of all contacts, sorted, those of documents that are no more included.

    Some may be after the time of the decision: every contact that is known was made.
    """
    times, message_at = contact_times(stored), stored.contact.message_at
    return tuple(sorted(times if message_at is None else [*times, message_at]))


def suppression(contact: Contact, permissions: Permissions) -> str | None:
    """Because of what nobody writes to the person; None if there is nothing."""
    if contact.suppressed_by is not None:
        return contact.suppressed_by
    return min([each.reason for each in permissions.suppressions.values()], default=None)


def consents_of(user: StoredUser, permissions: Permissions, at: int) -> dict[str, bool]:
    """Whether the person agreed, by purpose: what was said last counts, a refusal at the same time.

    Without a time that can be true at `at`, an agreement counts as the first word and a refusal as the last.
    """
    said: list[tuple[str, bool, int | None]] = [
        (each.purpose, each.given, each.at) for each in permissions.consents.values()
    ]
    if user.mail_consent is not None:
        said.append((MAIL, user.mail_consent, user.mail_consent_at))
    last: dict[str, tuple[float, bool]] = {}
    for purpose, given, claimed_at in said:
        unknown = -inf if given else inf
        time = claimed_at if is_believable(claimed_at, at + FAR_AHEAD_MS) else None
        word = (unknown if time is None else time, not given)
        last[purpose] = max(word, last.get(purpose, word))
    return {purpose: not is_refused for purpose, (_, is_refused) in last.items()}


def pause_of(permissions: Permissions) -> tuple[bool, int | None]:
    """Whether mails to the person are held back, and until when (None: that is not known)."""
    paused = [pause.until for pause in permissions.pauses.values() if pause.paused]
    ends = [until for until in paused if until is not None]
    return bool(paused), max(ends) if paused and len(ends) == len(paused) else None


def mails_by_campaign(contact: Contact) -> dict[str, list[int]]:
    """The times of our own mails by their campaign, sorted."""
    found: dict[str, list[int]] = {}
    for times in (contact.sent, contact.assumed_sent):
        for decision, at in times.items():
            if (campaign := contact.campaigns.get(decision)) is not None:
                found.setdefault(campaign, []).append(at)
    return {campaign: sorted(times) for campaign, times in found.items()}


def ignored_mails(contact: Contact) -> int:
    """How many of our mails were sent since the person last clicked in one."""
    clicked_at = contact.clicked_at
    return len([at for at in contact.sent.values() if clicked_at is None or at > clicked_at])
