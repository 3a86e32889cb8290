"""The contacts of a person: the product's messages and our own mails, and the cooldown after them."""

from datetime import date
from typing import Any

from schemas.model import from_epoch_ms
from workers.people.keys import own_decision
from workers.people.policy import Policy
from workers.people.profile.days import DAY_MS, day_of
from workers.people.state import StoredPerson


def sent_by_mail(stored: StoredPerson) -> dict[str, int]:
    """Past and future times of sending, by the decision of a mail of ours, else the key of a message.

    A mail of ours that is also a message of the product, under its id or naming its decision, counts once, at
    the later of both times.
    """
    times = dict(stored.contact.sent)
    for key, message in stored.messages.items():
        if message.sent_at is not None:
            mail = own_decision(stored.id, message.decision) or key
            times[mail] = max(message.sent_at, times.get(mail, message.sent_at))
    return times


def contact_times(stored: StoredPerson) -> list[int]:
    """Past and future times of contacts: messages and mails that were sent, or are assumed to have been."""
    times = sent_by_mail(stored)
    for mail, at in stored.contact.assumed_sent.items():
        times[mail] = max(at, times.get(mail, at))
    return [*times.values()]


def queued_messages(stored: StoredPerson, *, own: bool) -> int:
    """How many messages are queued; with `own` the record of the mail of the open slot, too.

    The record of another mail of ours says nothing: nobody may have written into it what became of the mail.
    """
    slot = stored.contact.slot
    open_mail = f"{stored.id}:{slot.number}" if own and slot is not None else None
    decisions = [
        own_decision(stored.id, message.decision) for message in stored.messages.values() if message.queued
    ]
    return sum([decision is None or decision == open_mail for decision in decisions])


def last_contact(stored: StoredPerson) -> int | None:
    """The time of the last contact for a decision, documents that are no more included.

    It may be after the time of the decision: every contact that is known was made.
    """
    times, message_at = contact_times(stored), stored.contact.message_at
    return max(times if message_at is None else [*times, message_at], default=None)


def latest(times: list[int], as_of: int) -> int | None:
    """The last of the times that is not after `as_of`."""
    return max([at for at in times if at <= as_of], default=None)


def cooldown_ms(policy: Policy) -> int:
    """The length of the cooldown in milliseconds."""
    return policy.cooldown_days * DAY_MS


def contact_fields(stored: StoredPerson, as_of: int, zone: str) -> dict[str, Any]:
    """The fields of the profile that are computed from messages and mails, with days in a time zone."""
    sent = [at for at in sent_by_mail(stored).values() if at <= as_of]
    queued = queued_messages(stored, own=True)
    contacts = sent
    if stored.contact.assumed_sent:
        contacts = [at for at in contact_times(stored) if at <= as_of]
    last_sent = max(sent) if sent else None
    last_contact = max(contacts) if contacts else None
    count = len(sent)
    if stored.evicted is not None:
        count, queued = count + stored.evicted.sent, queued + stored.evicted.queued
    return {
        "has_queued_messages": queued > 0,
        "queued_message_count": queued,
        "has_sent_messages": count > 0,
        "last_message_sent_date": None if last_sent is None else sent_day(stored, last_sent, zone),
        "total_messages_sent": count,
        "last_contact_at": None if last_contact is None else from_epoch_ms(last_contact),
    }


def sent_day(stored: StoredPerson, at: int, zone: str) -> date:
    """The day of a time of sending, as a message of that time has it; the last if they differ."""
    shifts = {message.shift for message in stored.messages.values() if message.sent_at == at}
    return max([day_of(at, shift, zone) for shift in shifts or (None,)])
