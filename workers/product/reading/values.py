"""Readers of single values: texts, ids, numbers, booleans.

A reader takes a value that is not null and returns what it means, or None when it is empty. It raises
UnreadableError for a value without a meaning, with a reason that is written for people.
"""

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

FieldReader = Callable[[Any], Any]

QUOTED_LENGTH = 40  # characters of a value that a reason may hold
LONGEST_SHORT_TEXT = 64  # characters of a text that may be a number, a date, or one word of a few
# in lower case; they mean that there is no value
EMPTY_WORDS = frozenset({"", "null", "none", "n/a", "undefined"})
LONGEST_EMPTY_WORD = max(map(len, EMPTY_WORDS))
BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
EXTENDED_JSON = ("$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$oid", "$uuid", "$date")
OLDEST_AGE = 130  # years
LARGEST_NUMBER = 1e12  # no amount and no duration is above; sums of larger ones would overflow a float
AGE = re.compile(r"(\d{1,3})(?:\.0+)?\s*(?:years?(?: old)?|yrs?|y\.?o\.?|歳|才)?", re.IGNORECASE)
NUMBER = re.compile(r"-?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)")
CURRENCY = re.compile(r"^(?:[$¥￥€£]|[A-Z]{3}\b)\s*|\s*(?:[$¥￥€£円]|\b[A-Z]{3})$")


class UnreadableError(ValueError):
    """A value without a meaning; the text is the reason."""


READ_ERRORS = (ValueError, ArithmeticError)  # all that readers raise, also for a number of a million digits


def reason_of(error: Exception) -> str:
    """Why a value has no meaning, for a note."""
    return str(error) if isinstance(error, UnreadableError) else "has no meaning"


def quoted(value: Any) -> str:
    """A value as a reason shows it: its kind for an object or a list, else at most 40 characters of it."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else encodable(str(value))
    return f"“{text}”" if len(text) <= QUOTED_LENGTH else f"“{text[: QUOTED_LENGTH - 1]}…”"


def encodable(text: str) -> str:
    """The text with a question mark for every lone surrogate, which UTF-8 cannot encode."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def unwrap_extended_json(value: Any) -> Any:
    """The value inside MongoDB's extended JSON, `65a…` of `{"$oid": "65a…"}`; others as they are."""
    while isinstance(value, dict) and len(value) == 1 and (kind := next(iter(value))) in EXTENDED_JSON:
        value = value[kind]
    return value


def single_value(value: Any) -> Any:
    """The value without extended JSON around it; the entry of a list of one, None for an empty list."""
    if type(value) is str:
        return value
    value = unwrap_extended_json(value)
    while isinstance(value, list | tuple) and len(value) < 2:
        value = unwrap_extended_json(value[0]) if value else None
    return value


def is_number(value: Any) -> bool:
    """Whether a value is an int or a float, and no bool."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number_text(value: float) -> str:
    """A number as text: 3.0 is `3`."""
    if not math.isfinite(value):
        raise UnreadableError(f"{quoted(value)} is no number")
    return str(int(value)) if float(value).is_integer() else repr(value)


def clean_text(text: str) -> str | None:
    """The text trimmed and in single spaces; None for one of EMPTY_WORDS."""
    clean = " ".join(text.split())
    if len(clean) <= LONGEST_EMPTY_WORD and clean.lower() in EMPTY_WORDS:
        return None
    return clean if clean.isascii() else encodable(clean)


def read_text(value: Any) -> str | None:
    """A trimmed text in single spaces; a number, or a list of one text, is read as a text."""
    if type(value) is str:  # nearly always: the other cases follow
        return clean_text(value)
    value = single_value(value)
    if isinstance(value, str):
        return clean_text(value)
    if value is None:
        return None
    if is_number(value):
        return number_text(value)
    raise UnreadableError(f"{quoted(value)} is no text")


def read_prose(value: Any) -> str | None:
    """A longer text: like `read_text`, but its lines and inner spaces stay."""
    value = single_value(value)
    if not isinstance(value, str):
        return read_text(value)
    text = encodable(value.strip())
    return None if text.lower() in EMPTY_WORDS else text


def read_id(value: Any) -> str | None:
    """An id or a reference as text, so that equal ids are equal texts: 7, 7.0 and "7" are `7`.

    One that begins with a zero byte is none: keys of the fleet's own states begin so.
    """
    value = single_value(value)
    if isinstance(value, str):
        text = value.strip()
        if text[:1] == "\0":
            raise UnreadableError("begins with a zero byte")
        return encodable(text) or None
    if value is None:
        return None
    if is_number(value):
        return number_text(value)
    if type(value).__name__ in ("UUID", "ObjectId"):
        return str(value)
    raise UnreadableError(f"{quoted(value)} is no id")


def short_value(value: Any) -> Any:
    """A single value; a text is trimmed, must be short, and is None when it is one of EMPTY_WORDS."""
    value = single_value(value)
    if isinstance(value, str):
        value = value.strip()
        if len(value) > LONGEST_SHORT_TEXT:
            raise UnreadableError(f"{quoted(value)} is too long")
        return None if value.lower() in EMPTY_WORDS else value
    return value


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
    """A number from 0 to LARGEST_NUMBER: 95, "95", "1,250.50"."""
    value = short_value(value)
    if value is None:
        return None
    if isinstance(value, str) and NUMBER.fullmatch(value):
        value = float(value.replace(",", ""))
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
    """Like `read_number`, with a currency before or behind it: "$75.00", "¥7,500", "75 EUR"."""
    short = short_value(value)
    return read_number(CURRENCY.sub("", short) or value if isinstance(short, str) else short)


def read_boolean(value: Any) -> bool | None:
    """True for true, "true", "yes", "1" and 1, False for their opposites."""
    value = short_value(value)
    if value is None or isinstance(value, bool):
        return value
    word = number_text(value) if is_number(value) else str(value)
    if (boolean := BOOLEANS.get(word.lower())) is None:
        raise UnreadableError(f"{quoted(value)} is neither true nor false")
    return boolean


def choice_reader(*choices: str) -> FieldReader:
    """A reader of one of some words, in any case; it returns the word as it is in `choices`."""
    by_lower_case = {choice.lower(): choice for choice in choices}

    def read_choice(value: Any) -> str | None:
        text = read_text(value)
        if text is None:
            return None
        if text.lower() not in by_lower_case:
            raise UnreadableError(f"{quoted(text)} is none of {', '.join(choices)}")
        return by_lower_case[text.lower()]

    return read_choice


def read_time_zone(value: Any) -> str | None:
    """The name of a time zone of the IANA database: Asia/Tokyo."""
    name = read_text(value)
    if name is not None and not is_time_zone(name):
        raise UnreadableError(f"{quoted(name)} is no time zone")
    return name


@lru_cache(1000)
def is_time_zone(name: str) -> bool:
    """Whether the IANA database has a time zone of this name."""
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True
