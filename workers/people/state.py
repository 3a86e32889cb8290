"""What is kept of a person, in compact structs. All times are epoch milliseconds.

Another meaning of these fields needs another FORMAT, and what reads the bytes of this one (see formats.py).
None of these structs can be part of a cycle, so the garbage collector need not look at them.
"""

from datetime import date as Day
from typing import Literal

import msgspec

from schemas.decision import RuleName, Verdict
from schemas.model import Version

StoredNote = tuple[str, bool, str]  # field, whether it contradicts another (else malformed), reason
EvictionOrder = tuple[int, str]  # a date (undated: EARLIEST) and a key: the order in which things are let go


class Known(msgspec.Struct, array_like=True, frozen=True, gc=False):
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
    birth_date: Day | None = None
    role: str | None = None
    time_zone: str | None = None
    notes: tuple[StoredNote, ...] = ()


class Ordered(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An order."""

    version: Version
    at: int | None = None
    amount: float | None = None
    notes: tuple[StoredNote, ...] = ()


class Attended(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The person is on the list of an event.

    `companions` are the others on the list, in its order, as digests (see met.py); `names` are those that
    were given, by place in the list. `event_id` is there when it is not what the key says.
    """

    version: Version
    name: str | None
    date: int | None
    venue: str | None
    host: str | None
    event_type: str | None
    cuisine: tuple[str, ...]
    neighborhood: str | None
    companions: bytes
    names: tuple[tuple[int, str], ...]
    event_id: str | None = None
    notes: tuple[StoredNote, ...] = ()


class Messaged(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A message of the product: queued, or sent at some time, or neither."""

    version: Version
    queued: bool
    sent_at: int | None
    notes: tuple[StoredNote, ...] = ()


class OnJob(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What the person did with a job; `kind` None: a word that could not be read."""

    version: Version
    job_id: str | None
    kind: Literal["viewed", "applied", "rejected", "saved", "ignored"] | None
    seconds: float
    at: int | None
    tags: tuple[str, ...] = ()
    notes: tuple[StoredNote, ...] = ()


class ClaimedAddress(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An address that the person names and somebody else had before."""

    version: Version
    owns: bool


class Evicted(msgspec.Struct, array_like=True, gc=False):
    """What was let go because a bound was reached (see bounds.py), as counts and sums.

    `evicted_up_to` holds, by kind, the last place that was let go: nothing at or before it is taken in again.
    """

    events: int = 0
    first_event: int | None = None
    orders: int = 0
    amounts: int = 0
    amount: float = 0.0
    sent: int = 0
    queued: int = 0
    evicted_up_to: dict[str, EvictionOrder] = {}


class Slot(msgspec.Struct, array_like=True, gc=False):
    """The place that a send or ask holds until its outcome is known."""

    number: int
    decided_at: int
    valid_until: int
    written_at: int | None = None


class Contact(msgspec.Struct, array_like=True, gc=False):
    """What became of the decisions.

    `number` is the last slot's. `sent` holds when a decision's mail was sent, `assumed_sent` when one was
    written whose outcome is unknown. `failed_at` is the last failure; `suppressed_by` says why nothing
    more is sent.
    """

    number: int = 0
    slot: Slot | None = None
    sent: dict[str, int] = {}
    assumed_sent: dict[str, int] = {}
    failed_at: int | None = None
    suppressed_by: str | None = None


class Last(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The decision that was said last."""

    id: str
    verdict: Verdict
    reason: RuleName | None
    until: int | None


class StoredPerson(msgspec.Struct, array_like=True, gc=False):
    """All that is kept of a person.

    Facts stand under their ids without what is the same in all of them (see keys.py): attendances by address,
    then event. `met` holds the addresses of those met twice or more, in order. `gone` remembers
    retractions, by fact id. `as_of` is the time of the latest change. `due` is the time at which to decide
    anew, None when nothing has changed since the last decision.
    """

    id: str
    as_of: int = 0
    due: int | None = None
    user: Known | None = None
    orders: dict[str, Ordered] = {}
    attended: dict[str, dict[str, Attended]] = {}
    messages: dict[str, Messaged] = {}
    jobs: dict[str, OnJob] = {}
    claims: dict[str, ClaimedAddress] = {}
    met: list[str] = []
    gone: dict[str, Version] = {}
    contact: Contact = msgspec.field(default_factory=Contact)
    last: Last | None = None
    evicted: Evicted | None = None


class Person:
    """The state of the stage: what is kept, and what this round has done to it.

    `changed` and `left` (the user document went away) are not stored: a state that was read and not changed
    has no new profile to say.
    """

    __slots__ = ("changed", "left", "stored")

    def __init__(self, stored: StoredPerson) -> None:
        self.stored = stored
        self.changed = False
        self.left = False
