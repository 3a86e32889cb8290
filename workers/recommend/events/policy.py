"""The policy of invitations: what each thing weighs, from the table [events] of deploy/policy.toml."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.days import is_time_zone
from workers.recommend.policy import policy_content, policy_table

EVENTS = "events"  # the table
ZONE = "time_zone"  # of the whole policy, for events without one


class EventPoints(BaseModel):
    """The most points of each thing that speaks for an event; together 100 at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: float = Field(default=25.0, ge=0, le=100)
    friends: float = Field(default=20.0, ge=0, le=100)
    event_type: float = Field(default=15.0, ge=0, le=100)
    venue: float = Field(default=10.0, ge=0, le=100)
    place: float = Field(default=10.0, ge=0, le=100)
    cuisine: float = Field(default=8.0, ge=0, le=100)
    interest: float = Field(default=7.0, ge=0, le=100)
    weekday: float = Field(default=5.0, ge=0, le=100)

    @model_validator(mode="after")
    def _are_at_most_100(self) -> "EventPoints":
        if sum(self.model_dump().values()) > 100:
            raise ValueError("the points are more than 100 together")
        return self


class EventPolicy(BaseModel):
    """The settings of invitations; deploy/policy.toml describes each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: EventPoints = EventPoints()
    least_score: float = Field(default=5.0, ge=0, le=100)
    least_hours: float = Field(default=24.0, ge=0, le=8_760)
    most_days: float = Field(default=30.0, gt=0, le=365)
    reasons: int = Field(default=3, ge=1, le=8)
    time_zone: str = "UTC"

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if not is_time_zone(value):
            raise ValueError(f"{value!r} is no time zone, such as Asia/Tokyo")
        return value


def load_event_policy(path: Path) -> EventPolicy:
    """The table [events] of a TOML file, defaults without one; FeedPolicyError if it cannot be used.

    Events without a time zone have that of the table, else that of the whole policy.
    """
    content = policy_content(path)
    table = content.get(EVENTS, {})
    if isinstance(table, dict) and ZONE in content:
        table = {ZONE: content[ZONE], **table}
    return policy_table(path, {EVENTS: table}, EVENTS, EventPolicy)
