"""What a report says of a decision that the state knows otherwise, or not at all. In place.

A worker said the decision and ended before its state was stored. Under the same policy the same is decided
again before anything is heard of it; under another one something else is, or nothing.
"""

from schemas.mail import Engagement
from schemas.model import to_epoch_ms
from workers.people.contact_policy import LONGEST_VALID_HOURS
from workers.people.contact_state import Slot
from workers.people.decision.case import HOUR_MS
from workers.people.decision.slots import open_slot
from workers.people.reported_times import bounded
from workers.people.state import StoredPerson


def agree(stored: StoredPerson, engagement: Engagement, now: int) -> None:
    """Know the decision of a report that is read at a time (epoch ms) as it was said first.

    The number of one that is not known is used, and a mail that was written may be sent as long as it holds:
    no longer than any policy allows, whatever is said.
    """
    contact, end, decision = stored.contact, engagement.valid_until, engagement.decision_id
    if decision == f"{stored.id}:{contact.number + 1}":
        at = bounded(to_epoch_ms(engagement.at), now)
        contact.number += 1
        if engagement.outcome == "written" and end is not None and contact.slot is None:
            contact.slot = Slot(contact.number, at, at)
        else:
            contact.released[decision] = (at, False)
    slot = open_slot(stored, decision)
    if engagement.outcome == "written" and slot is not None and end is not None:
        longest = slot.decided_at + LONGEST_VALID_HOURS * HOUR_MS
        slot.valid_until = max(slot.valid_until, min(to_epoch_ms(end), longest))
        slot.campaign = contact.campaigns[decision] = engagement.campaign or slot.campaign
