"""Payloads that control the fleet: watermarks, claims and sightings of addresses, positions of capture."""

from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.facts import AttendanceFact
from schemas.model import Model, Version


class Watermark(Model):
    """All sources have been read up to `at`; `waiting` names those that are not ready.

    `at` and `wall` are epoch milliseconds; `wall` is when it was written. The record has the header
    `kairos_control: watermark`, so that a reader of documents can skip it without decoding.
    """

    at: int
    wall: int
    waiting: list[str] = []

    EXAMPLES = ({"at": 1707523200000, "wall": 1707523200250, "waiting": []},)


class Claim(Model):
    """A user has an address in their document (`retracted`: no longer); times are epoch milliseconds."""

    kind: Literal["claim"] = "claim"
    person: str
    created_at: int | None = None
    version: Version
    at: int = 0
    retracted: bool = False

    EXAMPLES = ({"kind": "claim", "person": "user_001", "version": [1, 7]},)


class Sighting(Model):
    """An address is a participant of an event: an attendance whose person is still to be determined."""

    kind: Literal["sighting"] = "sighting"
    fact: AttendanceFact

    EXAMPLES = (
        {
            "kind": "sighting",
            "fact": {
                "kind": "attendance",
                "id": "events/event_001/sarah.chen@email.com",
                "version": [1, 7],
                "at": 1705276800000,
                "value": {"event_id": "event_001", "name": "Italian Wine Tasting", "date": "2024-01-15"},
            },
        },
    )


AddressRecord = Annotated[Claim | Sighting, Field(discriminator="kind")]


class SourcePosition(Model):
    """The position up to which a source has been read: a resume token, and the epoch of its snapshot.

    `mapping` is a hash of the source's tables and fields as they were read; another mapping makes other
    documents, so that a new snapshot is due.
    """

    source: str
    epoch: int
    token: dict[str, Any] | None = None
    snapshot_done: bool = False
    mapping: str = ""

    EXAMPLES = ({"source": "mongo", "epoch": 1, "token": {"_data": "82"}, "snapshot_done": True},)
