"""The profile of a person at a time, and the next time at which it changes by itself."""

from typing import Any

from schemas.model import from_ms
from schemas.profile import EnrichedProfile, timely
from workers.people.facts import USER_FIELDS
from workers.people.policy import Policy
from workers.people.profile.contacts import contact_fields, contact_times, cooldown_ms, latest
from workers.people.profile.events import event_fields
from workers.people.profile.readiness import readiness_fields
from workers.people.state import Kept

EMPTY = EnrichedProfile(id="", as_of=from_ms(0)).model_dump()
PROFILE_FIELDS = tuple(name for name in USER_FIELDS if name != "is_team_member")


def build_profile(kept: Kept, as_of: int, policy: Policy) -> EnrichedProfile:
    """The profile at `as_of` (epoch milliseconds); ValueError without a user document."""
    return EnrichedProfile(**profile_fields(kept, as_of, policy))


def profile_fields(kept: Kept, as_of: int, policy: Policy) -> dict[str, Any]:
    """The profile as a dict of its fields: what `view` writes, without building a model first."""
    user = kept.user
    if user is None:
        raise ValueError(f"{kept.id} has no user document, so no profile")
    events, change = event_fields(kept, as_of), next_change(kept, as_of, policy)
    later = [] if change is None else [{"at": from_ms(change), "fields": {}}]
    fields: dict[str, Any] = {
        **EMPTY,
        "id": kept.id,
        **{name: getattr(user, name) for name in PROFILE_FIELDS},
        **events,
        **contact_fields(kept, as_of, policy),
        "jobs_viewed": jobs(kept, "viewed"),
        "jobs_saved": jobs(kept, "saved"),
        **readiness_fields(user, events["number_of_events_attended"], len(kept.orders), policy),
        "stated_age": user.age,
        "later": later,
    }
    return fields | timely(fields, from_ms(as_of))


def jobs(kept: Kept, kind: str) -> int:
    """With how many jobs the person did a thing."""
    return len({job.job_id for job in kept.jobs.values() if job.kind == kind})


def next_change(kept: Kept, as_of: int, policy: Policy) -> int | None:
    """When time alone next changes the profile: an event or a message is due, or the cooldown ends."""
    times = contact_times(kept)
    last = latest(times, as_of)
    if last is not None:
        times.append(last + cooldown_ms(policy))
    times += [event.date for event in kept.attended.values() if event.date is not None]
    return min([at for at in times if at > as_of], default=None)
