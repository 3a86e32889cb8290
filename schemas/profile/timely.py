"""The fields of a profile that depend on the time, from the others, as plain values (no models)."""

from calendar import isleap
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from datetime import date as Day
from math import inf
from typing import Any

from schemas.model import to_epoch_ms
from schemas.profile.summary import summarise

DAYS_PER_MONTH = 30.44
LAPSED_DAYS = 180  # since the last event
DAY_MS = 86_400_000
LEAST_WEIGHT = 0.005  # an affinity at or below it is left out
SPEND = "spend"  # the signal that is an amount, not a liking
YEARS_APART = 1  # an age may differ so much from the birth date's
AGE_REASON = "differs from the birth date"


class FieldsView:
    """A dict whose values are attributes: what a summary is made of."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__ = fields

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"a profile has no field {name}")


def timely(fields: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Set the fields that depend on the time (days since, cooldown, age, decays), as of `now`; no summary."""
    today, contact = now.date(), fields["last_contact_at"]
    since = days_between(fields["last_event_date"], today)
    months = (days_between(fields["first_event_date"], today) or 0) / DAYS_PER_MONTH
    end = None if contact is None else contact + timedelta(days=fields["cooldown_days"])
    fields["as_of"] = now
    fields["days_since_last_event"] = since
    fields["average_events_per_month"] = round(fields["number_of_events_attended"] / max(1.0, months), 2)
    fields["days_since_last_message"] = days_between(fields["last_message_sent_date"], today)
    fields["can_send_new_message"] = end is None or now >= end
    fields["activity_level"] = activity_level(fields, since)
    fields["changes_at"] = changes_at(fields, end, now)
    if fields["birth_date"] is not None:
        fields["age"] = age_at(fields["birth_date"], today, fields["stated_age"])
        fields["data_quality"] = quality_at(fields)
    fields["affinities"], fields["decayed_spend"] = decayed(fields["decays"], to_epoch_ms(now))
    return fields


def with_summary(fields: dict[str, Any]) -> dict[str, Any]:
    """Set the summary, in the language that the person prefers; the other fields must be there."""
    fields["summary"] = summarise(FieldsView(fields), fields["preferred_language"])
    return fields


def changes_at(fields: Mapping[str, Any], cooldown_end: datetime | None, now: datetime) -> datetime | None:
    """The next of: a later entry, the end of the cooldown, a birthday. None: time alone changes nothing."""
    found: datetime | None = fields["later"][0]["at"] if fields["later"] else None
    if cooldown_end is not None and cooldown_end > now and (found is None or cooldown_end < found):
        found = cooldown_end
    if fields["birth_date"] is not None:
        older = next_birthday(fields["birth_date"], now)
        found = older if found is None or (older is not None and older < found) else found
    return found


def next_birthday(birth: Day, now: datetime) -> datetime | None:
    """The next midnight (UTC) at which the age goes up; who was born on a leap day is older on 1 March."""
    years = range(max(birth.year, now.year), min(now.year + 2, 10_000)) or range(birth.year, birth.year + 1)
    return next((time for time in (birthday(birth, year) for year in years) if time > now), None)


def birthday(birth: Day, year: int) -> datetime:
    """The birthday of a year, its midnight UTC."""
    if (birth.month, birth.day) == (2, 29) and not isleap(year):
        return datetime(year, 3, 1, tzinfo=UTC)
    return datetime(year, birth.month, birth.day, tzinfo=UTC)


def days_between(earlier: Day | None, later: Day) -> int | None:
    """Days from one date to another; None when there is no earlier one."""
    return None if earlier is None else (later - earlier).days


def activity_level(fields: Mapping[str, Any], since: int | None) -> str:
    """`new`, `lapsed`, `active` or `occasional`, by the events attended and the days since the last."""
    if not fields["number_of_events_attended"]:
        return "new"
    if since is not None and since > LAPSED_DAYS:
        return "lapsed"
    return "active" if fields["is_healthy_active_user"] else "occasional"


def age_at(birth: Day, today: Day, stated: int | None) -> int | None:
    """The age in whole years by the birth date; one that is still to come says nothing: the stated age."""
    if birth > today:
        return stated
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def quality_at(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The data quality, with a note exactly while the stated age is not that of the birth date."""
    quality: dict[str, Any] = fields["data_quality"]
    note = {
        "field": "age",
        "problem": "contradictory",
        "reason": AGE_REASON,
        "document": f"users/{fields['id']}",
    }
    age, stated = fields["age"], fields["stated_age"]
    apart = None not in (age, stated) and abs(age - stated) > YEARS_APART
    others = [one for one in quality["contradictory"] if one != note]
    if apart:
        others = sorted([*others, note], key=lambda one: (one["document"], one["field"], one["reason"]))
    return {**quality, "contradictory": others}


def decayed(
    decays: Mapping[str, Mapping[str, Any]], now: int
) -> tuple[dict[str, list[dict[str, Any]]], float]:
    """Affinities and decayed spend at `now` (epoch milliseconds): value · 2^(−(now − at) / half-life)."""
    affinities: dict[str, list[dict[str, Any]]] = {}
    spend = 0.0
    for signal, decay in decays.items():
        factor = 2.0 ** ((decay["at"] - now) / (decay["half_life_days"] * DAY_MS))
        if signal == SPEND:
            spend = round(decay["values"][SPEND] * factor, 2)
            continue
        least = LEAST_WEIGHT / factor if factor else inf
        liked = [
            {"name": word, "weight": round(value * factor, 4)}
            for word, value in decay["values"].items()
            if value > least
        ]
        if liked:
            affinities[signal] = liked
    return affinities, spend
