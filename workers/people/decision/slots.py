"""Slots: one mail at a time. A slot is taken by a decision and given back by its outcome, or by time."""

from collections.abc import Callable, Mapping

from schemas.mail import Engagement, Outcome
from schemas.model import to_epoch_ms
from workers.people.bounds import evict_mails, is_evicted_mail
from workers.people.decision.case import HOUR_MS, slot_end
from workers.people.policy import Policy
from workers.people.state import Slot, StoredPerson


def slot_id(stored: StoredPerson) -> str | None:
    """The id of the decision that holds the slot."""
    slot = stored.contact.slot
    return None if slot is None else f"{stored.id}:{slot.number}"


def take_slot(stored: StoredPerson, now: int, policy: Policy) -> None:
    """Reserve the next slot."""
    contact = stored.contact
    contact.number += 1
    contact.slot = Slot(contact.number, now, now + policy.valid_hours * HOUR_MS)
    contact.failed_at = None


def free_slot(stored: StoredPerson, now: int) -> bool:
    """Give a slot back whose time is over; true when that makes a contact.

    A mail that was written and not heard of again may have been sent: it counts for the cooldown from the
    time it was written.
    """
    end, slot = slot_end(stored), stored.contact.slot
    if slot is None or end is None or now < end:
        return False
    stored.contact.slot = None
    if slot.written_at is None:
        return False
    stored.contact.assumed_sent[f"{stored.id}:{slot.number}"] = slot.written_at
    evict_mails(stored)
    return True


def close_slot(stored: StoredPerson, at: int) -> None:
    """The person is gone: give the slot back. A mail that was written may have been sent; another is under
    way for a while after somebody who returns at once, as after a failure.
    """
    slot = stored.contact.slot
    if slot is None:
        return
    stored.contact.slot = None
    if slot.written_at is None:
        stored.contact.failed_at = max(at, stored.contact.failed_at or 0)
    else:
        stored.contact.assumed_sent[f"{stored.id}:{slot.number}"] = slot.written_at
        evict_mails(stored)


def written(stored: StoredPerson, decision: str, at: int) -> None:
    """The mail exists; it is not sent yet."""
    slot = stored.contact.slot
    if slot is not None and slot_id(stored) == decision and slot.written_at is None:
        slot.written_at = at


def sent(stored: StoredPerson, decision: str, at: int) -> None:
    """The mail was sent."""
    contact = stored.contact
    contact.assumed_sent.pop(decision, None)
    if not is_evicted_mail(stored, decision, at):
        contact.sent[decision] = min(at, contact.sent.get(decision, at))
        evict_mails(stored)
    _close(stored, decision)


def failed(stored: StoredPerson, decision: str, at: int) -> None:
    """The mail was not sent, or did not arrive."""
    contact = stored.contact
    contact.sent.pop(decision, None)
    contact.assumed_sent.pop(decision, None)
    contact.failed_at = max(at, contact.failed_at or 0)
    _close(stored, decision)


def suppressed_by(why: str) -> Callable[[StoredPerson, str, int], None]:
    """The reader wants no more mails; the mail they read was sent."""

    def apply(stored: StoredPerson, decision: str, at: int) -> None:
        clicked(stored, decision, at)
        stored.contact.suppressed_by = why

    return apply


def clicked(stored: StoredPerson, decision: str, at: int) -> None:
    """The mail was read, so it was sent, at this time at the latest."""
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


def engage(stored: StoredPerson, engagement: Engagement) -> None:
    """Take in what became of a decision."""
    OUTCOMES[engagement.outcome](stored, engagement.decision_id, to_epoch_ms(engagement.at))


def _close(stored: StoredPerson, decision: str) -> None:
    if slot_id(stored) == decision:
        stored.contact.slot = None
