"""Mails that came due while no time passed for the fleet: they are spread over as long as they are late.

After an outage everybody whose wait ended in it is looked at with the first watermark, and whatever `mail`
could not hand over in time comes back to be decided anew. Whoever is late by some time is held for the same
time: so the last ones come first, and to the mails of an hour come those of one hour of the outage. Whole
days are left out: nobody is held for longer than one.
"""

from schemas.decision import LATE_MS
from workers.people.decision.case import slot_end
from workers.people.profile.days import DAY_MS
from workers.people.state import StoredPerson


def due_since(stored: StoredPerson) -> int | None:
    """When the last wait of a person ends, or their slot, by time alone; None if it does not.

    Where they wait for sources, it is what was so before, which then is kept as `look_at`.
    """
    last, times = stored.last_decision, [slot_end(stored), given_back(stored)]
    if last is not None:
        times.append(last.look_at if last.reason == "sources" else last.until)
    return min((time for time in times if time is not None), default=None)


def given_back(stored: StoredPerson) -> int | None:
    """When the last decision was made, if it was one to write, and it was reported that nothing was sent."""
    last, released = stored.last_decision, stored.contact.released
    decided_at, is_reported = (None, False) if last is None else released.get(last.id, (None, False))
    return decided_at if is_reported else None


def held_until(stored: StoredPerson, at: int) -> int | None:
    """Until when a mail is held that becomes due at a time (epoch ms); None for one that is not late."""
    since = due_since(stored)
    late = 0 if since is None else at - since
    return None if late < LATE_MS else at + late % DAY_MS
