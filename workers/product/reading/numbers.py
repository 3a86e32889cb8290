"""Readers of numbers: ages, amounts of money, durations."""

import re
from typing import Any

from schemas.profile.time_fields import OLDEST_AGE
from workers.product.reading.values import (
    UnreadableError,
    is_number,
    quoted,
    short_value,
    single_value,
)

LARGEST_NUMBER = 1e12  # no amount and no duration is above; sums of larger ones would overflow a float
AGE = re.compile(r"(\d{1,3})(?:\.0+)?\s*(?:years?(?: old)?|yrs?|y\.?o\.?|歳|才)?", re.IGNORECASE)
NUMBER = re.compile(r"-?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)")
# a comma before the decimals: one or two of them, as three may be thousands; 1.234,50 or 75,5 or 1 234,50
DECIMAL_COMMA = re.compile(r"-?(?:\d{1,3}(?:[. '’]\d{3})+|\d+),\d{1,2}")
# other marks between thousands: 1.234.567, 1 234.50, 1'234.50
THOUSANDS = re.compile(r"-?(?:\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:[ '’]\d{3})+(?:\.\d{1,2})?)")
NOT_IN_NUMBER = re.compile("[ '’]")
CURRENCY_WORDS = "円|ドル|ユーロ|yen|dollars?|euros?|pounds?"
CURRENCY = re.compile(
    rf"^(?:[A-Z]{{0,3}}[$¥€£]|[A-Z]{{3}}\b)\s*|\s*(?:[$¥€£]|\b[A-Z]{{3}}|(?:{CURRENCY_WORDS}))$",
    re.IGNORECASE,
)


def read_age(value: Any) -> int | None:
    """Whole years: 32, 32.0, "32", "32 years"."""
    value = short_value(value)
    if value is None:
        return None
    if isinstance(value, str) and (match := AGE.fullmatch(value)):
        value = int(match[1])
    if not is_number(value) or value != value // 1:
        raise UnreadableError(f"{quoted(value)} is no age in years")
    if not 0 <= value <= OLDEST_AGE:
        raise UnreadableError(f"{quoted(value)} is outside 0 to {OLDEST_AGE} years")
    return int(value)


def read_number(value: Any) -> float | None:
    """A number from 0 to LARGEST_NUMBER: 95, "95", "1,250.50", "1.250,50", "３，０００"."""
    value = short_value(value)
    if value is None:
        return None
    if isinstance(value, str):
        value = _number(value)
    if not is_number(value):
        raise UnreadableError(f"{quoted(value)} is no number")
    if not 0 <= value <= LARGEST_NUMBER:
        raise UnreadableError(f"{quoted(value)} is {'negative' if value < 0 else 'no amount'}")
    return float(value)


def read_integer(value: Any) -> int | None:
    """A whole number from 0 to LARGEST_NUMBER, written as `read_number` reads it: 7, 7.0, "1,250"."""
    number = read_number(value)
    if number is None:
        return None
    if not number.is_integer():
        raise UnreadableError(f"{quoted(single_value(value))} is no whole number")
    return int(number)


def read_amount(value: Any) -> float | None:
    """Like `read_number`, with a currency before or behind it: "$75.00", "¥7,500", "75 EUR", "US$5"."""
    short = short_value(value)
    return read_number(CURRENCY.sub("", short) or value if isinstance(short, str) else short)


def _number(text: str) -> float | str:
    """The number in a text of one of the forms above; the text itself if it has none of them."""
    if NUMBER.fullmatch(text):
        return float(text.replace(",", ""))
    if DECIMAL_COMMA.fullmatch(text):
        return float(NOT_IN_NUMBER.sub("", text.replace(".", "")).replace(",", "."))
    if THOUSANDS.fullmatch(text):
        whole = text.replace(".", "") if text.count(".") > 1 else text
        return float(NOT_IN_NUMBER.sub("", whole))
    return text
