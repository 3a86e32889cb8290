"""The profile of a person at a time, and the next time at which it changes by itself."""

from schemas.model import from_ms
from schemas.profile import EnrichedProfile
from workers.people.facts import USER_FIELDS
from workers.people.policy import Policy
from workers.people.profile.contacts import contact_fields, cooldown_end, sent_times
from workers.people.profile.events import event_fields
from workers.people.profile.readiness import readiness_fields
from workers.people.state import Kept

PROFILE_FIELDS = tuple(name for name in USER_FIELDS if name != "is_team_member")


def build_profile(kept: Kept, as_of: int, policy: Policy) -> EnrichedProfile:
    """The profile at `as_of` (epoch milliseconds); ValueError without a user document."""
    user = kept.user
    if user is None:
        raise ValueError(f"{kept.id} has no user document, so no profile")
    events = event_fields(kept, as_of)
    change, now = next_change(kept, as_of, policy), from_ms(as_of)
    profile = EnrichedProfile(
        id=kept.id,
        as_of=now,
        changes_at=None if change is None else from_ms(change),
        jobs_viewed=jobs(kept, "viewed"),
        jobs_saved=jobs(kept, "saved"),
        **{name: getattr(user, name) for name in PROFILE_FIELDS},
        **events,
        **contact_fields(kept, as_of, policy),
        **readiness_fields(user, events["number_of_events_attended"], len(kept.orders), policy),
    )
    return profile.at(now)


def jobs(kept: Kept, kind: str) -> int:
    """With how many jobs the person did a thing."""
    return len({job.job_id for job in kept.jobs.values() if job.kind == kind})


def next_change(kept: Kept, as_of: int, policy: Policy) -> int | None:
    """When time alone next changes the profile: an event or a message is due, or the cooldown ends."""
    end = cooldown_end(kept, as_of, policy)
    times = [] if end is None else [end]
    times += [event.date for event in kept.attended.values() if event.date is not None]
    return min([at for at in times + sent_times(kept) if at > as_of], default=None)
