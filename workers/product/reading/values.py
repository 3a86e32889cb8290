"""Reads single values: texts, ids, numbers, truth.

A reader takes a value that is not null and gives what it means, None when it says nothing. It raises
Unreadable when it says something that has no meaning, with a reason for people.
"""

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Reader = Callable[[Any], Any]

SHOWN = 40  # characters of a value that a reason may hold
LONGEST = 64  # characters of a text that may be a number, a date, a word of a few
NOTHING = frozenset({"", "null", "none", "n/a", "undefined"})
LONGEST_NOTHING = max(map(len, NOTHING))
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
EXTENDED = ("$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$oid", "$uuid", "$date")
OLDEST = 130  # years
LARGEST = 1e12  # an amount or a time above is none, and sums of such would leave the floats
AGE = re.compile(r"(\d{1,3})(?:\.0+)?\s*(?:years?(?: old)?|yrs?|y\.?o\.?|歳|才)?", re.IGNORECASE)
NUMBER = re.compile(r"-?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)")
CURRENCY = re.compile(r"^(?:[$¥￥€£]|[A-Z]{3}\b)\s*|\s*(?:[$¥￥€£円]|\b[A-Z]{3})$")


class Unreadable(ValueError):
    """A value without a meaning; the text says why."""


WITHOUT_MEANING = (ValueError, ArithmeticError)  # what readers raise, also for a number of a million digits


def reason(problem: Exception) -> str:
    """Why a value has no meaning."""
    return str(problem) if isinstance(problem, Unreadable) else "has no meaning"


def shown(value: Any) -> str:
    """A value in a reason: what it is when it has parts, its beginning when it is long, else itself."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    found = str(value).lower() if isinstance(value, bool) else whole(str(value))
    return f"“{found}”" if len(found) <= SHOWN else f"“{found[: SHOWN - 1]}…”"


def whole(value: str) -> str:
    """The text as UTF-8 can hold it: half a character becomes a question mark."""
    return value if value.isascii() else value.encode(errors="replace").decode()


def unwrapped(value: Any) -> Any:
    """What MongoDB's extended JSON wraps: `{"$oid": "65a…"}` is its text."""
    while isinstance(value, dict) and len(value) == 1 and (kind := next(iter(value))) in EXTENDED:
        value = value[kind]
    return value


def single(value: Any) -> Any:
    """The value without its wrapping; the one entry of a list of one, None for a list of none."""
    if type(value) is str:
        return value
    value = unwrapped(value)
    while isinstance(value, list | tuple) and len(value) < 2:
        value = unwrapped(value[0]) if value else None
    return value


def is_number(value: Any) -> bool:
    """Whether a value is a number, which truth is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def worded(value: float) -> str:
    """A number as text: 3.0 is `3`."""
    if not math.isfinite(value):
        raise Unreadable(f"{shown(value)} is no number")
    return str(int(value)) if float(value).is_integer() else repr(value)


def said(value: str) -> str | None:
    """The text in single spaces, None when it is a word for nothing."""
    found = " ".join(value.split())
    if len(found) <= LONGEST_NOTHING and found.lower() in NOTHING:
        return None
    return found if found.isascii() else whole(found)


def text(value: Any) -> str | None:
    """A trimmed text in single spaces; a number, or a list of one text, is one."""
    if type(value) is str:  # nearly always: what follows is for the rest
        return said(value)
    value = single(value)
    if isinstance(value, str):
        return said(value)
    if value is None:
        return None
    if is_number(value):
        return worded(value)
    raise Unreadable(f"{shown(value)} is no text")


def prose(value: Any) -> str | None:
    """A longer text; as `text`, and its lines are kept."""
    value = single(value)
    if not isinstance(value, str):
        return text(value)
    found = whole(value.strip())
    return None if found.lower() in NOTHING else found


def identity(value: Any) -> str | None:
    """An id or a reference as the one text that it is compared by."""
    value = single(value)
    if isinstance(value, str):
        return whole(value.strip()) or None
    if value is None:
        return None
    if is_number(value):
        return worded(value)
    if type(value).__name__ in ("UUID", "ObjectId"):
        return str(value)
    raise Unreadable(f"{shown(value)} is no id")


def brief(value: Any) -> Any:
    """A single value that must be short; a text is trimmed, and None when it is a word for nothing."""
    value = single(value)
    if isinstance(value, str):
        value = value.strip()
        if len(value) > LONGEST:
            raise Unreadable(f"{shown(value)} is too long")
        return None if value.lower() in NOTHING else value
    return value


def age(value: Any) -> int | None:
    """Whole years: 32, 32.0, "32", "32 years"."""
    value = brief(value)
    if value is None:
        return None
    if isinstance(value, str) and (found := AGE.fullmatch(value)):
        value = int(found[1])
    if not is_number(value) or value != value // 1:
        raise Unreadable(f"{shown(value)} is no age in years")
    if not 0 <= value <= OLDEST:
        raise Unreadable(f"{shown(value)} is outside 0 to {OLDEST} years")
    return int(value)


def number(value: Any) -> float | None:
    """A number of at least 0: 95, "95", "1,250.50"."""
    value = brief(value)
    if value is None:
        return None
    if isinstance(value, str) and NUMBER.fullmatch(value):
        value = float(value.replace(",", ""))
    if not is_number(value):
        raise Unreadable(f"{shown(value)} is no number")
    if not 0 <= value <= LARGEST:
        raise Unreadable(f"{shown(value)} is {'negative' if value < 0 else 'no amount'}")
    return float(value)


def amount(value: Any) -> float | None:
    """As `number`, with a currency before or behind it: "$75.00", "¥7,500", "75 EUR"."""
    found = brief(value)
    return number(CURRENCY.sub("", found) or value if isinstance(found, str) else found)


def flag(value: Any) -> bool | None:
    """Truth: true, "true", "yes", "1", 1 and their opposites."""
    value = brief(value)
    if value is None or isinstance(value, bool):
        return value
    word = worded(value) if is_number(value) else str(value)
    if (found := TRUTH.get(word.lower())) is None:
        raise Unreadable(f"{shown(value)} is neither true nor false")
    return found


def one_of(*choices: str) -> Reader:
    """One of some words, in any case."""

    def reader(value: Any) -> str | None:
        found = text(value)
        if found is not None and found.lower() not in choices:
            raise Unreadable(f"{shown(found)} is none of {', '.join(choices)}")
        return found and found.lower()

    return reader


def zone(value: Any) -> str | None:
    """The name of a time zone in the IANA's list: Asia/Tokyo."""
    found = text(value)
    if found is not None and not is_zone(found):
        raise Unreadable(f"{shown(found)} is no time zone")
    return found


@lru_cache(1000)
def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True
