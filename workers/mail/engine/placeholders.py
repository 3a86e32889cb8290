"""The placeholders of templates: which field of a person each reads, and how long its value may be. Pure.

Of a person's data only what has a row here can come into a text, and it is looked at first (`usable_value`):
no controls, directions, markup, links, addresses, numbers of telephones, and nothing that is too long.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from schemas.person_name import read_name
from workers.writing.gate.values import MOST_RAW, usable_value

ProspectFields = Mapping[str, Any]
VALUES_KEPT = 16_384  # that were looked at: people share their interests
MOST_VALUES = 20  # of a list that are looked at
PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*(?:\|([^{}|]*))?\}\}")


class PlaceholderRow(NamedTuple):
    """A placeholder: its name, the most graphemes of its value, and the values a person has for it."""

    name: str
    longest: int
    read: Callable[[ProspectFields], Iterator[str]]


def texts_in(value: object) -> Iterator[str]:
    """The texts of a field, whatever it holds: a text, a list of them, or of things that have a name."""
    for each in list(value)[:MOST_VALUES] if isinstance(value, list | tuple) else [value]:
        text = each.get("name") if isinstance(each, Mapping) else getattr(each, "name", each)
        if isinstance(text, str) and text.strip():
            yield text[:MOST_RAW]


def field(*names: str) -> Callable[[ProspectFields], Iterator[str]]:
    """Reads the texts of fields, the first one first."""

    def read(fields: ProspectFields) -> Iterator[str]:
        for name in names:
            yield from texts_in(fields.get(name))

    return read


def full_names(fields: ProspectFields) -> Iterator[str]:
    """The name, if it is that of a person."""
    yield from (name.full for text in texts_in(fields.get("name")) if (name := read_name(text)))


def first_names(fields: ProspectFields) -> Iterator[str]:
    """The name in a greeting."""
    for text in (*texts_in(fields.get("first_name")), *texts_in(fields.get("name"))):
        if (name := read_name(text)) is not None:
            yield name.first


PLACEHOLDERS = (
    PlaceholderRow("name", 40, full_names),
    PlaceholderRow("first_name", 30, first_names),
    PlaceholderRow("interest", 30, field("interests")),
    PlaceholderRow("cuisine", 30, field("cuisine_preference")),
    PlaceholderRow("event", 40, field("upcoming_events")),
    PlaceholderRow("venue", 40, field("last_event_venue", "venue_history")),
    PlaceholderRow("host", 40, field("favorite_hosts")),
    PlaceholderRow("occupation", 30, field("occupation")),
    PlaceholderRow("company", 40, field("company")),
    PlaceholderRow("industry", 30, field("industry")),
    PlaceholderRow("skill", 30, field("skills")),
)
# what no message may show; a value of those below may not stand in it by chance either
NEVER_SHOWN = frozenset(
    [
        "age",
        "birth_date",
        "gender",
        "relationship_status",
        "dietary_restrictions",
        "salary_range",
        "home_neighborhood",
        "work_neighborhood",
        "order_amount_total",
        "decayed_spend",
        "summary",
    ]
)
PROTECTED = frozenset(["email", "phone", "mobile", "address", "street", "password", "token"])
LEAST_PROTECTED = 6  # characters: a shorter value may stand in any text by chance


@lru_cache(maxsize=VALUES_KEPT)
def shown_value(text: str, longest: int) -> str | None:
    """A value as it may stand in a message, in so many graphemes; None if it may not."""
    return usable_value(text, longest)


def values_of(fields: ProspectFields) -> dict[str, str]:
    """The usable value of each placeholder that has one."""
    found = {}
    for row in PLACEHOLDERS:
        usable = (shown_value(text, row.longest) for text in row.read(fields))
        value = next((each for each in usable if each is not None), None)
        if value is not None:
            found[row.name] = value
    return found


def protected_of(fields: ProspectFields) -> frozenset[str]:
    """The values of a person that may stand in no text."""
    texts = (text.strip() for name in sorted(PROTECTED) for text in texts_in(fields.get(name)))
    return frozenset(text for text in texts if len(text) >= LEAST_PROTECTED)


def names_in(text: str) -> list[str]:
    """The names of the placeholders in a text, in their order."""
    return [found[1] for found in PLACEHOLDER.finditer(text)]


def filled(sentence: str, values: Mapping[str, str]) -> str | None:
    """A sentence with its values, else with its defaults; None if a placeholder has neither.

    What is filled in is not looked at again: a value that looks like a placeholder stays what it is.
    """
    missing = [m[1] for m in PLACEHOLDER.finditer(sentence) if m[1] not in values and m[2] is None]
    if missing:
        return None
    return PLACEHOLDER.sub(lambda found: values.get(found[1], (found[2] or "").strip()), sentence)
