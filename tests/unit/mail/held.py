"""Events as `mail` holds them, for its tests."""

from typing import Any

from schemas.documents import Event
from schemas.model import Model
from workers.mail.held_events import HeldEvents
from workers.runtime.kafka.headers import cloud_headers
from workers.runtime.kafka.records import ConsumerRecord

AT = 1_764_460_800_000  # Sunday 30 November 2025, 00:00 in UTC


def record(id_: str, value: Model | bytes | None, offset: int = 0, version: Any = None) -> ConsumerRecord:
    """A record of the topic."""
    data = value.dumps() if isinstance(value, Model) else value
    headers = tuple(cloud_headers("kairos.events.v1", "/test", id_, AT, version))
    return ConsumerRecord("events", 0, offset, id_.encode(), data, AT, headers)


def held_events(*events: Event, ready: bool = True) -> HeldEvents:
    """The topic with some events, captured one after the other."""
    held = HeldEvents()
    held.begin()
    held.apply([record(event.id, event, number, (1, number)) for number, event in enumerate(events)])
    if ready:
        held.caught_up(AT)
    return held


def event(id_: str = "e1", **fields: Any) -> Event:
    """An event on Saturday in six days, hosted by somebody whose events Sarah has joined."""
    given = {
        "name": "Truffle Supper",
        "date": "2025-12-06T10:00:00Z",
        "time_zone": "Asia/Tokyo",
        "venue": "The Vault",
        "host": "Chef Mario",
        "price": "¥5,000",
    }
    return Event.model_validate({"id": id_} | given | fields)
