"""The fields of a profile that depend on the time alone, computed from the other fields as plain values."""

from calendar import isleap
from collections.abc import Iterable, Mapping
from datetime import date as Day
from datetime import datetime, timedelta
from math import inf
from typing import Any, TypeVar

from schemas.days import local_day, midnight
from schemas.model import to_epoch_ms
from schemas.profile.job_window import jobs_within_window
from schemas.profile.summary import summarise

DAYS_PER_MONTH = 30.44
LAPSED_DAYS = 180  # since the last event
DAY_MS = 86_400_000
LEAST_WEIGHT = 0.005  # an affinity at or below it is left out
SPEND = "spend"  # the signal that is an amount and no affinity
OLDEST_AGE = 130  # years
YEARS_APART = 1  # by which a stated age may differ from the age by the birth date
AGE_REASON = "differs from the birth date"

Time = TypeVar("Time", int, datetime)  # epoch milliseconds, or a time with a zone


class FieldsView:
    """A dict whose values are attributes, as a summary reads them."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__ = fields

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"a profile has no field {name}")


def with_time_fields(fields: Mapping[str, Any], as_of: datetime) -> dict[str, Any]:
    """The fields of a profile, with those that depend on the time as of `as_of`; the summary is not set."""
    today, last_contact = local_day(as_of, fields["preferred_time_zone"]), fields["last_contact_at"]
    days = days_between(fields["last_event_date"], today)
    months = (days_between(fields["first_event_date"], today) or 0) / DAYS_PER_MONTH
    cooldown_end = None if last_contact is None else last_contact + timedelta(days=fields["cooldown_days"])
    affinities, spend = decayed(fields["decays"], to_epoch_ms(as_of))
    return {
        **fields,
        "as_of": as_of,
        "days_since_last_event": days,
        "average_events_per_month": round(fields["number_of_events_attended"] / max(1.0, months), 2),
        "days_since_last_message": days_between(fields["last_message_sent_date"], today),
        "can_send_new_message": cooldown_end is None or as_of >= cooldown_end,
        "activity_level": activity_level(fields, days),
        "changes_at": changes_at(fields, cooldown_end, as_of),
        **(age_fields(fields, today) if fields["birth_date"] is not None else {}),
        "affinities": affinities,
        "decayed_spend": spend,
        **jobs_within_window(fields, as_of),
    }


def with_summary(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a profile with the summary, in the preferred language, made from all the others."""
    return {**fields, "summary": summarise(FieldsView(fields), fields["preferred_language"])}


def earliest_change(
    dated: Iterable[Time], cooldown_end: Time | None, birthday: Time | None, as_of: Time
) -> Time | None:
    """When time alone next changes a profile after `as_of`; None if never.

    A change is a dated item of the profile that becomes due (`dated`: their times), the end of the cooldown,
    or the next birthday.
    """
    times = [time for time in dated if time > as_of]
    if cooldown_end is not None and cooldown_end > as_of:
        times.append(cooldown_end)
    if birthday is not None and birthday > as_of:
        times.append(birthday)
    return min(times) if times else None


def changes_at(fields: Mapping[str, Any], cooldown_end: datetime | None, as_of: datetime) -> datetime | None:
    """The field `changes_at`; the first entry of `later` is the next dated item that becomes due."""
    dated = [entry["at"] for entry in fields["later"][:1]]
    birth = fields["birth_date"]
    older = None if birth is None else next_birthday(birth, as_of, fields["preferred_time_zone"])
    return earliest_change(dated, cooldown_end, older, as_of)


def next_birthday(birth: Day, as_of: datetime, zone: str = "UTC") -> datetime | None:
    """The next midnight in a zone at which the age goes up; 1 March for a leap day in other years."""
    year = local_day(as_of, zone).year
    years = range(max(birth.year, year), min(year + 2, 10_000)) or range(birth.year, birth.year + 1)
    return next((time for time in (birthday(birth, year, zone) for year in years) if time > as_of), None)


def birthday(birth: Day, year: int, zone: str) -> datetime:
    """The midnight in a zone at which the birthday of a year begins."""
    if (birth.month, birth.day) == (2, 29) and not isleap(year):
        return midnight(Day(year, 3, 1), zone)
    return midnight(Day(year, birth.month, birth.day), zone)


def days_between(earlier: Day | None, later: Day) -> int | None:
    """Days from one date to another, 0 where the day of the other zone has not begun; None without a date."""
    return None if earlier is None else max(0, (later - earlier).days)


def activity_level(fields: Mapping[str, Any], days: int | None) -> str:
    """`new`, `lapsed`, `active` or `occasional`, by the events attended and the days since the last one."""
    if not fields["number_of_events_attended"]:
        return "new"
    if days is not None and days > LAPSED_DAYS:
        return "lapsed"
    return "active" if fields["is_healthy_active_user"] else "occasional"


def age_at(birth: Day, today: Day, stated: int | None) -> int | None:
    """The age in whole years by the birth date; the stated age if no living person has the age by it."""
    years = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    return years if 0 <= years <= OLDEST_AGE else stated


def age_fields(fields: Mapping[str, Any], today: Day) -> dict[str, Any]:
    """The age by the birth date, and the data quality with a note exactly if the stated age differs."""
    age, stated = age_at(fields["birth_date"], today, fields["stated_age"]), fields["stated_age"]
    quality: dict[str, Any] = fields["data_quality"]
    note = {
        "field": "age",
        "problem": "contradictory",
        "reason": AGE_REASON,
        "document": f"users/{fields['id']}",
    }
    notes = [other for other in quality["contradictory"] if other != note]
    if age is not None and stated is not None and abs(age - stated) > YEARS_APART:
        notes = sorted([*notes, note], key=lambda each: (each["document"], each["field"], each["reason"]))
    return {"age": age, "data_quality": {**quality, "contradictory": notes}}


def decayed(
    decays: Mapping[str, Mapping[str, Any]], as_of: int
) -> tuple[dict[str, list[dict[str, Any]]], float]:
    """Affinities and decayed spend at `as_of` (epoch ms): value · 2^(−(as_of − at) / half-life)."""
    affinities: dict[str, list[dict[str, Any]]] = {}
    spend = 0.0
    for signal, decay in decays.items():
        factor = 2.0 ** ((decay["at"] - as_of) / (decay["half_life_days"] * DAY_MS))
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
