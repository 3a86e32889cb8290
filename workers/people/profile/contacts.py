"""The contacts of a person: the product's messages and our own mails, and the cooldown after them."""

from datetime import date
from typing import Any

from schemas.model import from_epoch_ms
from workers.people.policy import Policy
from workers.people.profile.days import DAY_MS, day_of
from workers.people.state import StoredPerson


def sent_times(stored: StoredPerson) -> list[int]:
    """Past and future times of sending.

    A mail of ours that is also a message of the product counts once, at the later of both times.
    """
    messages, sent = stored.messages, stored.contact.sent
    if not sent:
        return [message.sent_at for message in messages.values() if message.sent_at is not None]
    times = {id_: message.sent_at for id_, message in messages.items() if message.sent_at is not None}
    return [*(times | {id_: max(at, times.get(id_, at)) for id_, at in sent.items()}).values()]


def contact_times(stored: StoredPerson) -> list[int]:
    """Past and future times of contacts: messages and mails that were sent, or are assumed to have been."""
    return [*sent_times(stored), *stored.contact.assumed_sent.values()]


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
    sent = [at for at in sent_times(stored) if at <= as_of]
    queued = sum([message.queued for message in stored.messages.values()])
    contacts = sent
    if stored.contact.assumed_sent:
        contacts = sent + [at for at in stored.contact.assumed_sent.values() if at <= as_of]
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
