"""Readers of times and days, in the forms in which products store them.

The same digits mean the same as a number and as text. Milliseconds of MongoDB's `$date` are that by their
form; other numbers are read by their number of digits, see `_from_digits`.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from schemas.model import EPOCH, EPOCH_MS_FROM
from workers.product.reading.clock import FIRST_OF_1970, NO_RECORDS_BEFORE
from workers.product.reading.date_texts import NoDateError, time_of_text
from workers.product.reading.values import (
    UnreadableError,
    is_number,
    quoted,
    short_value,
    unwrap_extended_json,
)

AS_WRITTEN = timezone(timedelta(0), "as written")  # of a day, and of a time without a zone; as UTC
DAY_DIGITS = 8  # 20240115 is a day; of fewer digits is no time, of more an epoch time
SECOND_DIGITS = 10  # of epoch seconds, up to the year 2286; of more digits are milliseconds
DIGITS = re.compile(r"(-?)(\d+)(\.\d*)?", re.ASCII)
NO_TIMES = (
    -62_135_596_800,
    -62_167_219_200,
)  # seconds at which the years 1 and 0 begin: "none" of Go and others
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)  # an earlier time is a "none", such as the year 1 of Go and .NET
BEFORE_1900 = "is before 1900"
SMALLER_UNITS = ((1_000_000_000, "nanoseconds"), (1_000_000, "microseconds"))  # and how many are a second
OTHER_NUMBERS = 100_000  # a smaller one may be a year, or a day of a spreadsheet
YEARS = range(1900, 2100)
SPREADSHEET_DAYS = range(20_000, 60_000)  # of a spreadsheet's count from 1899-12-30: 1954 to 2064


def read_time(value: Any) -> datetime | None:
    """A time, in UTC or with the offset that is written in it; a time without one as UTC.

    ISO, epoch seconds or milliseconds, 20240115, 2024/01/15, 15.1.2024, Jan 15, 2024, 令和6年1月15日; a day
    is read as its midnight. A time before 1900 is none.
    """
    if type(value) is str and value[4:5] == "-":  # nearly always: the other cases follow
        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            if time.year > EARLIEST.year and time.utcoffset() is None:
                return time.replace(tzinfo=AS_WRITTEN)
            if time.year > EARLIEST.year and time.tzinfo is UTC:
                return time
    milliseconds = bson_milliseconds(value)
    value = short_value(value)
    if value is None:
        return None
    try:
        time = _zoned(_to_datetime(value) if milliseconds is None else _from_milliseconds(milliseconds))
    except NoDateError as error:
        raise UnreadableError(f"{quoted(value)} {error}") from None
    except (ValueError, OverflowError, TypeError):
        raise UnreadableError(f"{quoted(value)} {_reason(value)}") from None
    if time < EARLIEST:
        raise UnreadableError(f"{quoted(value)} {BEFORE_1900}")
    return time


def read_day(value: Any) -> date | None:
    """The day of a time in any form of `read_time`, in the zone that it has."""
    time = read_time(value)
    return None if time is None else time.date()


def _zoned(time: datetime) -> datetime:
    """A time with a zone: its own offset, AS_WRITTEN without one, UTC for a moment in UTC."""
    offset = time.utcoffset()
    if offset is None:
        time = time.replace(tzinfo=AS_WRITTEN)
    elif offset:
        time.astimezone(UTC)  # OverflowError for one that is outside the years 1 to 9999 there
    elif time.tzinfo is not AS_WRITTEN and time.tzinfo is not UTC:
        time = time.replace(tzinfo=UTC)
    return time


def bson_milliseconds(value: Any) -> int | None:
    """The number in MongoDB's extended JSON for a time, which is always of milliseconds; None for others."""
    while isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    inner = value.get("$date") if isinstance(value, dict) and len(value) == 1 else None
    inner = unwrap_extended_json(inner)
    if isinstance(inner, str) and DIGITS.fullmatch(inner.strip()):
        return int(float(inner))
    return int(inner) if is_number(inner) and inner == inner // 1 else None


def _to_datetime(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)  # as the driver of MongoDB gives moments
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=AS_WRITTEN)
    if is_number(value):
        value = str(int(value)) if value == value // 1 else repr(value)
    if not isinstance(value, str):
        raise TypeError
    if digits := DIGITS.fullmatch(value):
        return _from_digits(digits[1], digits[2], digits[3] or "")
    return time_of_text(value)


def _from_digits(sign: str, digits: str, fraction: str) -> datetime:
    """The time of a number: a day of 8 digits, epoch seconds of 9 or 10, epoch milliseconds of more."""
    number = int(digits)
    if len(digits) == DAY_DIGITS and not sign and not fraction.strip(".0"):
        return datetime(number // 10000, number // 100 % 100, number % 100, tzinfo=AS_WRITTEN)
    if len(digits) < DAY_DIGITS or (len(digits) == DAY_DIGITS and not sign):
        raise ValueError
    if len(digits) > SECOND_DIGITS and int(sign + digits) not in NO_TIMES:
        return _from_milliseconds(float(sign + digits + fraction) if fraction else int(sign + digits))
    return EPOCH + timedelta(seconds=float(sign + digits + fraction))


def _from_milliseconds(value: float) -> datetime:
    return EPOCH + timedelta(milliseconds=value)


def _reason(value: Any) -> str:
    """Why a value is no time, with a hint at what a number may be."""
    match = DIGITS.fullmatch(value) if isinstance(value, str) else None
    number = int(match[2]) if match else value if is_number(value) else -1
    for units, name in SMALLER_UNITS:
        if EPOCH_MS_FROM // 1000 <= number // units < EPOCH_MS_FROM // 12:
            return f"is no date of the years 1900 to 9999; it looks like {name}"
    if number == number // 1 and int(number) in SPREADSHEET_DAYS:
        day = date(1899, 12, 30) + timedelta(days=int(number))
        return f"is not read as a date; it looks like a day of a spreadsheet: write {day.isoformat()}"
    if number == 0 or OTHER_NUMBERS <= number < (NO_RECORDS_BEFORE - EPOCH).total_seconds():
        return FIRST_OF_1970
    if number == number // 1 and int(number) in YEARS:
        return "is a year alone; write 2023-12-31"
    if match or is_number(value) or not isinstance(value, str):
        return "is no date of the years 1900 to 9999"
    return "is not a form of a date that is read; write 2023-12-31"
