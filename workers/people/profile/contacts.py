"""What was written to a person: the product's messages and our own mails, and when the next may follow."""

from typing import Any

from schemas.model import from_epoch_ms
from workers.people.policy import Policy
from workers.people.profile.events import DAY_MS, day
from workers.people.state import StoredPerson


def sent_times(stored: StoredPerson) -> list[int]:
    """When messages were or will be sent; a mail of ours whose message record came back counts once."""
    times = [message.sent_at for message in stored.messages.values() if message.sent_at is not None]
    if stored.contact.sent:
        times += [at for id_, at in stored.contact.sent.items() if id_ not in stored.messages]
    return times


def contact_times(stored: StoredPerson) -> list[int]:
    """When something was or will be sent, or must be presumed to have been."""
    return [*sent_times(stored), *stored.contact.assumed_sent.values()]


def latest(times: list[int], as_of: int) -> int | None:
    """The last of some times that is not after `as_of`."""
    return max([at for at in times if at <= as_of], default=None)


def cooldown_ms(policy: Policy) -> int:
    """How long the cooldown is."""
    return policy.cooldown_days * DAY_MS


def contact_fields(stored: StoredPerson, as_of: int) -> dict[str, Any]:
    """The fields of the profile that come from messages."""
    sent = [at for at in sent_times(stored) if at <= as_of]
    queued = sum([message.queued for message in stored.messages.values()])
    last_sent = max(sent) if sent else None
    last = latest(list(stored.contact.assumed_sent.values()), as_of) if stored.contact.assumed_sent else None
    last = last_sent if last is None or (last_sent is not None and last_sent > last) else last
    count = len(sent)
    if stored.evicted is not None:
        count, queued = count + stored.evicted.sent, queued + stored.evicted.queued
    return {
        "has_queued_messages": queued > 0,
        "queued_message_count": queued,
        "has_sent_messages": count > 0,
        "last_message_sent_date": day(last_sent),
        "total_messages_sent": count,
        "last_contact_at": None if last is None else from_epoch_ms(last),
    }
