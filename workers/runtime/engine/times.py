"""The times that records and watermarks claim, bounded against our own clock. Pure.

`wall` is our own clock, None in memory: then only what no date can name is refused. All times are epoch
milliseconds. Kafka says "none" with -1, and knows no time before 1970.
"""

from schemas.control import Watermark
from workers.runtime.kafka.headers import LATEST, has_date
from workers.runtime.kafka.records import BoundedRecord, FetchedRecord
from workers.runtime.process.clock import not_ahead

UNITS = ((1_000, "microseconds"), (1_000_000, "nanoseconds"))


def latest_time(wall: int | None, ahead_ms: int) -> int:
    """The latest time that a record may claim."""
    return LATEST if wall is None else wall + ahead_ms


def bounded(raw: FetchedRecord, wall: int | None, any_time: bool = False) -> FetchedRecord:
    """A record whose time is below 0 (none) or too far ahead, with the time at which it is read instead.

    ValueError for a time that no date of the years 1 to 9999 can name, unless `any_time`.
    """
    if not has_date(raw.timestamp) and (wall is None or not any_time):
        raise ValueError(no_time(raw.timestamp, wall))
    if wall is None:
        return raw
    return BoundedRecord(raw.offset, raw.key, raw.value, wall, raw.headers, raw.timestamp)


def bounded_mark(mark: Watermark, wall: int | None, ahead_ms: int) -> Watermark:
    """The watermark; one that is too far ahead counts as now."""
    if wall is None or (at := not_ahead(mark.at, wall, ahead_ms)) == mark.at:
        return mark
    return mark.model_copy(update={"at": at})


def no_time(at: int, wall: int | None) -> str:
    """Why a timestamp is none, and in which unit it would be near our own clock."""
    reason = f"the timestamp {at} is no time of the years 1 to 9999 in milliseconds"
    for factor, unit in UNITS:
        if wall is not None and wall // 2 < at // factor < wall * 2:
            return f"{reason}; it looks like {unit}"
    return reason
