"""The profile of a person at a time, and the next time at which time alone changes it."""

from operator import attrgetter
from typing import Any, NamedTuple

from pydantic_core import to_jsonable_python

from schemas.model import from_epoch_ms, to_epoch_ms
from schemas.profile import EnrichedProfile, with_summary, with_time_fields
from schemas.profile.time_fields import birthday, earliest_change, next_birthday
from workers.people.bounds import MAX_LATER_CHANGES
from workers.people.job_history import JobEntry, counting
from workers.people.policy import Policy
from workers.people.profile.answers import answered_user
from workers.people.profile.contacts import contact_fields, contact_times, cooldown_ms, latest
from workers.people.profile.days import day_of
from workers.people.profile.events import (
    distinct_events,
    event_entries,
    event_fields,
    past_and_upcoming,
)
from workers.people.profile.jobs import job_fields
from workers.people.profile.language import preferred_language, preferred_time_zone
from workers.people.profile.orders import amount_fields, last_order_date, order_count
from workers.people.profile.quality import note_fields
from workers.people.profile.readiness import ASKED_FIELDS, is_on_team, missing_fields, readiness_fields
from workers.people.profile.resumes import resume_text
from workers.people.profile.signals import dated_facts, decays
from workers.people.state import StoredAttendance, StoredPerson, StoredUser
from workers.people.stored_facts import USER_FIELDS

# fields of the user document from which only other fields and decisions are computed
NOT_IN_PROFILE = ("is_team_member", "mail_consent")
PROFILE_FIELDS = tuple(name for name in USER_FIELDS if name not in NOT_IN_PROFILE)
PROFILE_VALUES = attrgetter(*PROFILE_FIELDS)


class ProfileInputs(NamedTuple):
    """What a profile is computed from, apart from the time."""

    stored: StoredPerson
    user: StoredUser
    events: list[StoredAttendance]
    jobs: list[JobEntry]  # the interactions that count
    notes: dict[str, Any]
    policy: Policy
    zone: str


def inputs_of(stored: StoredPerson, notes: dict[str, Any], policy: Policy) -> ProfileInputs:
    """The inputs of a profile; ValueError without a user document."""
    user = user_of(stored)
    zone = preferred_time_zone(user, policy)
    jobs = counting(stored.jobs) if stored.jobs else []
    return ProfileInputs(stored, user, distinct_events(stored), jobs, notes, policy, zone)


def build_profile(stored: StoredPerson, as_of: int, policy: Policy) -> EnrichedProfile:
    """The profile at `as_of` (epoch milliseconds); ValueError without a user document."""
    return EnrichedProfile(**profile_fields(stored, as_of, policy))


def profile_fields(stored: StoredPerson, as_of: int, policy: Policy) -> dict[str, Any]:
    """The fields of the profile at `as_of`, as they are written, without building a model first."""
    inputs = inputs_of(stored, note_fields(stored), policy)
    fields, times = _base_fields(inputs, as_of), future_times(stored, as_of, inputs.zone)
    past, _ = past_and_upcoming(inputs.events, as_of)
    fields = {
        **fields,
        "event_history": event_entries(past, inputs.zone),
        **job_fields(stored, inputs.jobs, policy),
        "truncated": stored.evicted is not None or len(times) > MAX_LATER_CHANGES,
        "later": [later_entry(inputs, fields, at) for at in times[:MAX_LATER_CHANGES]],
    }
    return with_summary(with_time_fields(fields, from_epoch_ms(as_of)))


def deciding_fields(stored: StoredPerson, as_of: int, policy: Policy) -> dict[str, Any]:
    """The fields of the profile that conditions of campaigns read: all but the summary and `later`."""
    inputs = inputs_of(stored, note_fields(stored), policy)
    past, _ = past_and_upcoming(inputs.events, as_of)
    fields = {
        **_base_fields(inputs, as_of),
        "event_history": event_entries(past, inputs.zone),
        **job_fields(stored, inputs.jobs, policy),
        "truncated": stored.evicted is not None,
    }
    return with_time_fields(fields, from_epoch_ms(as_of))


def brief_fields(stored: StoredPerson, as_of: int, policy: Policy) -> dict[str, Any]:
    """The fields of the profile from which a mail is written; fields that only programs use are left out."""
    inputs = inputs_of(stored, {"contradictory": []}, policy)
    return with_time_fields(_base_fields(inputs, as_of), from_epoch_ms(as_of))


