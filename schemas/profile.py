"""The enriched profile: all that is known of one person at one time."""

from collections.abc import Mapping
from datetime import date as Day
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, Self

from schemas.model import Model, Moment, utc
from schemas.summary import summarise

DAYS_PER_MONTH = 30.44


class PastEvent(Model):
    """An event the person attended."""

    name: str | None = None
    date: Day | None = None
    venue: str | None = None


class EnrichedProfile(Model):
    """Default fields, fields from events, messages and orders, readiness, and the summary, as of `as_of`.

    `as_of` is the time of the latest change; `at` gives the same profile at a later time, exactly so until
    `changes_at`, when time alone changes more than it can compute (an event takes place; null: never).
    """

    id: str
    as_of: Moment
    changes_at: Moment | None = None
    # default fields, as the product holds them
    email: str | None = None
    name: str | None = None
    interests: list[str] = []
    cuisine_preference: list[str] = []
    dietary_restrictions: list[str] = []
    age: int | None = None
    gender: str | None = None
    occupation: str | None = None
    relationship_status: str | None = None
    table_type_preference: str | None = None
    home_neighborhood: str | None = None
    work_neighborhood: str | None = None
    language: str | None = None
    # from events
    friends: list[str] = []
    event_history_hosts: list[str] = []
    event_history: list[PastEvent] = []
    venue_history: list[str] = []
    number_of_events_attended: int = 0
    first_event_date: Day | None = None
    last_event_date: Day | None = None
    last_event_venue: str | None = None
    favorite_hosts: list[str] = []
    favorite_event_types: list[str] = []
    average_events_per_month: float = 0.0
    days_since_last_event: int | None = None
    upcoming_events: list[PastEvent] = []
    # from messages
    has_queued_messages: bool = False
    queued_message_count: int = 0
    has_sent_messages: bool = False
    last_message_sent_date: Day | None = None
    days_since_last_message: int | None = None
    total_messages_sent: int = 0
    last_contact_at: Moment | None = None
    cooldown_days: int = 7
    can_send_new_message: bool = True
    # from orders and the job board
    total_orders: int = 0
    jobs_viewed: int = 0
    jobs_saved: int = 0
    # readiness
    has_enough_fields_to_personalize: bool = False
    is_first_time_user: bool = True
    should_request_more_details: bool = False
    is_healthy_active_user: bool = False
    is_on_team: bool = False
    personalization_score: int = 0
    summary: str = ""

    def at(self, as_of: datetime) -> Self:
        """The profile at a time (a time before `as_of` gives the profile itself); see `changes_at`."""
        return self.model_copy(update=timely(self.__dict__, max(utc(as_of), self.as_of)))

    EXAMPLES = (
        {
            "id": "user_001",
            "as_of": "2024-02-10T00:00:00Z",
            "email": "sarah.chen@email.com",
            "number_of_events_attended": 3,
            "personalization_score": 85,
            "summary": "Sarah is a 32-year-old software engineer.",
        },
    )


def timely(fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The fields of a profile that depend on the time (days since, cooldown, summary), from the others."""
    today, contact = now.date(), fields["last_contact_at"]
    months = (days_between(fields["first_event_date"], today) or 0) / DAYS_PER_MONTH
    found = {
        "as_of": now,
        "days_since_last_event": days_between(fields["last_event_date"], today),
        "average_events_per_month": round(fields["number_of_events_attended"] / max(1.0, months), 2),
        "days_since_last_message": days_between(fields["last_message_sent_date"], today),
        "can_send_new_message": contact is None or now - contact >= timedelta(days=fields["cooldown_days"]),
    }
    return found | {"summary": summarise(SimpleNamespace(**{**fields, **found}))}


def days_between(earlier: Day | None, later: Day) -> int | None:
    """Days from one date to another; None when there is no earlier one."""
    return None if earlier is None else (later - earlier).days
