"""The days of stored times."""

from datetime import date

from schemas.days import local_day
from schemas.model import from_epoch_ms
from workers.people.policy import Policy
from workers.people.profile.language import preferred_time_zone
from workers.people.state import StoredUser

DAY_MS = 86_400_000
EPOCH_DAY = date(1970, 1, 1).toordinal()


def shift_of(at: int | None, day: date | None) -> int | None:
    """By how many days the day that a time (epoch milliseconds) states differs from that in UTC.

    None if it states none. A moment at midnight in UTC is a day.
    """
    if at is None:
        return 0
    if day is None:
        return None if at % DAY_MS else 0
    return day.toordinal() - EPOCH_DAY - at // DAY_MS


def day_of(at: int, shift: int | None, zone: str) -> date:
    """The day of epoch milliseconds: so many days after that in UTC, or (`shift` None) the day in a zone."""
    if shift is None and zone != "UTC":
        return local_day(from_epoch_ms(at), zone)
    return date.fromordinal(EPOCH_DAY + at // DAY_MS + (shift or 0))


def today(user: StoredUser, at: int, policy: Policy) -> date:
    """The day of a person at a time (epoch milliseconds)."""
    return day_of(at, None, preferred_time_zone(user, policy))
