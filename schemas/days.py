"""Days of people: moments are cut into days in a time zone, which is named as in the IANA database."""

from datetime import UTC, datetime, tzinfo
from datetime import date as Day
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(1024)
def zone_of(name: str) -> tzinfo:
    """The time zone of a name; UTC for one that is not known on this machine."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return UTC


@lru_cache(1024)
def is_time_zone(name: str) -> bool:
    """Whether the IANA database has a time zone of this name; UTC needs no database."""
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return name == "UTC"
    return True


@lru_cache(1024)
def local_day(at: datetime, zone: str) -> Day:
    """The day of a moment in a time zone; in UTC at the end of the year 9999."""
    if zone == "UTC":
        return at.date()
    try:
        return at.astimezone(zone_of(zone)).date()
    except OverflowError:
        return at.date()


def midnight(day: Day, zone: str) -> datetime:
    """The moment, in UTC, at which a day begins in a time zone; in UTC for the first or last day."""
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC if zone == "UTC" else zone_of(zone))
    try:
        return begins.astimezone(UTC)
    except OverflowError:
        return begins.replace(tzinfo=UTC)
