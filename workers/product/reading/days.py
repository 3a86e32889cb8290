"""The day of a time as a document writes it: with an offset, or without a zone, the day stands in the text.

So does what the clock shows where an event is.
A moment in UTC (BSON, epoch numbers, `Z`) says no day: it is cut in the zone of the person or of the policy.
A moment at midnight in UTC is a day, because products store days so.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from schemas.days import local_day
from schemas.documents import Event, Message, Order, User
from schemas.notes import Noted
from workers.product.reading.dates import AS_WRITTEN, read_time
from workers.product.reading.values import READ_ERRORS

# the times of which `day` is the day; the first that a document has counts
DATED: Mapping[type[Noted], tuple[str, ...]] = {
    Order: ("date",),
    Event: ("date",),
    Message: ("sent_date", "created_date"),
}
MIDNIGHT = time()
CLOCK = "%H:%M"
CLOCK_TEXT = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
ISO_DAY = 10  # characters of 2024-02-10


def set_days(model: type[Noted], fields: dict[str, Any], raw: Mapping[str, Any]) -> None:
    """Set `day` (and `local_time`) where a time says its own, and a birth date that is a moment in UTC."""
    if model is User:
        _set_birth_date(fields, raw.get("birth_date"))
        return
    for name in DATED.get(model, ()):
        if (at := fields.get(name)) is not None:
            break
    else:
        return
    if at.tzinfo is AS_WRITTEN and at.time() == MIDNIGHT:
        return  # a day is read as its midnight in UTC, which is that day
    if at.tzinfo is not UTC:
        fields["day"] = at.date()
        if model is Event and at.time() != MIDNIGHT:
            fields["local_time"] = at.strftime(CLOCK)
    elif "day" in raw and (day := _day_read_before(raw["day"], at)) is not None:
        fields["day"] = day
        if model is Event and (clock := _clock_read_before(raw.get("local_time"))) is not None:
            fields["local_time"] = clock


def _set_birth_date(fields: dict[str, Any], raw: Any) -> None:
    """A birth as a moment in UTC has its day in the person's zone, if the document has one."""
    if "birth_date" not in fields or "time_zone" not in fields:
        return
    if isinstance(raw, str) and len(raw) <= ISO_DAY:
        return
    try:
        born = read_time(raw)
    except READ_ERRORS:
        return
    if born is not None and born.tzinfo is UTC and born.time() != MIDNIGHT:
        fields["birth_date"] = local_day(born, fields["time_zone"])


def _day_read_before(raw: Any, at: datetime) -> date | None:
    """The day that an earlier reading has set; None for another field of this name."""
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == ISO_DAY else None
    except ValueError:
        return None
    return day if day is not None and abs((day - at.date()).days) <= 1 else None


def _clock_read_before(raw: Any) -> str | None:
    """The time of a clock that an earlier reading has set."""
    return raw if isinstance(raw, str) and CLOCK_TEXT.fullmatch(raw) else None
