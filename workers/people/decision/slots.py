"""Slots: one mail at a time. A slot is taken by a decision and given back by its outcome, or by time."""

from collections.abc import Callable, Mapping

from schemas.mail import Engagement, Outcome
from schemas.model import epoch_ms
from workers.people.bounds import fold_mails, is_folded_mail
from workers.people.decision.case import HOUR_MS, slot_end
from workers.people.policy import Policy
from workers.people.state import Kept, Slot


def slot_id(kept: Kept) -> str | None:
    """The id of the decision that holds the slot."""
    slot = kept.contact.slot
    return None if slot is None else f"{kept.id}:{slot.number}"


def take_slot(kept: Kept, now: int, policy: Policy) -> None:
    """Reserve the next slot."""
    contact = kept.contact
    contact.number += 1
    contact.slot = Slot(contact.number, now, now + policy.valid_hours * HOUR_MS)
    contact.failed_at = None


def free_slot(kept: Kept, now: int) -> bool:
    """Give a slot back whose time is over; true when that makes a contact.

    A mail that was written and not heard of again may have been sent: it counts for the cooldown from the
    time it was written.
    """
    end, slot = slot_end(kept), kept.contact.slot
    if slot is None or end is None or now < end:
        return False
    kept.contact.slot = None
    if slot.written_at is None:
        return False
    kept.contact.presumed[f"{kept.id}:{slot.number}"] = slot.written_at
    fold_mails(kept)
    return True


def close_slot(kept: Kept, at: int) -> None:
    """The person is gone: give the slot back. A mail that was written may have been sent; another is under
    way for a while after somebody who returns at once, as after a failure.
    """
    slot = kept.contact.slot
    if slot is None:
        return
    kept.contact.slot = None
    if slot.written_at is None:
        kept.contact.failed_at = max(at, kept.contact.failed_at or 0)
    else:
        kept.contact.presumed[f"{kept.id}:{slot.number}"] = slot.written_at
        fold_mails(kept)


def written(kept: Kept, decision: str, at: int) -> None:
    """The mail exists; it is not sent yet."""
    slot = kept.contact.slot
    if slot is not None and slot_id(kept) == decision and slot.written_at is None:
        slot.written_at = at


def sent(kept: Kept, decision: str, at: int) -> None:
    """The mail was sent."""
    contact = kept.contact
    contact.presumed.pop(decision, None)
    if not is_folded_mail(kept, decision, at):
        contact.sent[decision] = min(at, contact.sent.get(decision, at))
        fold_mails(kept)
    _close(kept, decision)


def failed(kept: Kept, decision: str, at: int) -> None:
    """The mail was not sent, or did not arrive."""
    contact = kept.contact
    contact.sent.pop(decision, None)
    contact.presumed.pop(decision, None)
    contact.failed_at = max(at, contact.failed_at or 0)
    _close(kept, decision)


def stopped(why: str) -> Callable[[Kept, str, int], None]:
    """The reader wants no more mails; the mail they read was sent."""

    def apply(kept: Kept, decision: str, at: int) -> None:
        clicked(kept, decision, at)
        kept.contact.stopped = why

    return apply


def clicked(kept: Kept, decision: str, at: int) -> None:
    """The mail was read, so it was sent, at this time at the latest."""
    if decision not in kept.contact.sent:
        sent(kept, decision, at)


OUTCOMES: Mapping[Outcome, Callable[[Kept, str, int], None]] = {
    "written": written,
    "sent": sent,
    "failed": failed,
    "bounced": failed,
    "complained": stopped("complained"),
    "clicked": clicked,
    "unsubscribed": stopped("unsubscribed"),
}


def engage(kept: Kept, engagement: Engagement) -> None:
    """Take in what became of a decision."""
    OUTCOMES[engagement.outcome](kept, engagement.decision_id, epoch_ms(engagement.at))


def _close(kept: Kept, decision: str) -> None:
    if slot_id(kept) == decision:
        kept.contact.slot = None
