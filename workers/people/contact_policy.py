"""The tables of the policy that say how often, when and whether people are written to at all."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from workers.product.staleness import LONGEST_SECONDS, SHORTEST_SECONDS, TABLE, StaleSeconds

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_VALID_HOURS = 744  # 31 days: for so long a mail of which nothing more is heard holds back all others

# the lowest and the highest value of a key; the highest are those beyond which times overflow or mean nothing
RANGES: Mapping[str, tuple[float, float]] = {
    "cooldown_days": (0, 36_500),
    "active_events": (1, 1_000_000),
    "valid_hours": (1, LONGEST_VALID_HOURS),
    "retry_hours": (1, 876_000),
    "job_window_days": (1, 36_500),
    "most_bounces": (0, 100),
    "caps.day": (0, 100),
    "caps.last_24_hours": (0, 100),
    "caps.last_7_days": (0, 100),
    "caps.last_30_days": (0, 100),
    "hold_out.share": (0, 1),
    "fatigue.ignored": (0, 100),
    "fatigue.rest_days": (1, 36_500),
    "campaigns.priority": (-1_000, 1_000),
    "campaigns.cooldown_days": (0, 36_500),
    "campaigns.cap_30_days": (0, 100),
    "campaigns.valid_hours": (1, LONGEST_VALID_HOURS),
    **{
        f"{TABLE}.{field.alias}": (SHORTEST_SECONDS, LONGEST_SECONDS)
        for field in StaleSeconds.model_fields.values()
    },
}


def bounded(name: str, default: float | None) -> Any:
    """A field with the bounds of RANGES."""
    lowest, highest = RANGES[name]
    return Field(default=default, ge=lowest, le=highest)


class PolicyTable(BaseModel):
    """A table of the policy: its values are fixed, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read_hour(value: Any) -> Any:
    """The time of a text HH:MM, or of TOML's own; ValueError for anything else."""
    if isinstance(value, time):
        return value
    if isinstance(value, str) and len(value) == 5 and value[2] == ":":
        return time.fromisoformat(value)
    raise ValueError(f"{value!r} is no time of day, such as 08:00")


Hour = Annotated[time, BeforeValidator(read_hour), PlainSerializer(lambda at: f"{at:%H:%M}", str)]


class Caps(PolicyTable):
    """The most mails to one person over all campaigns, 0: no cap; a day is one in the person's zone."""

    day: int = bounded("caps.day", 0)
    last_24_hours: int = bounded("caps.last_24_hours", 0)
    last_7_days: int = bounded("caps.last_7_days", 0)
    last_30_days: int = bounded("caps.last_30_days", 0)


class QuietHours(PolicyTable):
    """Nobody is written to from `start` to before `end`, in the person's zone; the same twice: always."""

    start: Hour = time(0)
    end: Hour = time(0)


class SendWindow(PolicyTable):
    """Where there is one, people are written to in windows only: on these days, from `start` to before `end`.

    A window whose end is not after its start ends on the next day.
    """

    days: tuple[Weekday, ...] = WEEKDAYS
    start: Hour = time(0)
    end: Hour = time(0)


class ConsentPolicy(PolicyTable):
    """Whether somebody is written to of whom it is not known that they agreed or refused."""

    unknown: Literal["allowed", "refused"] = "allowed"


class HoldOut(PolicyTable):
    """The share of people who get no mail for a season, to measure by; each season has others."""

    share: float = bounded("hold_out.share", 0.0)
    season: str = "1"


class Fatigue(PolicyTable):
    """After so many mails in a row without a click (0: never) people rest for so many days."""

    ignored: int = bounded("fatigue.ignored", 0)
    rest_days: int = bounded("fatigue.rest_days", 30)


class ContactTables(PolicyTable):
    """The tables of a policy that this file describes."""

    caps: Caps = Caps()
    quiet_hours: QuietHours = QuietHours()
    send_windows: tuple[SendWindow, ...] = ()
    consent: ConsentPolicy = ConsentPolicy()
    hold_out: HoldOut = HoldOut()
    fatigue: Fatigue = Fatigue()

    @model_validator(mode="after")
    def _leaves_some_time(self) -> "ContactTables":
        """Refuse quiet hours and windows that leave no minute of a week."""
        if self.send_windows and not any(is_open(self, day, at) for day in range(7) for at in minutes()):
            raise ValueError("quiet_hours and send_windows together leave no time to write")
        return self

    @property
    def has_hours(self) -> bool:
        """Whether there is a time at which nobody is written to."""
        return self.quiet_hours.start != self.quiet_hours.end or bool(self.send_windows)


def minutes() -> list[time]:
    """All minutes of a day."""
    return [time(minute // 60, minute % 60) for minute in range(24 * 60)]


def is_open(tables: ContactTables, weekday: int, at: time) -> bool:
    """Whether people are written to on a weekday (0: Monday) at a local time."""
    quiet = tables.quiet_hours
    if quiet.start != quiet.end and _is_within(quiet.start, quiet.end, at):
        return False
    return not tables.send_windows or any(_is_in(window, weekday, at) for window in tables.send_windows)


def _is_in(window: SendWindow, weekday: int, at: time) -> bool:
    if window.start < window.end:
        return WEEKDAYS[weekday] in window.days and window.start <= at < window.end
    if at >= window.start:
        return WEEKDAYS[weekday] in window.days
    return at < window.end and WEEKDAYS[weekday - 1] in window.days


def _is_within(start: time, end: time, at: time) -> bool:
    """Whether a time is from `start` to before `end`, over midnight if the end is not after the start."""
    return start <= at < end if start < end else at >= start or at < end
