"""Shortens a profile that is too large for a record, so that nobody is without one. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from workers.people.bounds import LARGEST_PROFILE

ENCODE = msgspec.json.Encoder().encode
FROM_THE_END = frozenset({"event_history"})  # lists of which the last entries stay; of others the first
SHORTENED = (
    "later",
    "event_history",
    "event_history_hosts",
    "favorite_hosts",
    "venue_history",
    "favorite_event_types",
    "friends",
    "upcoming_events",
    "jobs",
    "decays",
    "affinities",
)


def encode_profile(fields: dict[str, Any]) -> bytes:
    """The JSON of a profile's fields, `truncated` if it had to be shortened.

    The changes of later times are left out first, then half of the largest list or dict, as often as needed.
    """
    data = ENCODE(fields)
    if len(data) <= LARGEST_PROFILE:
        return data
    fields = {**fields, "later": [], "truncated": True}
    while len(data := ENCODE(fields)) > LARGEST_PROFILE:
        sizes = {name: len(ENCODE(fields[name])) for name in SHORTENED if fields.get(name)}
        if not sizes:
            break
        largest = max(sizes, key=sizes.__getitem__)
        fields[largest] = half(largest, fields[largest])
    return data


def half(name: str, value: Any) -> Any:
    """The half of a list or dict that stays, rounded down."""
    count = len(value) // 2
    if isinstance(value, Mapping):
        return dict([*value.items()][:count])
    return value[len(value) - count :] if name in FROM_THE_END else value[:count]
