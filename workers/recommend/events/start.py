"""When an event begins, as the clock shows it where it is. Pure."""

from datetime import date as Day
from datetime import datetime, time
from typing import NamedTuple

from schemas.days import zone_of
from schemas.model import from_epoch_ms
from workers.recommend.events.listed_event import ListedEvent

MIDNIGHT = time()
CLOCK = "%H:%M"


class EventStart(NamedTuple):
    """The day, the time (19:00; None: not known), and the name of a zone that is not the event's own."""

    day: Day
    clock: str | None = None
    zone: str | None = None


def start_of(event: ListedEvent, starts_at: int, time_zone: str) -> EventStart:
    """When an event begins (epoch milliseconds): as it is written, else in its zone, else in this one.

    At midnight only the day is known, since products store days so.
    """
    at = from_epoch_ms(starts_at)
    if event.day is not None:
        return EventStart(event.day, event.local_time)
    if at.time() == MIDNIGHT:
        return EventStart(at.date())
    local = at.astimezone(zone_of(event.time_zone or time_zone))
    if local.time() == MIDNIGHT:
        return EventStart(local.date())
    zone = None if event.time_zone else zone_name(local)
    return EventStart(local.date(), local.strftime(CLOCK), zone)


def zone_name(local: datetime) -> str:
    """The short name of the zone of a time (JST); one without a name is told by its offset (UTC+03)."""
    name = local.tzname() or ""
    return f"UTC{name}" if name[:1] in "+-" else name
