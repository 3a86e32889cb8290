"""The profile of a person at a time, and the next time at which it changes by itself."""

from operator import attrgetter
from typing import Any

from pydantic_core import to_jsonable_python

from schemas.model import from_epoch_ms, to_epoch_ms
from schemas.profile import EnrichedProfile, timely, with_summary
from schemas.profile.timely import birthday, next_birthday
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
from workers.people.state import Attended, Known, StoredPerson

PROFILE_FIELDS = tuple(name for name in USER_FIELDS if name != "is_team_member")
FROM_USER = attrgetter(*PROFILE_FIELDS)


def build_profile(stored: StoredPerson, as_of: int, policy: Policy) -> EnrichedProfile:
    """The profile at `as_of` (epoch milliseconds); ValueError without a user document."""
    return EnrichedProfile(**profile_fields(stored, as_of, policy))


def profile_fields(stored: StoredPerson, as_of: int, policy: Policy) -> dict[str, Any]:
    """The profile as a dict of its fields: what `view` writes, without building a model first."""
    events, times, notes = distinct(stored), future_times(stored, as_of), note_fields(stored)
    fields = _spoken(stored, events, notes, as_of, policy)
    later = []
    for at in times[:LATER_KEPT]:
        then = standing_fields(stored, events, notes, at, policy)
        later.append({"at": from_epoch_ms(at), "fields": difference(fields, then)})
    fields.update(
        event_history=entries(split(events, as_of)[0]),
        jobs_viewed=jobs(stored, "viewed") if stored.jobs else 0,
        jobs_saved=jobs(stored, "saved") if stored.jobs else 0,
        truncated=stored.evicted is not None or len(times) > LATER_KEPT,
        later=later,
    )
    return with_summary(timely(fields, from_epoch_ms(as_of)))


def spoken_fields(stored: StoredPerson, as_of: int, policy: Policy) -> dict[str, Any]:
    """The fields of the profile that a mail is written from; those only programs look at are left out."""
    return timely(
        _spoken(stored, distinct(stored), {"contradictory": []}, as_of, policy), from_epoch_ms(as_of)
    )


def _spoken(
    stored: StoredPerson, events: list[Attended], notes: dict[str, Any], as_of: int, policy: Policy
) -> dict[str, Any]:
    user = user_of(stored)
    return {
        "id": stored.id,
        **dict(zip(PROFILE_FIELDS, FROM_USER(user), strict=True)),
        "stated_age": user.age,
        "preferred_language": preferred_language(user, policy),
        "preferred_time_zone": preferred_time_zone(user, policy),
        "upcoming_events": entries(split(events, as_of)[1]),
        "cooldown_days": policy.cooldown_days,
        "is_on_team": is_on_team(user, policy),
        **amount_fields(stored),
        **standing_fields(stored, events, notes, as_of, policy),
        "later": [],
    }


def user_of(stored: StoredPerson) -> Known:
    """The user document; ValueError without one."""
    if stored.user is None:
        raise ValueError(f"{stored.id} has no user document, so no profile")
    return stored.user


def standing_fields(
    stored: StoredPerson, events: list[Attended], notes: dict[str, Any], as_of: int, policy: Policy
) -> dict[str, Any]:
    """The fields that change at certain times only: when an event, a message or an order is due."""
    past, lacking = split(events, as_of)[0], missing(user_of(stored), ASKED_FIELDS, date_of(as_of))
    fields = event_fields(stored, past)
    fields.update(contact_fields(stored, as_of))
    fields.update(readiness_fields(lacking, fields["number_of_events_attended"], order_count(stored), policy))
    fields["last_order_date"] = last_order(stored, as_of)
    fields["decays"] = decays(facts_of(stored, past, as_of))
    fields["data_quality"] = {"missing": lacking, **notes}
    return fields


def difference(now: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """The fields that are others then, as JSON holds them, by name."""
    found: dict[str, Any] = to_jsonable_python(
        {name: then[name] for name in sorted(then) if then[name] != now[name]}
    )
    return found


def jobs(stored: StoredPerson, kind: str) -> int:
    """With how many jobs the person did a thing."""
    return len({job.job_id for job in stored.jobs.values() if job.kind == kind and job.job_id})


def future_times(stored: StoredPerson, as_of: int) -> list[int]:
    """When something dated is due after `as_of`, in order, each once: events, messages, orders, jobs.

    Births and first birthdays too: from then on an age says something.
    """
    return sorted({at for at in dated(stored, contact_times(stored)) if at > as_of})


def dated(stored: StoredPerson, contacts: list[int]) -> list[int]:
    """All times at which something is, was or will be."""
    times = [order.at for order in stored.orders.values() if order.at is not None]
    for events in stored.attended.values():
        times += [event.date for event in events.values() if event.date is not None]
    if stored.jobs:
        times += [job.at for job in stored.jobs.values() if job.at is not None and job.tags]
    if stored.user is not None and stored.user.birth_date is not None:
        birth = stored.user.birth_date
        years = [year for year in (birth.year, birth.year + 1) if year < 10_000]
        times += [to_epoch_ms(birthday(birth, year)) for year in years]
    return contacts + times


def next_change(stored: StoredPerson, as_of: int, policy: Policy) -> int | None:
    """When time alone next changes the profile, or ends the cooldown; the `changes_at` of the profile."""
    contacts = contact_times(stored)
    times = [at for at in dated(stored, contacts) if at > as_of]
    last = latest(contacts, as_of)
    if last is not None and last + cooldown_ms(policy) > as_of:
        times.append(last + cooldown_ms(policy))
    if stored.user is not None and stored.user.birth_date is not None:
        older = next_birthday(stored.user.birth_date, from_epoch_ms(as_of))
        if older is not None:
            times.append(to_epoch_ms(older))
    return min(times, default=None)
