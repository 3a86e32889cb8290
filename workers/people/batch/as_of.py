"""The time of a batch: a given one, or now; and the time at which its documents are read."""

from datetime import date, datetime

from pydantic import TypeAdapter, ValidationError

from schemas.model import Moment, to_epoch_ms
from workers.product.reading.dates import read_time
from workers.product.reading.values import READ_ERRORS
from workers.runtime.process.clock import now_ms

When = datetime | date | str | None
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


def moment(given: When) -> int:
    """A given time in epoch milliseconds, now if None is given; ValueError for a value that is no time.

    A text is read as the dates in documents are.
    """
    if given is None:
        return now_ms()
    try:
        time = read_time(given) if isinstance(given, str) else MOMENT.validate_python(given)
    except (*READ_ERRORS, ValidationError, OverflowError):
        time = None
    if time is None:
        raise ValueError(f"as_of: {given!r} is no date or time; 2024-02-10 is one")
    return to_epoch_ms(time)


def reading_time() -> int:
    """The time at which documents are read, in epoch milliseconds: now."""
    return now_ms()
