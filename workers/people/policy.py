"""The policy: the thresholds of profiles and decisions, read from deploy/policy.toml."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import available_timezones

from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator

from workers.people.campaign import DEFAULT_CAMPAIGNS, Campaign
from workers.people.condition import FieldCondition, fields_of
from workers.people.contact_policy import (
    RANGES,
    Caps,
    ConsentPolicy,
    ContactTables,
    Fatigue,
    HoldOut,
    QuietHours,
    SendWindow,
    bounded,
)
from workers.product.staleness import TABLE, StaleSeconds

FieldName = Literal[
    "interests",
    "cuisine_preference",
    "dietary_restrictions",
    "age",
    "gender",
    "occupation",
    "relationship_status",
    "table_type_preference",
    "home_neighborhood",
    "work_neighborhood",
]
DEFAULT_FIELDS: tuple[FieldName, ...] = get_args(
    FieldName
)  # all ten default fields of a user, without id and email


TABLES: Mapping[str, type[BaseModel]] = {
    "caps": Caps,
    "quiet_hours": QuietHours,
    "send_windows": SendWindow,
    "consent": ConsentPolicy,
    "hold_out": HoldOut,
    "fatigue": Fatigue,
    "campaigns": Campaign,
    "eligible": FieldCondition,
    TABLE: StaleSeconds,
}
OTHER_TABLES = frozenset({"jobs", "events", "learning", "sender"})  # of what is recommended, and of the mails


class PolicyError(ValueError):
    """A policy that cannot be used; the text names the file and every wrong field."""


class Policy(ContactTables):
    """The thresholds of profiles and decisions; deploy/policy.toml describes each."""

    cooldown_days: int = bounded("cooldown_days", 7)
    required_fields: tuple[FieldName, ...] = ("interests", "cuisine_preference", "age", "occupation")
    enough: int = Field(default=3, validate_default=True)
    ask_below: int = 2
    active_events: int = bounded("active_events", 3)
    valid_hours: int = bounded("valid_hours", 24)
    retry_hours: int = bounded("retry_hours", 24)
    job_window_days: int = bounded("job_window_days", 90)
    most_bounces: int = bounded("most_bounces", 3)
    queued_messages: Literal["ignore", "wait"] = "ignore"
    write_to_team: bool = True
    team_domains: tuple[str, ...] = ()
    language: str = Field(default="en", pattern="^[a-z]{2,3}$")
    time_zone: str = "UTC"
    stale_seconds: StaleSeconds = StaleSeconds()
    campaigns: tuple[Campaign, ...] = DEFAULT_CAMPAIGNS

    @field_validator("enough", "ask_below")
    @classmethod
    def is_a_number_of_fields(cls, value: int, info: ValidationInfo) -> int:
        """Accept only a number that is reached by some of the required fields."""
        most = len(info.data.get("required_fields", DEFAULT_FIELDS))
        if not 0 <= value <= most:
            raise ValueError(
                f"{value} is out of range; 0 to {most} are possible, the number of required_fields"
            )
        return value

    @field_validator("time_zone")
    @classmethod
    def is_zone(cls, value: str) -> str:
        """Accept only the IANA name of a time zone."""
        if value != "UTC" and value not in available_timezones():  # UTC needs no zone files
            raise ValueError(f"{value!r} is no time zone, such as Asia/Tokyo")
        return value

    @field_validator("campaigns")
    @classmethod
    def are_named_once(cls, value: tuple[Campaign, ...]) -> tuple[Campaign, ...]:
        """Accept only campaigns of different names."""
        names = [campaign.name for campaign in value]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"{', '.join(sorted(twice))}: two campaigns have this name")
        return value

    @cached_property
    def campaigns_reading(self) -> Mapping[str, int]:
        """How many campaigns have a condition that reads a field of the profile, by field."""
        return Counter(name for campaign in self.campaigns for name in {*fields_of(campaign.eligible)})

    @cached_property
    def askable_fields(self) -> tuple[FieldName, ...]:
        """The fields to ask for: the required ones, then those that conditions of campaigns read."""
        others = [name for name in DEFAULT_FIELDS if name in self.campaigns_reading]
        return tuple(dict.fromkeys((*self.required_fields, *others)))

    @cached_property
    def ranked_campaigns(self) -> tuple[Campaign, ...]:
        """The campaigns, those that are tried first at the beginning."""
        return tuple(sorted(self.campaigns, key=lambda campaign: -campaign.priority))

    @cached_property
    def version(self) -> str:
        """12 hex digits of a hash of all thresholds."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:12]


def load_policy(path: Path) -> Policy:
    """The policy of a TOML file; PolicyError if it is missing, malformed or has a wrong value.

    The tables of OTHER_TABLES are read elsewhere.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
        return Policy.model_validate({key: values[key] for key in values if key not in OTHER_TABLES})
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise PolicyError(f"{path}: {'; '.join(map(problem, error.errors()))}") from error
    except ValueError as error:
        raise PolicyError(f"{path}: not TOML: {error}") from error


def problem(error: Mapping[str, Any]) -> str:
    """A wrong entry in words: its key, and what is possible."""
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] in ("greater_than_equal", "less_than_equal"):
        general = ".".join(part for part in error["loc"] if isinstance(part, str))
        lowest, highest = RANGES.get(general, (-36_500, 36_500))
        return f"{key}: {error['input']} is out of range; {lowest} to {highest:,} are possible"
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key; {known_keys(error['loc'])}"
    text = error["msg"].removeprefix("Value error, ")
    return f"{key}: {text}" if key else text


def known_keys(loc: Sequence[int | str]) -> str:
    """The nearest of the keys that are known beside an unknown one, or all of them."""
    model: type[BaseModel] = Policy
    for part in loc[:-1]:
        if isinstance(part, str) and part in TABLES:
            model = TABLES[part]
    names = [field.alias or name for name, field in model.model_fields.items()]
    close = get_close_matches(str(loc[-1]), names, 1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
