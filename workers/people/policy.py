"""The policy: the thresholds of profiles and decisions, read from deploy/policy.toml."""

import tomllib
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

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


class PolicyError(ValueError):
    """A policy that cannot be used; the text names the file and every wrong field."""


class Policy(BaseModel):
    """The thresholds of profiles and decisions; deploy/policy.toml describes each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cooldown_days: int = Field(default=7, ge=0)
    required_fields: tuple[FieldName, ...] = ("interests", "cuisine_preference", "age", "occupation")
    enough: int = Field(default=3, ge=0)
    ask_below: int = Field(default=2, ge=0)
    active_events: int = Field(default=3, ge=1)
    valid_hours: int = Field(default=24, ge=1)
    retry_hours: int = Field(default=24, ge=1)
    write_to_team: bool = True
    team_domains: tuple[str, ...] = ()
    language: str = Field(default="en", pattern="^[a-z]{2,3}$")
    time_zone: str = "UTC"

    @field_validator("time_zone")
    @classmethod
    def is_zone(cls, value: str) -> str:
        """Accept only the IANA name of a time zone."""
        if value != "UTC" and value not in available_timezones():  # UTC needs no zone files
            raise ValueError(f"{value!r} is no time zone, such as Asia/Tokyo")
        return value

    @cached_property
    def version(self) -> str:
        """12 hex digits of a hash of all thresholds."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:12]


def load_policy(path: Path) -> Policy:
    """The policy of a TOML file; PolicyError if it is missing, malformed or has a wrong value."""
    try:
        return Policy.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise PolicyError(f"{path}: {wrong}") from error
    except ValueError as error:
        raise PolicyError(f"{path}: not TOML: {error}") from error
