"""The profile of a person at a time, and the next time at which it changes by itself."""

from operator import attrgetter
from typing import Any

from pydantic_core import to_jsonable_python

from schemas.model import from_ms
from schemas.profile import EnrichedProfile, summed_up, timely
from schemas.profile.timely import EPOCH, MS, birthday, next_birthday
from workers.people.bounds import LATER_KEPT
from workers.people.facts import USER_FIELDS
from workers.people.policy import Policy
from workers.people.profile.contacts import contact_fields, contact_times, cooldown_ms, latest
from workers.people.profile.events import date_of, distinct, entries, event_fields, split
from workers.people.profile.language import preferred_language, preferred_time_zone
from workers.people.profile.orders import amount_fields, last_order, order_count
from workers.people.profile.quality import note_fields
from workers.people.profile.readiness import ASKED_FIELDS, is_on_team, missing, readiness_fields
from workers.people.profile.signals import decays, facts_of
from workers.people.state import Attended, Kept, Known

PROFILE_FIELDS = tuple(name for name in USER_FIELDS if name != "is_team_member")
FROM_USER = attrgetter(*PROFILE_FIELDS)


def build_profile(kept: Kept, as_of: int, policy: Policy) -> EnrichedProfile:
    """The profile at `as_of` (epoch milliseconds); ValueError without a user document."""
    return EnrichedProfile(**profile_fields(kept, as_of, policy))


def profile_fields(kept: Kept, as_of: int, policy: Policy) -> dict[str, Any]:
    """The profile as a dict of its fields: what `view` writes, without building a model first."""
    events, times, notes = distinct(kept), future_times(kept, as_of), note_fields(kept)
    fields = _spoken(kept, events, notes, as_of, policy)
    later = []
    for at in times[:LATER_KEPT]:
        then = standing_fields(kept, events, notes, at, policy)
        later.append({"at": from_ms(at), "fields": difference(fields, then)})
    fields.update(
        event_history=entries(split(events, as_of)[0]),
        jobs_viewed=jobs(kept, "viewed") if kept.jobs else 0,
        jobs_saved=jobs(kept, "saved") if kept.jobs else 0,
        truncated=kept.folded is not None or len(times) > LATER_KEPT,
        later=later,
    )
    return summed_up(timely(fields, from_ms(as_of)))


def spoken_fields(kept: Kept, as_of: int, policy: Policy) -> dict[str, Any]:
    """The fields of the profile that a mail is written from; those only programs look at are left out."""
    return timely(_spoken(kept, distinct(kept), {"contradictory": []}, as_of, policy), from_ms(as_of))


def _spoken(
    kept: Kept, events: list[Attended], notes: dict[str, Any], as_of: int, policy: Policy
) -> dict[str, Any]:
    user = user_of(kept)
    return {
        "id": kept.id,
        **dict(zip(PROFILE_FIELDS, FROM_USER(user), strict=True)),
        "stated_age": user.age,
        "preferred_language": preferred_language(user, policy),
        "preferred_time_zone": preferred_time_zone(user, policy),
        "upcoming_events": entries(split(events, as_of)[1]),
        "cooldown_days": policy.cooldown_days,
        "is_on_team": is_on_team(user, policy),
        **amount_fields(kept),
        **standing_fields(kept, events, notes, as_of, policy),
        "later": [],
    }


def user_of(kept: Kept) -> Known:
    """The user document; ValueError without one."""
    if kept.user is None:
        raise ValueError(f"{kept.id} has no user document, so no profile")
    return kept.user


def standing_fields(
    kept: Kept, events: list[Attended], notes: dict[str, Any], as_of: int, policy: Policy
) -> dict[str, Any]:
    """The fields that change at certain times only: when an event, a message or an order is due."""
    past, lacking = split(events, as_of)[0], missing(user_of(kept), ASKED_FIELDS, date_of(as_of))
    fields = event_fields(kept, past)
    fields.update(contact_fields(kept, as_of))
    fields.update(readiness_fields(lacking, fields["number_of_events_attended"], order_count(kept), policy))
    fields["last_order_date"] = last_order(kept, as_of)
    fields["decays"] = decays(facts_of(kept, past, as_of))
    fields["data_quality"] = {"missing": lacking, **notes}
    return fields


def difference(now: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """The fields that are others then, as JSON holds them, by name."""
    found: dict[str, Any] = to_jsonable_python(
        {name: then[name] for name in sorted(then) if then[name] != now[name]}
    )
    return found


def jobs(kept: Kept, kind: str) -> int:
    """With how many jobs the person did a thing."""
    return len({job.job_id for job in kept.jobs.values() if job.kind == kind and job.job_id})


def future_times(kept: Kept, as_of: int) -> list[int]:
    """When something dated is due after `as_of`, in order, each once: events, messages, orders, jobs.

    Births and first birthdays too: from then on an age says something.
    """
    return sorted({at for at in dated(kept, contact_times(kept)) if at > as_of})


def dated(kept: Kept, contacts: list[int]) -> list[int]:
    """All times at which something is, was or will be."""
    times = [order.at for order in kept.orders.values() if order.at is not None]
    for events in kept.attended.values():
        times += [event.date for event in events.values() if event.date is not None]
    if kept.jobs:
        times += [job.at for job in kept.jobs.values() if job.at is not None and job.tags]
    if kept.user is not None and kept.user.birth_date is not None:
        birth = kept.user.birth_date
        years = [year for year in (birth.year, birth.year + 1) if year < 10_000]
        times += [(birthday(birth, year) - EPOCH) // MS for year in years]
    return contacts + times


def next_change(kept: Kept, as_of: int, policy: Policy) -> int | None:
    """When time alone next changes the profile, or ends the cooldown; the `changes_at` of the profile."""
    contacts = contact_times(kept)
    times = [at for at in dated(kept, contacts) if at > as_of]
    last = latest(contacts, as_of)
    if last is not None and last + cooldown_ms(policy) > as_of:
        times.append(last + cooldown_ms(policy))
    if kept.user is not None and kept.user.birth_date is not None:
        older = next_birthday(kept.user.birth_date, from_ms(as_of))
        if older is not None:
            times.append((older - EPOCH) // MS)
    return min(times, default=None)
