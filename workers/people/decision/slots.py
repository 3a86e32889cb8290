"""Slots: one mail at a time. A decision to send or ask reserves a slot; its outcome, or time, releases it.

Releasing a slot and counting the contact is one step, whatever time a report claims (see reported_times.py):
a contact is never before its decision and never after `now`, the time at which its report was read. No later
report makes it earlier, or undoes it: a mail that was reported as sent was sent.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from schemas.mail import Engagement, Outcome
from schemas.model import to_epoch_ms
from workers.people.bounds import MAX_SENT_MAILS, evict_mails, is_evicted_mail
from workers.people.campaign import Campaign
from workers.people.contact_state import Slot
from workers.people.decision.case import HOUR_MS, slot_end
from workers.people.decision.hours import open_until
from workers.people.policy import Policy
from workers.people.profile.contacts import cooldown_ms
from workers.people.reported_times import bounded, is_believable
from workers.people.state import StoredPerson


class MailReport(NamedTuple):
    """An outcome of a decision: the time `at` which it claims, and the time `now` at which it was read."""

    decision: str
    at: int
    now: int


def decision_id(stored: StoredPerson, slot: Slot) -> str:
    """The id of the decision in a slot."""
    return f"{stored.id}:{slot.number}"


def reserve_slot(stored: StoredPerson, at: int, campaign: Campaign, policy: Policy, zone: str) -> Slot:
    """Reserve the next slot for a mail of a campaign at a time.

    It is valid for the `valid_hours` of the campaign or the policy, and not beyond the hours in which people
    in the zone are written to.
    """
    contact = stored.contact
    contact.number += 1
    valid_until = at + (campaign.valid_hours or policy.valid_hours) * HOUR_MS
    if policy.has_hours:
        valid_until = min(valid_until, open_until(at, zone, policy) or valid_until)
    contact.slot = Slot(contact.number, at, valid_until, campaign=campaign.name)
    contact.failed_at = None
    contact.campaigns[decision_id(stored, contact.slot)] = campaign.name
    for id_, (decided_at, _) in [*contact.released.items()]:
        if decided_at + cooldown_ms(policy) <= at:  # a contact at that time would not prevent this mail
            del contact.released[id_]
    forget_campaigns(stored)
    return contact.slot


def forget_campaigns(stored: StoredPerson) -> None:
    """Forget the campaigns of decisions of which nothing else is stored."""
    contact = stored.contact
    own = None if contact.slot is None else decision_id(stored, contact.slot)
    for id_ in [*contact.campaigns]:
        known = (contact.sent, contact.assumed_sent, contact.released)
        if id_ != own and not any(id_ in times for times in known):
            del contact.campaigns[id_]


def is_in_flight(stored: StoredPerson) -> bool:
    """Whether the last decision is in an open slot: nothing else is decided until its outcome is known."""
    last, slot = stored.last_decision, stored.contact.slot
    return last is not None and slot is not None and last.id == decision_id(stored, slot)


def release_expired_slot(stored: StoredPerson, at: int) -> bool:
    """Release a slot whose time is over; True when this makes a contact.

    A mail that was written and has no outcome may have been sent while the decision was valid: it counts for
    caps and cooldown as sent at the end of that time.
    """
    end, slot = slot_end(stored), stored.contact.slot
    if slot is None or end is None or at < end:
        return False
    _release_without_report(stored, slot)
    return slot.written_at is not None


def release_deleted_users_slot(stored: StoredPerson, deleted_at: int) -> None:
    """Release the slot of a person whose user document was deleted.

    A mail that was written may have been sent, and counts for the cooldown. Without one, a user who is
    created again gets no mail for `retry_hours`, as after a failure: the mail of the slot may be under way.
    """
    contact, slot = stored.contact, stored.contact.slot
    if slot is None:
        return
    _release_without_report(stored, slot)
    if slot.written_at is None:
        contact.failed_at = max(deleted_at, slot.decided_at, contact.failed_at or 0)


def written(stored: StoredPerson, report: MailReport) -> None:
    """The mail was written; the slot stays open. If it was released before, the mail may have been sent."""
    slot = open_slot(stored, report.decision)
    if slot is not None:
        slot.written_at = slot.written_at or max(bounded(report.at, report.now), slot.decided_at)
        return
    decided_at, is_failed = stored.contact.released.get(report.decision, (None, True))
    if decided_at is not None and not is_failed:
        del stored.contact.released[report.decision]
        _assume_sent(stored, report.decision, max(bounded(report.at, report.now), decided_at))


def sent(stored: StoredPerson, report: MailReport) -> None:
    """The mail was sent, at the latest of all times that are known for it.

    A time that cannot be true says nothing about a mail that is known to have been sent.
    """
    contact, decision = stored.contact, report.decision
    known, assumed_at = contact.sent.get(decision), contact.assumed_sent.pop(decision, None)
    decided_at = time_of_decision(stored, decision) if assumed_at is None else assumed_at
    contact.released.pop(decision, None)
    if open_slot(stored, decision) is not None:
        contact.slot = None
    if known is not None and decided_at is None and not is_believable(report.at, report.now):
        return
    times = (bounded(report.at, report.now), decided_at, known)
    at = max([time for time in times if time is not None])
    if not is_evicted_mail(stored, decision, at):
        contact.sent[decision] = at
        evict_mails(stored)


def failed(stored: StoredPerson, report: MailReport) -> None:
    """The mail was not sent, or not delivered; nothing is written for `retry_hours` after that.

    A mail that was also reported as sent keeps its cooldown.
    """
    contact, decision = stored.contact, report.decision
    slot, assumed_at = open_slot(stored, decision), contact.assumed_sent.pop(decision, None)
    if slot is None and assumed_at is None and decision in contact.sent:
        return
    decided_at = assumed_at if assumed_at is not None else time_of_decision(stored, decision)
    at = bounded(report.at, report.now)
    if decided_at is not None:
        at = max(at, decided_at)
        contact.released[decision] = (decided_at, True)
    contact.failed_at = max(at, contact.failed_at or 0)
    if slot is not None:
        contact.slot = None


def bounced(stored: StoredPerson, report: MailReport) -> None:
    """The mail came back: it failed, and the address is counted as one at which mails do not arrive."""
    failed(stored, report)
    contact = stored.contact
    contact.bounced[report.decision] = bounded(report.at, report.now)
    while len(contact.bounced) > MAX_SENT_MAILS:
        del contact.bounced[min(contact.bounced, key=lambda id_: (contact.bounced[id_], id_))]


def released(stored: StoredPerson, report: MailReport) -> None:
    """Nothing was handed over, and nothing will be: the slot is free, and the person is decided on anew.

    A mail that was reported as sent stays sent.
    """
    slot, decision = open_slot(stored, report.decision), report.decision
    if slot is not None:
        stored.contact.slot = None
        stored.contact.released[decision] = (slot.decided_at, True)


def withdrawn(stored: StoredPerson, report: MailReport) -> None:
    """As `released`, but for a while: what holds the mail back may be known to `mail` and not here."""
    is_open = open_slot(stored, report.decision) is not None
    released(stored, report)
    if is_open:
        stored.contact.withdrawn_at = report.now


def suppressed_by(reason: str) -> Callable[[StoredPerson, MailReport], None]:
    """The outcome after which no more mails are sent, for a reason; the mail that caused it was sent."""

    def apply(stored: StoredPerson, report: MailReport) -> None:
        clicked(stored, report)
        stored.contact.suppressed_by = reason

    return apply


def clicked(stored: StoredPerson, report: MailReport) -> None:
    """The mail was read, so it was sent at this time or before."""
    contact = stored.contact
    if report.decision not in contact.sent or open_slot(stored, report.decision) is not None:
        sent(stored, report)
    contact.clicked_at = max(bounded(report.at, report.now), contact.clicked_at or 0)
    contact.bounced.clear()


OUTCOMES: Mapping[Outcome, Callable[[StoredPerson, MailReport], None]] = {
    "written": written,
    "sent": sent,
    "failed": failed,
    "bounced": bounced,
    "withdrawn": withdrawn,
    "expired": released,
    "complained": suppressed_by("complained"),
    "clicked": clicked,
    "unsubscribed": suppressed_by("unsubscribed"),
}


def apply_engagement(stored: StoredPerson, engagement: Engagement, now: int | None = None) -> None:
    """Apply the outcome of a decision, in place.

    `now` (epoch milliseconds) is the time at which it was read; None: its own time is taken as it is.
    """
    at = to_epoch_ms(engagement.at)
    OUTCOMES[engagement.outcome](stored, MailReport(engagement.decision_id, at, at if now is None else now))


def time_of_decision(stored: StoredPerson, decision: str) -> int | None:
    """When a decision was made whose slot is open, or was released without a contact; else None."""
    slot = open_slot(stored, decision)
    if slot is not None:
        return slot.decided_at
    return stored.contact.released.get(decision, (None, False))[0]


def open_slot(stored: StoredPerson, decision: str) -> Slot | None:
    """The open slot, if it is that of a decision."""
    slot = stored.contact.slot
    return slot if slot is not None and decision_id(stored, slot) == decision else None


def _assume_sent(stored: StoredPerson, decision: str, written_at: int) -> None:
    stored.contact.assumed_sent[decision] = written_at
    evict_mails(stored)


def _release_without_report(stored: StoredPerson, slot: Slot) -> None:
    stored.contact.slot = None
    if slot.written_at is None:
        stored.contact.released[decision_id(stored, slot)] = (slot.decided_at, False)
    else:
        _assume_sent(stored, decision_id(stored, slot), max(slot.written_at, slot.valid_until))
