"""The times that records and watermarks claim, bounded against our own clock. Pure.

`wall` is our own clock, None in memory: then only what no date can name is refused. All times are epoch
milliseconds. Kafka says "none" with -1, and knows no time before 1970.
"""

from collections.abc import Sequence

from schemas.control import Watermark
from workers.runtime.kafka.headers import LATEST, has_date
from workers.runtime.kafka.records import BoundedRecord, FetchedRecord
from workers.runtime.process.clock import looks_like_seconds, not_ahead
from workers.runtime.stage import Irregularity

WATERMARK_AHEAD = Irregularity("watermark-ahead")  # a watermark that counts as now
NO_TIMESTAMP, TIMESTAMP_AHEAD = Irregularity("no-timestamp"), Irregularity("timestamp-ahead")
UNITS = ((1_000, "microseconds"), (1_000_000, "nanoseconds"))


def earliest_time(wall: int | None) -> int:
    """The earliest time that is surely none in seconds: a day in 1970, not the time of any record."""
    return 0 if wall is None else wall // 500


def latest_time(wall: int | None, ahead_ms: int) -> int:
    """The latest time that a record may claim."""
    return LATEST if wall is None else wall + ahead_ms


def bounded(raw: FetchedRecord, wall: int | None, any_time: bool = False) -> FetchedRecord:
    """A record whose time is below 0 (none) or too far ahead, with the time at which it is read instead.

    ValueError, unless `any_time`, for a time that no date can name (years 1 to 9999) or that is in seconds.
    """
    at = raw.timestamp
    in_seconds = wall is not None and looks_like_seconds(at, wall)
    if (in_seconds or not has_date(at)) and (wall is None or not any_time):
        raise ValueError(no_time(at, wall))
    if wall is None or (0 <= at < earliest_time(wall) and not in_seconds):
        return raw
    return BoundedRecord(raw.offset, raw.key, raw.value, wall, raw.headers, raw.timestamp)


def irregular_time(raw: FetchedRecord) -> Sequence[Irregularity]:
    """What a record is counted as whose time was replaced; nothing for another."""
    if not isinstance(raw, BoundedRecord):
        return ()
    return (NO_TIMESTAMP if raw.claimed < earliest_time(raw.timestamp) else TIMESTAMP_AHEAD,)


def bounded_mark(mark: Watermark, wall: int | None, ahead_ms: int) -> Watermark:
    """The watermark; times of it that are too far ahead count as now."""
    if wall is None:
        return mark
    times = {"at": not_ahead(mark.at, wall, ahead_ms), "wall": not_ahead(mark.wall, wall, ahead_ms)}
    return mark if (mark.at, mark.wall) == tuple(times.values()) else mark.model_copy(update=times)


def no_time(at: int, wall: int | None) -> str:
    """Why a timestamp is none, and in which unit it would be near our own clock."""
    if wall is not None and looks_like_seconds(at, wall):
        return f"the timestamp {at} is a day in 1970 in milliseconds; it looks like seconds"
    reason = f"the timestamp {at} is no time of the years 1 to 9999 in milliseconds"
    for factor, unit in UNITS:
        if wall is not None and wall // 2 < at // factor < wall * 2:
            return f"{reason}; it looks like {unit}"
    return reason
