"""Reads times and days in the forms that products keep them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.model import EPOCH, EPOCH_MS_FROM, utc
from workers.product.reading.values import Unreadable, brief, is_number, shown

DAY_DIGITS = 8  # as many digits are a day (20240115), more are an epoch, fewer say nothing
PARTS = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]\s*(\S.*))?")


def moment(value: Any) -> datetime | None:
    """A time in UTC: ISO date or datetime, epoch seconds or milliseconds, 2024/01/15, 20240115.

    A day is its midnight, a time without a zone is UTC.
    """
    value = brief(value)
    if value is None:
        return None
    try:
        return utc(_read(value))
    except (ValueError, OverflowError, TypeError):
        raise Unreadable(f"{shown(value)} is no date of the years 1 to 9999") from None


def day(value: Any) -> date | None:
    """The day, in UTC, of a time."""
    found = moment(value)
    return None if found is None else found.date()


def _read(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if is_number(value):
        return _epoch(value)
    if not isinstance(value, str):
        raise TypeError
    if value.lstrip("-").isdecimal():
        return _digits(value)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return datetime.fromisoformat(_iso(value))


def _iso(value: str) -> str:
    found = PARTS.fullmatch(value)
    if found is None:
        raise ValueError
    year, month, day_ = (int(found[part]) for part in (1, 2, 3))
    return f"{year:04}-{month:02}-{day_:02}" + (f"T{found[4]}" if found[4] else "")


def _epoch(value: float) -> datetime:
    return EPOCH + timedelta(**{"milliseconds" if abs(value) >= EPOCH_MS_FROM else "seconds": value})


def _digits(value: str) -> datetime:
    number = int(value)
    if len(value) == DAY_DIGITS and number > 0:
        return datetime(number // 10000, number // 100 % 100, number % 100, tzinfo=UTC)
    if len(value) <= DAY_DIGITS:
        raise ValueError
    return _epoch(number)
