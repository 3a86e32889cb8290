"""Bounds the times in documents against a clock: what has happened has not happened in the future.

| field | further ahead than the bound |
|---|---|
| birth date of a user, and when they agreed to mails or refused them | is left out |
| when a user or a job preference was created, a job was viewed | is left out |
| date of an order; when a message was created | is left out |
| when a message was sent | counts as now: it was sent, and too late a time is the safer one |
| date of an event; when a job is posted and closes | stays: these may lie in the future |

Each has a note. Times before 1900 are none in all fields (dates.py). So are, except for birth dates, the
first weeks of 1970: they are zero, or seconds that were taken for milliseconds.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, get_args, get_type_hints

from schemas.documents import JobPreference, JobView, Message, Order, User
from schemas.model import EPOCH, from_epoch_ms
from schemas.notes import Note, Noted

AHEAD = "is ahead of the clock"
FIRST_OF_1970 = "looks like zero, or like seconds that were taken for milliseconds"
NO_RECORDS_BEFORE = datetime(1970, 2, 15, tzinfo=UTC)  # seconds of the year 2093 taken for milliseconds
MAY_NOT_BE_AHEAD: Mapping[type[Noted], tuple[str, ...]] = {
    User: ("birth_date", "created_at", "mail_consent_at"),
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


def bound_times(model: type[Noted], fields: dict[str, Any], clock: Clock | None) -> list[Note]:
    """Leave out, or set to now, the times in read fields that cannot be; a note for each of them.

    Without a clock none is ahead.
    """
    notes = []
    for name in time_names(model):
        value = fields.get(name)
        # the year alone tells nearly all, and faster than a comparison across zones
        if value is not None and value.year <= NO_RECORDS_BEFORE.year and EPOCH <= value < NO_RECORDS_BEFORE:
            notes.append(Note(field=name, problem="malformed", reason=f"{value.isoformat()} {FIRST_OF_1970}"))
            del fields[name]
    return notes if clock is None else notes + _bound_ahead(model, fields, clock)


def _bound_ahead(model: type[Noted], fields: dict[str, Any], clock: Clock) -> list[Note]:
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


@cache
def time_names(model: type[Noted]) -> tuple[str, ...]:
    """The fields of a document that are times, not days."""
    hints = get_type_hints(model)
    return tuple(name for name in model.model_fields if datetime in get_args(hints[name]))


def is_bounded(document: Noted) -> bool:
    """Whether a time in the document was ahead of the clock when it was read."""
    return any(note.reason.endswith(AHEAD) for note in document.notes)


def is_none_of_1970(document: Noted) -> bool:
    """Whether a time in the document was left out because it looks like zero or seconds."""
    return any(note.reason.endswith(FIRST_OF_1970) for note in document.notes)


def _is_ahead(time: date, latest: datetime) -> bool:
    return time > latest if isinstance(time, datetime) else time > latest.date()
