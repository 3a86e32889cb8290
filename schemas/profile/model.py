"""The enriched profile, and how it becomes the profile at a later time."""

from datetime import date as Day
from datetime import datetime
from typing import Any, Literal, Self

from schemas.model import Model, Moment, utc
from schemas.profile.parts import Affinity, DataQuality, Decay, Later, PastEvent
from schemas.profile.timely import timely, with_summary

ActivityLevel = Literal["new", "lapsed", "active", "occasional"]


class EnrichedProfile(Model):
    """Default fields, fields from events, messages and orders, readiness, and the summary, as of `as_of`.

    `as_of` is the time of the latest change, `changes_at` when time alone next makes a change that the stream
    says (null: never). `at` gives the profile at any later time, exactly so unless it is `truncated`.
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
    stated_age: int | None = None  # as the document has it; `age` goes by the birth date, if there is one
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
    # what they like, by signal (cuisine, event_type, host, venue, neighborhood, job_tag), heaviest first
    affinities: dict[str, list[Affinity]] = {}  # a signal that says nothing is left out
    decays: dict[str, Decay] = {}  # from which affinities and decayed spend are computed at any time
    # readiness
    has_enough_fields_to_personalize: bool = False
    is_first_time_user: bool = True
    should_request_more_details: bool = False
    is_healthy_active_user: bool = False
    is_on_team: bool = False
    activity_level: ActivityLevel = "new"
    personalization_score: int = 0
    data_quality: DataQuality = DataQuality()
    truncated: bool = False  # a bound was reached: some numbers rest on counts of what was let go
    later: list[Later] = []
    summary: str = ""

    def at(self, as_of: datetime) -> Self:
        """The profile at a time (a time before `as_of` gives the profile itself)."""
        now = max(utc(as_of), self.as_of)
        fields = self._moved(now)
        return self.model_validate(with_summary(timely(fields, now)))

    def _moved(self, now: datetime) -> dict[str, Any]:
        """The fields that change at certain times only, as they are at `now`."""
        passed = [entry for entry in self.later if entry.at <= now]
        if not passed:
            return self.model_dump()
        new = passed[-1].fields
        attended = new.get("number_of_events_attended", self.number_of_events_attended)
        count = attended - self.number_of_events_attended
        dated = [event for event in self.event_history if event.date is not None]
        found = {
            **self.model_dump(exclude={"event_history", "upcoming_events", "later"}),
            **new,
            "event_history": [
                *dated,
                *self.upcoming_events[:count],
                *self.event_history[len(dated) :],
            ],
            "upcoming_events": self.upcoming_events[count:],
            "later": self._later(len(passed), new),
        }
        return self.model_validate(found).model_dump()

    def _later(self, passed: int, new: dict[str, Any]) -> list[Later]:
        """The later changes that are still to come, seen from a profile with some `new` fields."""
        rest = self.later[passed:]
        names = set(new).union(*(entry.fields for entry in rest))
        now = self.model_dump(mode="json", include=names) | new
        then = [(entry.at, self.model_dump(mode="json", include=names) | entry.fields) for entry in rest]
        return [
            Later(at=at, fields={name: fields[name] for name in sorted(names) if fields[name] != now[name]})
            for at, fields in then
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
