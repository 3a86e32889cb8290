"""Records that steer the fleet rather than describe a person: watermarks, claims to an address, positions."""

from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.facts import AttendanceFact
from schemas.model import Model, Version


class Watermark(Model):
    """All sources have been read up to `at`; `waiting` names those that are not ready.

    `at` and `wall` are epoch milliseconds; `wall` is when it was said. It travels under the header
    `kairos_control: watermark`, so that a reader of documents can leave it out unread.
    """

    at: int
    wall: int
    waiting: list[str] = []

    EXAMPLES = ({"at": 1707523200000, "wall": 1707523200250, "waiting": []},)


class Claim(Model):
    """A user says that an address is theirs (`retracted`: no longer); times are epoch milliseconds."""

    kind: Literal["claim"] = "claim"
    person: str
    created_at: int | None = None
    version: Version
    at: int = 0
    retracted: bool = False

    EXAMPLES = ({"kind": "claim", "person": "user_001", "version": [1, 7]},)


class Sighting(Model):
    """An address was seen on the list of an event: an attendance that still looks for its person."""

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
    """How far a source has been read: the resume token, and the epoch of the snapshot it belongs to.

    `mapping` is the hash of what was read and how; under another mapping the topics hold other data, so
    that a new snapshot is due.
    """

    source: str
    epoch: int
    token: dict[str, Any] | None = None
    snapshot_done: bool = False
    mapping: str = ""

    EXAMPLES = ({"source": "mongo", "epoch": 1, "token": {"_data": "82"}, "snapshot_done": True},)
