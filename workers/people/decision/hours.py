"""When people may be written to: quiet hours and send windows in their time zone, to the millisecond. Pure.

Whether a time is open changes only at the hours that the policy names, and where the zone's clock is set. So
the next change is the first of these moments: nothing is stepped through. A local time that a zone skips is
none, one that it has twice counts twice. All times are epoch milliseconds.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from schemas.days import zone_of
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.people.contact_policy import ContactTables, is_open

DAYS_AHEAD = 9  # a week of windows, and a day that a zone leaves out
DAYS_KEPT = 1_000  # of a zone each
DAY = timedelta(days=1)


def is_open_at(at: int, zone: str, tables: ContactTables) -> bool:
    """Whether a person in a zone may be written to at a time."""
    local = from_epoch_ms(at).astimezone(zone_of(zone))
    return is_open(tables, local.weekday(), local.time())


def open_from(at: int, zone: str, tables: ContactTables) -> int | None:
    """The first time from `at` on at which a person may be written to; None for none in DAYS_AHEAD."""
    if is_open_at(at, zone, tables):
        return at
    return next((each for each in _moments(at, zone, tables) if is_open_at(each, zone, tables)), None)


def open_until(at: int, zone: str, tables: ContactTables) -> int | None:
    """The first time after `at` at which a person may not be written to; None if there is none soon."""
    return next((each for each in _moments(at, zone, tables) if not is_open_at(each, zone, tables)), None)


def next_midnight(at: int, zone: str) -> int:
    """The moment after `at` at which the next day of a zone begins; also where it begins at one o'clock."""
    where = zone_of(zone)
    today = from_epoch_ms(at).astimezone(where).date()
    moments = _boundaries(at, where, {time(0)})
    return next(each for each in moments if from_epoch_ms(each).astimezone(where).date() > today)


def day_start(at: int, zone: str) -> int:
    """The moment at which the day of `at` in a zone began."""
    where = zone_of(zone)
    today = from_epoch_ms(at).astimezone(where).date()
    moments = _boundaries(at - 2 * DAY // timedelta(milliseconds=1), where, {time(0)})
    return next(each for each in moments if from_epoch_ms(each).astimezone(where).date() >= today)


def _moments(at: int, zone: str, tables: ContactTables) -> list[int]:
    """The moments after `at` at which a time may open or close, sorted."""
    quiet = tables.quiet_hours
    hours = {quiet.start, quiet.end, time(0)}
    for window in tables.send_windows:
        hours |= {window.start, window.end}
    return _boundaries(at, zone_of(zone), hours)


def _boundaries(at: int, zone: tzinfo, hours: Iterable[time]) -> list[int]:
    """The moments after `at` at which a zone's clock shows one of the hours, or is set, sorted."""
    moments = _boundaries_around(from_epoch_ms(at).astimezone(zone).date(), zone, frozenset(hours))
    return [each for each in moments if each > at]


@lru_cache(DAYS_KEPT)
def _boundaries_around(first: date, zone: tzinfo, hours: frozenset[time]) -> tuple[int, ...]:
    """The moments of some days before and after one, which are the same for everybody in a zone."""
    found = {*_changes_of_offset(datetime.combine(first, time(0), UTC), zone)}
    for number in range(-1, DAYS_AHEAD):
        day = first + number * DAY
        for hour in hours:
            for fold in (0, 1):
                local = datetime.combine(day, hour, zone).replace(fold=fold)
                found.add(to_epoch_ms(local.astimezone(UTC)))
    return tuple(sorted(found))


def _changes_of_offset(start: datetime, zone: tzinfo) -> Iterator[int]:
    """The moments of the days ahead at which the offset of a zone changes."""
    for number in range(-1, DAYS_AHEAD):
        before, after = start + number * DAY, start + (number + 1) * DAY
        if _offset(before, zone) != _offset(after, zone):
            while after - before > timedelta(milliseconds=1):
                middle = before + (after - before) / 2
                if _offset(middle, zone) == _offset(before, zone):
                    before = middle
                else:
                    after = middle
            yield to_epoch_ms(after)


def _offset(at: datetime, zone: tzinfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()
