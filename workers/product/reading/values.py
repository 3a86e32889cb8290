"""Readers of single values: texts, ids, numbers, booleans.

A reader takes a value that is not null and returns what it means, or None when it is empty. It raises
UnreadableError for a value without a meaning, with a reason that is written for people.
"""

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple
from unicodedata import normalize

from schemas.blanks import is_blank
from schemas.days import is_time_zone

FieldReader = Callable[[Any], Any]

QUOTED_LENGTH = 40  # characters of a value that a reason may hold
LONGEST_SHORT_TEXT = 64  # characters of a text that may be a number, a date, or one word of a few
# the marks are no letters, so they stand for nothing elsewhere
YES = ("true", "yes", "1", "y", "t", "on", "はい", "有", "有り", "あり", "○", "〇", "◯", "◎", "✓", "✔", "✅")
NO = ("false", "no", "0", "n", "f", "off", "いいえ", "無", "無し", "なし", "×", "✕", "✖", "✗", "✘", "❌")
BOOLEANS = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
EXTENDED_JSON = ("$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$oid", "$uuid", "$date")
NUMERIC_ID = re.compile(r"(0|-?[1-9]\d*)\.0+")  # what a table with a gap in a column makes of whole numbers


class UnreadableError(ValueError):
    """A value without a meaning; the text is the reason."""


class PartialRead(NamedTuple):
    """A value that was read in part, such as the readable entries of a list, and why not whole."""

    value: Any
    reason: str


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
    """The value without extended JSON around it; the entry of a list of one; None for [] or NaN."""
    if type(value) is str:
        return value
    value = unwrap_extended_json(value)
    while isinstance(value, list | tuple) and len(value) < 2:
        value = unwrap_extended_json(value[0]) if value else None
    return None if isinstance(value, float) and math.isnan(value) else value


def is_number(value: Any) -> bool:
    """Whether a value is an int or a float, and no bool."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number_text(value: float) -> str:
    """A number as text: 3.0 is `3`."""
    if not math.isfinite(value):
        raise UnreadableError(f"{quoted(value)} is no number")
    return str(int(value)) if float(value).is_integer() else repr(value)


def clean_text(text: str) -> str | None:
    """The text trimmed and in single spaces; None for one that means nothing (schemas/blanks.py)."""
    clean = " ".join(text.split())
    if is_empty(clean):
        return None
    return clean if clean.isascii() else encodable(clean)


@lru_cache(16_384)
def is_empty(text: str) -> bool:
    """Whether a trimmed text is empty, or a word for nothing."""
    return not text or (len(text) <= LONGEST_SHORT_TEXT and is_blank(text))


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
    return None if is_empty(text) else text


def read_id(value: Any) -> str | None:
    """An id or a reference as text, so that equal ids are equal texts: 7, 7.0, "7" and "7.0" are `7`.

    One that begins with a zero byte is none: keys of the fleet's own states begin so.
    """
    if type(value) is str and value.isascii() and value.isprintable() and value[-1:] not in "0 ":
        return value.strip() or None  # nearly always: the other cases follow
    value = single_value(value)
    if isinstance(value, str):
        text = value.strip()
        if text[:1] == "\0":
            raise UnreadableError("begins with a zero byte")
        if text[-1:] == "0" and (number := NUMERIC_ID.fullmatch(text)):
            return number[1]
        return encodable(text) or None
    if value is None:
        return None
    if is_number(value):
        return number_text(value)
    if type(value).__name__ in ("UUID", "ObjectId"):
        return str(value)
    raise UnreadableError(f"{quoted(value)} is no id")


def short_value(value: Any) -> Any:
    """A single value; a text is trimmed, must be short, and has no full-width letters.

    A word for nothing is None.
    """
    value = short_text(value)
    return None if isinstance(value, str) and is_empty(value) else value


def short_text(value: Any) -> Any:
    """A single value like `short_value`, but a word for nothing stays."""
    value = single_value(value)
    if isinstance(value, str):
        value = value.strip()
        if len(value) > LONGEST_SHORT_TEXT:
            raise UnreadableError(f"{quoted(value)} is too long")
        value = value if value.isascii() else normalize("NFKC", value)
    return value


def read_boolean(value: Any) -> bool | None:
    """True for true, "true", "yes", "はい", "1" and 1, False for their opposites."""
    value = short_text(value)
    if value is None or isinstance(value, bool):
        return value
    word = number_text(value) if is_number(value) else str(value)
    if (boolean := BOOLEANS.get(word.lower())) is None and not (isinstance(value, str) and is_empty(value)):
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
