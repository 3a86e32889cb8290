"""The enriched profile, and the computation of the profile at a later time."""

from collections.abc import Sequence
from datetime import date as Day
from datetime import datetime
from typing import Any, Literal, Self

from schemas.model import Model, Moment, utc
from schemas.profile.parts import Affinity, DataQuality, Decay, JobInterest, JobSearch, Later, PastEvent
from schemas.profile.time_fields import with_summary, with_time_fields

ActivityLevel = Literal["new", "lapsed", "active", "occasional"]


def with_attended_events(
    history: Sequence[PastEvent], upcoming: Sequence[PastEvent], count: int
) -> tuple[list[PastEvent], list[PastEvent]]:
    """Event history and upcoming events after the first `count` upcoming events have taken place.

    Upcoming events are in the order of their dates, so those that have taken place are the first. They follow
    the dated events of the history and precede those without a date. The payload does not name the events
    that move; their number is the difference between two values of `number_of_events_attended`.
    """
    dated = [event for event in history if event.date is not None]
    undated = history[len(dated) :]
    return [*dated, *upcoming[:count], *undated], [*upcoming[count:]]


class EnrichedProfile(Model):
    """Default fields, fields from events, messages and orders, readiness, and the summary, as of `as_of`.

    `as_of` is the time of the latest change, `changes_at` the time of the next change that time alone makes
    and for which a new profile is emitted (null: never). `at` computes the profile at any later time, exactly
    so unless it is `truncated`.
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
    role: str | None = None
    time_zone: str | None = None
    birth_date: Day | None = None
    stated_age: int | None = None  # of the document; `age` is computed from the birth date, if there is one
    preferred_language: str = "en"
    preferred_time_zone: str = "UTC"
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
    order_amount_total: float | None = None
    order_amount_average: float | None = None
    last_order_date: Day | None = None
    decayed_spend: float = 0.0
    jobs_viewed: int = 0
    jobs_saved: int = 0
    jobs: list[JobInterest] = []  # of the last `job_window_days`, newest first
    searches: list[JobSearch] = []  # of the last `job_window_days`, newest first
    excluded_jobs: list[str] = []  # applied, rejected or ignored at any time, newest first
    job_window_days: int = 90
    resume: str | None = None
    # by signal (cuisine, event_type, host, venue, neighborhood, job_tag), greatest weight first
    affinities: dict[str, list[Affinity]] = {}  # a signal without words is left out
    decays: dict[str, Decay] = {}  # affinities and decayed spend at any time are computed from them
    # readiness
    has_enough_fields_to_personalize: bool = False
    is_first_time_user: bool = True
    should_request_more_details: bool = False
    is_healthy_active_user: bool = False
    is_on_team: bool = False
    activity_level: ActivityLevel = "new"
    personalization_score: int = 0
    data_quality: DataQuality = DataQuality()
    truncated: bool = (
        False  # a bound was reached: numbers include counts of evicted items, lists may be short
    )
    later: list[Later] = []
    summary: str = ""

    def at(self, as_of: datetime) -> Self:
        """The profile at a time (a time before `as_of` gives the profile itself)."""
        time = max(utc(as_of), self.as_of)
        fields = self._with_passed_changes(time)
        return self.model_validate(with_summary(with_time_fields(fields, time)))

    def _with_passed_changes(self, time: datetime) -> dict[str, Any]:
        """The fields after the changes in `later` whose time has passed; those of the time are not set."""
        passed = [change for change in self.later if change.at <= time]
        if not passed:
            return self.model_dump()
        changed = passed[-1].fields
        attended = changed.get("number_of_events_attended", self.number_of_events_attended)
        history, upcoming = with_attended_events(
            self.event_history, self.upcoming_events, attended - self.number_of_events_attended
        )
        fields = {
            **self.model_dump(exclude={"event_history", "upcoming_events", "later"}),
            **changed,
            "event_history": history,
            "upcoming_events": upcoming,
            "later": self._remaining_changes(len(passed), changed),
        }
        return self.model_validate(fields).model_dump()

    def _remaining_changes(self, passed: int, changed: dict[str, Any]) -> list[Later]:
        """The entries of `later` after the first `passed`, as differences from the `changed` profile."""
        remaining = self.later[passed:]
        names = set(changed).union(*(change.fields for change in remaining))
        present = self.model_dump(mode="json", include=names)
        now = present | changed
        return [
            Later(
                at=change.at,
                fields={
                    name: value
                    for name, value in sorted((present | change.fields).items())
                    if value != now[name]
                },
            )
            for change in remaining
        ]

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
