"""What is kept of a person, in compact structs. All times are epoch milliseconds."""

from typing import Literal

import msgspec

from schemas.decision import RuleName, Verdict
from schemas.model import Version
from workers.wire.codec import StructCodec


class Known(msgspec.Struct, array_like=True, frozen=True):
    """The user document. The fields have the names of `schemas.documents.User`."""

    version: Version
    email: str | None
    name: str | None
    interests: list[str]
    cuisine_preference: list[str]
    dietary_restrictions: list[str]
    age: int | None
    gender: str | None
    occupation: str | None
    relationship_status: str | None
    table_type_preference: str | None
    home_neighborhood: str | None
    work_neighborhood: str | None
    language: str | None
    is_team_member: bool | None


class Ordered(msgspec.Struct, array_like=True, frozen=True):
    """An order: that it exists is all that counts."""

    version: Version


class Attended(msgspec.Struct, array_like=True, frozen=True):
    """The person is on the list of an event; companions are (address, name) in the list's order."""

    version: Version
    event_id: str
    name: str | None
    date: int | None
    venue: str | None
    host: str | None
    event_type: str | None
    companions: list[tuple[str, str | None]]


class Messaged(msgspec.Struct, array_like=True, frozen=True):
    """A message of the product: queued, or sent at some time, or neither."""

    version: Version
    queued: bool
    sent_at: int | None


class OnJob(msgspec.Struct, array_like=True, frozen=True):
    """What the person did with a job."""

    version: Version
    job_id: str | None
    kind: Literal["viewed", "applied", "rejected", "saved", "ignored"]
    seconds: float
    at: int | None


class Disputed(msgspec.Struct, array_like=True, frozen=True):
    """The address of the person belongs to another user, who claimed it before."""

    version: Version


class Slot(msgspec.Struct, array_like=True):
    """The place that a send or ask holds until its outcome is known."""

    number: int
    decided_at: int
    valid_until: int
    written_at: int | None = None


class Contact(msgspec.Struct, array_like=True):
    """What became of the decisions.

    `number` is the last slot's. `sent` holds when a decision's mail was sent, `presumed` when one was written
    of which nothing more was heard. `failed_at` is the last failure; `stopped` says why to stay silent.
    """

    number: int = 0
    slot: Slot | None = None
    sent: dict[str, int] = {}
    presumed: dict[str, int] = {}
    failed_at: int | None = None
    stopped: str | None = None


class Last(msgspec.Struct, array_like=True, frozen=True):
    """The decision that was said last."""

    id: str
    verdict: Verdict
    reason: RuleName | None
    until: int | None


class Kept(msgspec.Struct, array_like=True):
    """All that is kept of a person. Facts stand under their ids; `gone` remembers retractions.

    `as_of` is the time of the latest change. `due` is the time at which to decide anew, None when nothing
    has changed since the last decision.
    """

    id: str
    as_of: int = 0
    due: int | None = None
    users: dict[str, Known] = {}
    orders: dict[str, Ordered] = {}
    attended: dict[str, Attended] = {}
    messages: dict[str, Messaged] = {}
    jobs: dict[str, OnJob] = {}
    gone: dict[str, Version] = {}
    contact: Contact = msgspec.field(default_factory=Contact)
    last: Last | None = None
    disputed: dict[str, Disputed] = {}

    @property
    def user(self) -> Known | None:
        """The user document, None while there is none."""
        return next(iter(self.users.values()), None)


class Person:
    """The state of the stage: what is kept, and what this round has done to it.

    `changed` and `left` (the user document went away) are not stored: a state that was read and not changed
    has no new profile to say.
    """

    __slots__ = ("changed", "kept", "left")

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.changed = False
        self.left = False


class PersonCodec:
    """The bytes of what is kept of a person."""

    def __init__(self) -> None:
        self._kept = StructCodec(Kept)

    def encode(self, state: Person, /) -> bytes:
        """The bytes; equal for equal persons."""
        return self._kept.encode(state.kept)

    def decode(self, data: bytes, /) -> Person:
        """The person, with nothing changed yet."""
        return Person(self._kept.decode(data))
