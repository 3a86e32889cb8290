"""Slots: one mail at a time. A decision to send or ask reserves a slot; its outcome, or time, releases it."""

from collections.abc import Callable, Mapping

from schemas.mail import Engagement, Outcome
from schemas.model import to_epoch_ms
from workers.people.bounds import evict_mails, is_evicted_mail
from workers.people.decision.case import HOUR_MS, slot_end
from workers.people.policy import Policy
from workers.people.state import Slot, StoredPerson


def decision_id(stored: StoredPerson, slot: Slot) -> str:
    """The id of the decision in a slot."""
    return f"{stored.id}:{slot.number}"


def reserve_slot(stored: StoredPerson, at: int, policy: Policy) -> Slot:
    """Reserve the next slot for a decision at a time; it is valid for the policy's `valid_hours`."""
    contact = stored.contact
    contact.number += 1
    contact.slot = Slot(contact.number, at, at + policy.valid_hours * HOUR_MS)
    contact.failed_at = None
    return contact.slot


def is_in_flight(stored: StoredPerson) -> bool:
    """Whether the last decision is in an open slot: nothing else is decided until its outcome is known."""
    last, slot = stored.last_decision, stored.contact.slot
    return last is not None and slot is not None and last.id == decision_id(stored, slot)


def release_expired_slot(stored: StoredPerson, at: int) -> bool:
    """Release a slot whose time is over; True when this makes a contact.

    A mail that was written and has no outcome may have been sent: it counts for the cooldown from the time at
    which it was written.
    """
    end, slot = slot_end(stored), stored.contact.slot
    if slot is None or end is None or at < end:
        return False
    stored.contact.slot = None
    if slot.written_at is None:
        return False
    _assume_sent(stored, slot, slot.written_at)
    return True


def release_deleted_users_slot(stored: StoredPerson, deleted_at: int) -> None:
    """Release the slot of a person whose user document was deleted.

    A mail that was written may have been sent, and counts for the cooldown. Without one, a user who is
    created again gets no mail for `retry_hours`, as after a failure: the mail of the slot may be under way.
    """
    slot = stored.contact.slot
    if slot is None:
        return
    stored.contact.slot = None
    if slot.written_at is None:
        stored.contact.failed_at = max(deleted_at, stored.contact.failed_at or 0)
    else:
        _assume_sent(stored, slot, slot.written_at)


def _assume_sent(stored: StoredPerson, slot: Slot, written_at: int) -> None:
    stored.contact.assumed_sent[decision_id(stored, slot)] = written_at
    evict_mails(stored)


def written(stored: StoredPerson, decision: str, at: int) -> None:
    """The mail was written; the slot stays open."""
    slot = stored.contact.slot
    if slot is not None and decision_id(stored, slot) == decision and slot.written_at is None:
        slot.written_at = at


def sent(stored: StoredPerson, decision: str, at: int) -> None:
    """The mail was sent."""
    contact = stored.contact
    contact.assumed_sent.pop(decision, None)
    if not is_evicted_mail(stored, decision, at):
        contact.sent[decision] = min(at, contact.sent.get(decision, at))
        evict_mails(stored)
    _release(stored, decision)


def failed(stored: StoredPerson, decision: str, at: int) -> None:
    """The mail was not sent, or not delivered."""
    contact = stored.contact
    contact.sent.pop(decision, None)
    contact.assumed_sent.pop(decision, None)
    contact.failed_at = max(at, contact.failed_at or 0)
    _release(stored, decision)


def suppressed_by(reason: str) -> Callable[[StoredPerson, str, int], None]:
    """The outcome after which no more mails are sent, for a reason; the mail that caused it was sent."""

    def apply(stored: StoredPerson, decision: str, at: int) -> None:
        clicked(stored, decision, at)
        stored.contact.suppressed_by = reason

    return apply


def clicked(stored: StoredPerson, decision: str, at: int) -> None:
    """The mail was read, so it was sent at this time or before."""
    if decision not in stored.contact.sent:
        sent(stored, decision, at)


OUTCOMES: Mapping[Outcome, Callable[[StoredPerson, str, int], None]] = {
    "written": written,
    "sent": sent,
    "failed": failed,
    "bounced": failed,
    "complained": suppressed_by("complained"),
    "clicked": clicked,
    "unsubscribed": suppressed_by("unsubscribed"),
}


def apply_engagement(stored: StoredPerson, engagement: Engagement) -> None:
    """Apply the outcome of a decision, in place."""
    OUTCOMES[engagement.outcome](stored, engagement.decision_id, to_epoch_ms(engagement.at))


def _release(stored: StoredPerson, decision: str) -> None:
    slot = stored.contact.slot
    if slot is not None and decision_id(stored, slot) == decision:
        stored.contact.slot = None
