"""Bounds the times in documents against a clock: what has happened has not happened in the future.

| field | further ahead than the bound |
|---|---|
| birth date of a user; when a user or a job preference was created, a job was viewed | is left out |
| date of an order; when a message was created | is left out |
| when a message was sent | counts as now: it was sent, and too late a time is the safer one |
| date of an event; when a job is posted and closes | stays: these may lie in the future |

Each has a note. Times before 1900 are none in all fields (dates.py).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from schemas.documents import JobPreference, JobView, Message, Order, User
from schemas.model import from_epoch_ms
from schemas.notes import Note, Noted

AHEAD = "is ahead of the clock"
MAY_NOT_BE_AHEAD: Mapping[type[Noted], tuple[str, ...]] = {
    User: ("birth_date", "created_at"),
    Order: ("date",),
    Message: ("sent_date", "created_date"),
    JobView: ("viewed_at",),
    JobPreference: ("created_at",),
}
COUNTS_AS_NOW = frozenset({"sent_date"})


class Clock(NamedTuple):
    """The time `now`, and the `latest` time that is believed of something that has happened."""

    now: datetime
    latest: datetime


def clock_at(now_ms: int, ahead_seconds: float) -> Clock:
    """The clock at a time in epoch milliseconds, with a bound in seconds."""
    now = from_epoch_ms(now_ms)
    return Clock(now, now + timedelta(seconds=ahead_seconds))


def bound_times(model: type[Noted], fields: dict[str, Any], clock: Clock) -> list[Note]:
    """Leave out, or set to now, the times in read fields that are too far ahead; a note for each of them."""
    notes = []
    for name in MAY_NOT_BE_AHEAD.get(model, ()):
        time = fields.get(name)
        if time is None or not _is_ahead(time, clock.latest):
            continue
        if name in COUNTS_AS_NOW:
            fields[name] = clock.now
        else:
            del fields[name]
        notes.append(Note(field=name, problem="malformed", reason=f"{time.isoformat()} {AHEAD}"))
    return notes


def is_bounded(document: Noted) -> bool:
    """Whether a time in the document was ahead of the clock when it was read."""
    return any(note.reason.endswith(AHEAD) for note in document.notes)


def _is_ahead(time: date, latest: datetime) -> bool:
    return time > latest if isinstance(time, datetime) else time > latest.date()
