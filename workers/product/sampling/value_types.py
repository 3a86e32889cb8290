"""The type of a value as it is shown to people, without anything of the value itself. Pure."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bson import Binary, DatetimeMS, DBRef, Decimal128, ObjectId, Timestamp
from bson.binary import OLD_UUID_SUBTYPE, UUID_SUBTYPE

UUID_SUBTYPES = (OLD_UUID_SUBTYPE, UUID_SUBTYPE)
# the first row whose type fits counts
TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "yes or no"),
    ((int, float, Decimal128), "number"),
    (str, "text"),
    ((datetime, DatetimeMS, Timestamp), "date"),
    (ObjectId, "ObjectId"),
    (uuid.UUID, "UUID"),
    (DBRef, "reference"),
    (bytes, "binary"),
    (Mapping, "sub-document"),
    (list, "list"),
)


def type_of(value: Any) -> str:
    """The type of a value: text, number, date, ObjectId, list, sub-document and others."""
    if isinstance(value, Binary) and value.subtype in UUID_SUBTYPES:
        return "UUID"
    return next((name for kind, name in TYPES if isinstance(value, kind)), "another type")


def example_of(value: Any) -> str:
    """The type of a value; of a list also how many entries it has, and their type when it is one."""
    if not isinstance(value, list):
        return type_of(value)
    kinds = {type_of(entry) for entry in value}
    return f"list of {len(value)}{f' ({kinds.pop()})' if len(kinds) == 1 else ''}"


def is_empty(value: Any) -> bool:
    """Whether a value says nothing by its form: null, an empty text, list or sub-document."""
    return value is None or (isinstance(value, str | list | Mapping) and not value)
