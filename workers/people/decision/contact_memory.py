"""Contacts that were made stay made, though the document that told them is deleted, corrected or mistaken.

The profile says what the documents say. Decisions also count what documents said before: no message of the
product makes the cooldown shorter. All times are epoch milliseconds.
"""

from msgspec.structs import replace

from schemas.fact_base import YEAR_3000
from workers.people.decision.slots import time_of_decision
from workers.people.facts import FactChange
from workers.people.keys import own_decision
from workers.people.profile.contacts import contact_times
from workers.people.reported_times import is_believable
from workers.people.state import StoredMessage, StoredPerson


def remember_message(
    stored: StoredPerson, key: str, change: FactChange, claimed_at: int | None, now: int
) -> None:
    """Keep the time of contact of a message that was stored, replaced or removed, unless a message tells it.

    `claimed_at` is the time of sending that the message claims, `now` the time at which it was read. A claim
    that cannot be true counts as now when it is first made. A message under the id of a decision, or that
    names it, is its mail, so it was not sent before the decision.
    """
    contact = stored.contact
    before, after = (None if message is None else message.sent_at for message in change)
    times = [before, after, contact.message_at]
    if change.after is not None and after is not None:
        mail = own_decision(stored.id, change.after.decision) or key
        if is_believable(claimed_at, now):
            times.append(claimed_at)
        elif before is None:
            times.append(now)
        times += [time_of_decision(stored, mail), contact.assumed_sent.get(mail)]
    latest = max([at for at in times if at is not None], default=None)
    told = max([at for at in map(_sent_at, stored.messages.values()) if at is not None], default=None)
    contact.message_at = latest if latest is not None and (told is None or latest > told) else None


def _sent_at(message: StoredMessage) -> int | None:
    return message.sent_at


def replace_impossible_times(stored: StoredPerson, now: int) -> None:
    """Set contacts in the year 3000 or later to `now`: older states have them as senders claimed them."""
    contact = stored.contact
    if max(contact_times(stored), default=now) >= YEAR_3000:
        for times in (contact.sent, contact.assumed_sent):
            times.update({id_: now for id_, at in times.items() if at >= YEAR_3000})
        for key, message in stored.messages.items():
            if message.sent_at is not None and message.sent_at >= YEAR_3000:
                stored.messages[key] = replace(message, sent_at=now)
    if contact.failed_at is not None and contact.failed_at >= YEAR_3000:
        contact.failed_at = now