def _base_fields(inputs: ProfileInputs, as_of: int) -> dict[str, Any]:
    stored, user, policy = inputs.stored, inputs.user, inputs.policy
    _, upcoming = past_and_upcoming(inputs.events, as_of)
    return {
        "id": stored.id,
        **dict(zip(PROFILE_FIELDS, PROFILE_VALUES(user), strict=True)),
        "resume": resume_text(stored),
        "stated_age": user.age,
        "preferred_language": preferred_language(user, policy),
        "preferred_time_zone": inputs.zone,
        "upcoming_events": event_entries(upcoming, inputs.zone),
        "cooldown_days": policy.cooldown_days,
        "job_window_days": policy.job_window_days,
        "is_on_team": is_on_team(user, policy),
        **amount_fields(stored),
        **dated_fields(inputs, as_of),
        "later": [],
    }


def user_of(stored: StoredPerson) -> StoredUser:
    """The user document, with the answers of the person (see `answered_user`); ValueError without one."""
    user = answered_user(stored)
    if user is None:
        raise ValueError(f"{stored.id} has no user document, so no profile")
    return user


def dated_fields(inputs: ProfileInputs, as_of: int) -> dict[str, Any]:
    """The fields that change only at the times of `future_times`: when an event, message or order is due."""
    stored = inputs.stored
    past, _ = past_and_upcoming(inputs.events, as_of)
    missing = missing_fields(inputs.user, ASKED_FIELDS, day_of(as_of, None, inputs.zone))
    events = event_fields(stored, past, inputs.zone)
    return {
        **events,
        **contact_fields(stored, as_of, inputs.zone),
        **readiness_fields(missing, events["number_of_events_attended"], order_count(stored), inputs.policy),
        "last_order_date": last_order_date(stored, as_of, inputs.zone),
        "decays": decays(dated_facts(stored, past, inputs.jobs, as_of)),
        "data_quality": {"missing": missing, **inputs.notes},
    }


def later_entry(inputs: ProfileInputs, fields: dict[str, Any], at: int) -> dict[str, Any]:
    """The entry of `later` for a time: the fields with other values than in `fields`, as JSON has them."""
    changed = dated_fields(inputs, at)
    different = {name: changed[name] for name in sorted(changed) if changed[name] != fields[name]}
    return {"at": from_epoch_ms(at), "fields": to_jsonable_python(different)}


def future_times(stored: StoredPerson, as_of: int, zone: str) -> list[int]:
    """The times after `as_of` at which something dated is due, sorted, each once."""
    return sorted({at for at in dated_times(stored, contact_times(stored), as_of, zone) if at > as_of})


def dated_times(stored: StoredPerson, contacts: list[int], as_of: int, zone: str) -> list[int]:
    """The times of events, contacts, orders and jobs: all those after `as_of`, and some before it.

    Birth and first birthday, in a time zone, are among them: from then on the age is computed from the
    birth date.
    """
    times = [order.at for order in stored.orders.values() if order.at is not None]
    for events in stored.attendances.values():
        times += [event.date for event in events.values() if event.date is not None]
    if stored.jobs:
        times += [job.at for job in stored.jobs.values() if job.at is not None and job.tags]
    birth = None if stored.user is None else stored.user.birth_date
    if birth is not None and birth.year + 2 >= from_epoch_ms(as_of).year:  # hardly anybody is so young
        years = [year for year in (birth.year, birth.year + 1) if year < 10_000]
        times += [to_epoch_ms(birthday(birth, year, zone)) for year in years]
    return contacts + times


def next_change(stored: StoredPerson, as_of: int, policy: Policy) -> int | None:
    """When time alone next changes the profile after `as_of`: its `changes_at`, in epoch milliseconds."""
    contacts = contact_times(stored)
    last_contact = latest(contacts, as_of)
    cooldown_end = None if last_contact is None else last_contact + cooldown_ms(policy)
    user = stored.user
    birth = None if user is None else user.birth_date
    zone = policy.time_zone if user is None else preferred_time_zone(user, policy)
    older = None if birth is None else next_birthday(birth, from_epoch_ms(as_of), zone)
    older_at = None if older is None else to_epoch_ms(older)
    return earliest_change(dated_times(stored, contacts, as_of, zone), cooldown_end, older_at, as_of)
