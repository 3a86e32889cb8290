"""The table [stale_seconds] of deploy/policy.toml: how long ago the fleet may have heard from each source.

While a source was heard of longer ago than its limit, nobody is decided upon: what it has not told yet cannot
be known. Pure.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

TABLE = "stale_seconds"
SHORTEST_SECONDS, LONGEST_SECONDS = 1, 1_800  # so much older, a decision would be near to being late


def limit() -> Any:
    """The field of a source: its limit in seconds, None for that of the fleet."""
    return Field(default=None, ge=SHORTEST_SECONDS, le=LONGEST_SECONDS)


def named(field: str) -> str:
    """The topic of a field."""
    return field.replace("_", "-")


class StaleSeconds(BaseModel):
    """The limit of each document topic, by its name; None is that of the fleet (`KAIROS_STALE_SECONDS`)."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.replace("_", "-"),
        populate_by_name=True,
    )

    users: float | None = limit()
    orders: float | None = limit()
    events: float | None = limit()
    messages: float | None = limit()
    jobs: float | None = limit()
    job_views: float | None = limit()
    job_preferences: float | None = limit()


def stale_ms_of(policy: Mapping[str, Any]) -> dict[str, int]:
    """The limits in the values of a policy, in milliseconds by topic, without those that are the fleet's.

    Raises ValueError for a table that cannot be used.
    """
    limits = StaleSeconds.model_validate(policy.get(TABLE, {})).model_dump(by_alias=True, exclude_none=True)
    return {topic: round(seconds * 1000) for topic, seconds in limits.items()}
