"""How much is known of a person, and whether it is enough to write personally."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from schemas.names import normalise
from schemas.profile.timely import age_at
from workers.people.policy import DEFAULT_FIELDS, FieldName, Policy
from workers.people.state import Known

TEAM_ROLES = {"team", "staff", "admin", "employee"}
ASKED_FIELDS = ("email", *DEFAULT_FIELDS)  # those that may be missing


class Points(NamedTuple):
    """So many points for each of something, up to a limit."""

    what: str
    each: int
    limit: int


SCORE: tuple[Points, ...] = (
    Points("default fields filled", 6, 60),
    Points("events attended", 5, 25),
    Points("orders", 5, 15),
)


def age_of(user: Known, today: date) -> int | None:
    """The age by the birth date, else the one given."""
    return user.age if user.birth_date is None else age_at(user.birth_date, today, user.age)


def missing(user: Known, names: Iterable[str], today: date) -> list[str]:
    """The fields that say nothing."""
    found = [name for name in names if not getattr(user, name)]
    if user.birth_date is None or "age" not in names:
        return found
    return [name for name in names if (not age_of(user, today) if name == "age" else name in found)]


def filled(user: Known, names: tuple[FieldName, ...], today: date) -> int:
    """How many of the fields say something."""
    return len(names) - len(missing(user, names, today))


def is_on_team(user: Known, policy: Policy) -> bool:
    """The document says so, or the role, or the address is in one of the team's domains."""
    if user.is_team_member or (user.role is not None and user.role.lower() in TEAM_ROLES):
        return True
    if not policy.team_domains:
        return False
    return normalise(user.email).rpartition("@")[2] in policy.team_domains


def score(*numbers: int) -> int:
    """The points for the numbers of what stands in SCORE."""
    return sum([min(row.limit, row.each * number) for row, number in zip(SCORE, numbers, strict=True)])


def readiness_fields(lacking: list[str], events: int, orders: int, policy: Policy) -> dict[str, Any]:
    """The fields of the profile that say how much is known; `lacking` of ASKED_FIELDS."""
    known = len([name for name in policy.required_fields if name not in lacking])
    fields = len(DEFAULT_FIELDS) - len(lacking) + ("email" in lacking)
    return {
        "has_enough_fields_to_personalize": known >= policy.enough,
        "should_request_more_details": known < policy.ask_below,
        "is_healthy_active_user": events >= policy.active_events,
        "personalization_score": score(fields, events, orders),
    }
