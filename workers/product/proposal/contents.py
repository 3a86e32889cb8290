"""What values are, by their content: addresses, ids, readable for a field of ours. Pure."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bson import Binary, DatetimeMS, DBRef, Decimal128, ObjectId

from schemas.notes import Noted
from workers.product.mapping import canonical
from workers.product.plain_values import plain
from workers.product.reading.addresses import parse_address
from workers.product.reading.fields import READERS
from workers.product.reading.lists import read_words
from workers.product.reading.resumes import read_resume
from workers.product.reading.values import READ_ERRORS, FieldReader, PartialRead, read_prose, read_text
from workers.product.sampling.value_types import UUID_SUBTYPES, is_empty

FITS = 0.8  # the share of the values that must be of a kind
OWN_FITS = 0.5  # the same, of a field under our own name: what it means is hardly in doubt
ID_TEXT = re.compile(r"[0-9a-f]{24}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
ADDRESSES_OF_PAGES = ("http://", "https://")
NUMBERS_ARE_TEXTS = frozenset({"price", "salary"})  # fields of texts that may be numbers
LONGEST_ID = 100  # characters
OF_TEXT: tuple[FieldReader, ...] = (read_text, read_words, read_prose, read_resume)


def part(values: Sequence[Any], is_so: Callable[[Any], bool]) -> float:
    """The share of values that are something, 0 without any."""
    return sum(map(is_so, values)) / len(values) if values else 0.0


def is_address(value: Any) -> bool:
    """Whether a value is one e-mail address."""
    if not isinstance(value, str) or "@" not in value:
        return False
    try:
        return parse_address(value) is not None
    except READ_ERRORS:
        return False


def is_strong_id(value: Any) -> bool:
    """Whether a value is an id by its own form: an ObjectId or UUID, also as text, or a reference."""
    if isinstance(value, Binary):
        return value.subtype in UUID_SUBTYPES
    if isinstance(value, ObjectId | uuid.UUID | DBRef):
        return True
    return isinstance(value, str) and ID_TEXT.fullmatch(value) is not None


def is_number(value: Any) -> bool:
    """Whether a value is a number."""
    return isinstance(value, int | float | Decimal128) and not isinstance(value, bool)


def id_text(value: Any) -> str | None:
    """A value as the id that it may be, None for what is none."""
    if isinstance(value, bool | datetime | DatetimeMS | list) or is_empty(value):
        return None
    if isinstance(value, str) and (len(value) > LONGEST_ID or " " in value.strip()):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None
    try:
        return canonical(value, "") or None
    except ValueError:
        return None


def fits(model: type[Noted], name: str, values: Sequence[Any], least: float = FITS) -> bool:
    """Whether values are what a field of ours holds: so many are read without a problem, and are no ids."""
    reader = dict(READERS[model])[name]
    return part(values, lambda value: is_read(reader, name, value)) >= least


def is_read(reader: FieldReader, name: str, value: Any) -> bool:
    """Whether a reader reads a value whole, and it is of the kind that the reader is for."""
    if reader in OF_TEXT and not is_words(name, value):
        return False
    try:
        found = reader(plain(value))
    except READ_ERRORS:
        return False
    return found is not None and not isinstance(found, PartialRead)


def is_words(name: str, value: Any) -> bool:
    """Whether a value, or each of a list, is a text for people: no id, address, time or lone number."""
    if isinstance(value, list):
        return bool(value) and all(is_words(name, entry) for entry in value)
    if isinstance(value, Mapping | date | DatetimeMS) or is_strong_id(value) or is_address(value):
        return False
    if isinstance(value, str) and value.lstrip().lower().startswith(ADDRESSES_OF_PAGES):
        return False
    is_of_digits = is_number(value) or (isinstance(value, str) and value.strip().isdecimal())
    return not is_of_digits or name in NUMBERS_ARE_TEXTS
