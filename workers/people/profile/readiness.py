"""How much is known of a person, and whether it is enough to write personally."""

from collections.abc import Callable
from typing import Any, NamedTuple

from schemas.names import normalise
from workers.people.policy import DEFAULT_FIELDS, FieldName, Policy
from workers.people.state import Known


class Points(NamedTuple):
    """So many points for each of something, up to a limit."""

    what: str
    each: int
    limit: int
    number: Callable[[Known, int, int], int]


SCORE: tuple[Points, ...] = (
    Points("default fields filled", 6, 60, lambda user, events, orders: filled(user, DEFAULT_FIELDS)),
    Points("events attended", 5, 25, lambda user, events, orders: events),
    Points("orders", 5, 15, lambda user, events, orders: orders),
)


def filled(user: Known, names: tuple[FieldName, ...]) -> int:
    """How many of the fields say something."""
    return len([name for name in names if getattr(user, name)])


def first_missing(user: Known, policy: Policy) -> FieldName | None:
    """The first required field that says nothing."""
    return next((name for name in policy.required_fields if not getattr(user, name)), None)


def is_on_team(user: Known, policy: Policy) -> bool:
    """The document says so, or the address is in one of the team's domains."""
    domain = normalise(user.email).rpartition("@")[2]
    return bool(user.is_team_member) or (bool(domain) and domain in policy.team_domains)


def readiness_fields(user: Known, events: int, orders: int, policy: Policy) -> dict[str, Any]:
    """The fields of the profile that say how much is known."""
    known = filled(user, policy.required_fields)
    return {
        "has_enough_fields_to_personalize": known >= policy.enough,
        "should_request_more_details": known < policy.ask_below,
        "is_healthy_active_user": events >= policy.active_events,
        "is_on_team": is_on_team(user, policy),
        "personalization_score": sum(
            min(row.limit, row.each * row.number(user, events, orders)) for row in SCORE
        ),
        "total_orders": orders,
    }
