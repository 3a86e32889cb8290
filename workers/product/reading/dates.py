"""Readers of times and days, in the forms in which products store them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.model import EPOCH, EPOCH_MS_FROM, utc
from workers.product.reading.values import UnreadableError, is_number, quoted, short_value

# a text of 8 digits is a day (20240115), one of more is an epoch time, one of fewer has no meaning
DAY_DIGITS = 8
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)  # an earlier time is a "none", such as the year 1 of Go and .NET
SMALLER_UNITS = ((1_000_000_000, "nanoseconds"), (1_000_000, "microseconds"))  # and how many are a second
DATE_PARTS = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]\s*(\S.*))?")


def read_time(value: Any) -> datetime | None:
    """A time in UTC: ISO date or datetime, epoch seconds or milliseconds, 2024/01/15, 20240115.

    A day is read as its midnight, a time without a zone as UTC. A time before 1900 is none.
    """
    value = short_value(value)
    if value is None:
        return None
    try:
        time = utc(_to_datetime(value))
    except (ValueError, OverflowError, TypeError):
        hint = _smaller_unit(value)
        raise UnreadableError(f"{quoted(value)} is no date of the years 1900 to 9999{hint}") from None
    if time < EARLIEST:
        raise UnreadableError(f"{quoted(value)} is before 1900")
    return time


def read_day(value: Any) -> date | None:
    """The day, in UTC, of a time in any form of `read_time`."""
    time = read_time(value)
    return None if time is None else time.date()


def _to_datetime(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if is_number(value):
        return _from_epoch(value)
    if not isinstance(value, str):
        raise TypeError
    if value.lstrip("-").isdecimal():
        return _from_digits(value)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return datetime.fromisoformat(_iso_text(value))


def _smaller_unit(value: Any) -> str:
    """A hint at the unit of a number that is a time of the years 1973 to 2234 in a smaller one."""
    if isinstance(value, str):
        value = int(value) if value.isdecimal() and value.isascii() else 0
    if is_number(value):
        for units, name in SMALLER_UNITS:
            if EPOCH_MS_FROM // 1000 <= value // units < EPOCH_MS_FROM // 12:
                return f"; it looks like {name}"
    return ""


def _iso_text(value: str) -> str:
    match = DATE_PARTS.fullmatch(value)
    if match is None:
        raise ValueError
    year, month, day = (int(match[part]) for part in (1, 2, 3))
    return f"{year:04}-{month:02}-{day:02}" + (f"T{match[4]}" if match[4] else "")


def _from_epoch(value: float) -> datetime:
    return EPOCH + timedelta(**{"milliseconds" if abs(value) >= EPOCH_MS_FROM else "seconds": value})


def _from_digits(value: str) -> datetime:
    number = int(value)
    if len(value) == DAY_DIGITS and number > 0:
        return datetime(number // 10000, number // 100 % 100, number % 100, tzinfo=UTC)
    if len(value) <= DAY_DIGITS:
        raise ValueError
    return _from_epoch(number)
