"""How far a table was read, as it stands in the position of its source. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.control import SourcePosition
from workers.capture.airtable.schedule import Done

NAME = "airtable"


@dataclass
class TablePlace:
    """The webhook and the number of its next payload, when what was done, and the fields that were read.

    `behind`: what happened before the cursor is not known until a comparison is complete.
    """

    webhook: str = ""
    cursor: int = 1
    done: Done = field(default_factory=Done)
    fields: frozenset[str] = frozenset()
    behind: bool = True


def source_name(topic: str) -> str:
    """The key of the position of a topic that is fed from Airtable."""
    return f"{NAME}/{topic}"


def mapping_of(*parts: object) -> str:
    """A hash of where a source is, and of its mapping."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def position_of(place: TablePlace, topic: str, epoch: int, mapping: str) -> SourcePosition:
    """The position that is stored for a place."""
    token = {
        "webhook": place.webhook,
        "cursor": place.cursor,
        "swept": place.done.swept,
        "compared": place.done.compared,
        "fields": sorted(place.fields),
    }
    return SourcePosition(
        source=source_name(topic),
        epoch=epoch,
        token=token,
        snapshot_done=not place.behind,
        mapping=mapping,
    )


def place_of(position: SourcePosition | None, mapping: str) -> TablePlace:
    """The place in a position; the beginning without one, and when it is of another table or mapping."""
    token: Mapping[str, Any] = (position.token or {}) if position and position.mapping == mapping else {}
    fields = token.get("fields")
    place = TablePlace(
        webhook=token["webhook"] if isinstance(token.get("webhook"), str) else "",
        cursor=whole(token.get("cursor"), 1),
        done=Done(swept=whole(token.get("swept"), 0), compared=whole(token.get("compared"), 0)),
        fields=frozenset(map(str, fields)) if isinstance(fields, list) else frozenset(),
    )
    place.behind = not (token and position and position.snapshot_done)
    if place.behind:
        place.done.compared = 0
    return place


def whole(value: Any, otherwise: int) -> int:
    """A number that is whole, else another one."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and value >= otherwise else otherwise
