"""How many fields of a person have a value, and whether they are enough to write personally."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from schemas.documents import TEAM_ROLES
from schemas.names import normalise
from schemas.profile.time_fields import age_at
from workers.people.policy import DEFAULT_FIELDS, Policy
from workers.people.state import StoredUser

ASKED_FIELDS = ("email", *DEFAULT_FIELDS)  # those that may be missing


class Points(NamedTuple):
    """The points for each of what is counted, and the limit of their sum."""

    counted: str
    each: int
    limit: int


SCORE: tuple[Points, ...] = (
    Points("default fields filled", 6, 60),
    Points("events attended", 5, 25),
    Points("orders", 5, 15),
)


def age_of(user: StoredUser, today: date) -> int | None:
    """The age by the birth date, else the stated age."""
    return user.age if user.birth_date is None else age_at(user.birth_date, today, user.age)


def missing_fields(user: StoredUser, names: Iterable[str], today: date) -> list[str]:
    """The fields that have no value (an age of 0 is none either); the age may come from the birth date."""
    empty = [name for name in names if not getattr(user, name)]
    if user.birth_date is None or "age" not in names:
        return empty
    return [name for name in names if (not age_of(user, today) if name == "age" else name in empty)]


def is_on_team(user: StoredUser, policy: Policy) -> bool:
    """Whether the flag of the document, the role, or the domain of the address is one of the team's."""
    if user.is_team_member or (user.role is not None and user.role.lower() in TEAM_ROLES):
        return True
    if not policy.team_domains:
        return False
    return normalise(user.email).rpartition("@")[2] in policy.team_domains


def score(*counts: int) -> int:
    """The points for the counts of the rows of SCORE, in their order."""
    return sum([min(row.limit, row.each * count) for row, count in zip(SCORE, counts, strict=True)])


def readiness_fields(missing: list[str], events: int, orders: int, policy: Policy) -> dict[str, Any]:
    """The readiness fields of the profile; `missing` are the fields of ASKED_FIELDS that have no value."""
    filled = len([name for name in policy.required_fields if name not in missing])
    default_filled = len(DEFAULT_FIELDS) - len(missing) + ("email" in missing)
    return {
        "has_enough_fields_to_personalize": filled >= policy.enough,
        "should_request_more_details": filled < policy.ask_below,
        "is_healthy_active_user": events >= policy.active_events,
        "personalization_score": score(default_filled, events, orders),
    }
