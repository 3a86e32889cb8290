"""The day of a time as a document writes it: with an offset, or without a zone, the day stands in the text.

A moment in UTC (BSON, epoch numbers, `Z`) says no day: it is cut in the zone of the person or of the policy.
A moment at midnight in UTC is a day, because products store days so.
"""

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
ISO_DAY = 10  # characters of 2024-02-10


def set_days(model: type[Noted], fields: dict[str, Any], raw: Mapping[str, Any]) -> None:
    """Set `day` where a time of the document says its own, and a birth date that is a moment in UTC."""
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
    elif "day" in raw and (day := _day_read_before(raw["day"], at)) is not None:
        fields["day"] = day


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
