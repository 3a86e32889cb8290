"""The formats of the stored state: the current one, and format 1, which is read and never written."""

from typing import Literal

import msgspec

from schemas.model import Version
from workers.people.companions import digest, update_repeat_companions
from workers.people.contact_state import Contact
from workers.people.job_state import StoredJobInteraction
from workers.people.keys import address_and_event, shorten
from workers.people.state import (
    LastDecision,
    PersonState,
    StoredAttendance,
    StoredMessage,
    StoredOrder,
    StoredPerson,
    StoredUser,
)
from workers.runtime.codec import StructCodec

FORMAT = 2


class StoredAttendance1(msgspec.Struct, array_like=True):
    """An attendance in format 1: companions as (address, name)."""

    version: Version
    event_id: str
    name: str | None
    date: int | None
    venue: str | None
    host: str | None
    event_type: str | None
    companions: list[tuple[str, str | None]]


class StoredJobInteraction1(msgspec.Struct, array_like=True):
    """An interaction with a job in format 1."""

    version: Version
    job_id: str | None
    kind: Literal["viewed", "applied", "rejected", "saved", "ignored"]
    seconds: float
    at: int | None


class StoredPerson1(msgspec.Struct, array_like=True):
    """A person in format 1: facts under their whole ids.

    Structs to which format 2 only added fields with defaults are those of format 2.
    """

    id: str
    as_of: int
    due: int | None
    users: dict[str, StoredUser]
    orders: dict[str, StoredOrder]
    attendances: dict[str, StoredAttendance1]
    messages: dict[str, StoredMessage]
    jobs: dict[str, StoredJobInteraction1]
    retracted: dict[str, Version]
    contact: Contact
    last_decision: LastDecision | None


_DECODER_1 = msgspec.msgpack.Decoder(StoredPerson1)


def from_format_1(data: bytes) -> StoredPerson:
    """Decode format 1. It has neither amounts nor tags; `kairos rebuild people` adds them from the facts."""
    old = _DECODER_1.decode(data)
    stored = StoredPerson(
        id=old.id,
        as_of=old.as_of,
        due=old.due,
        user=next(iter(old.users.values()), None),
        orders={shorten(id_, "orders/"): order for id_, order in old.orders.items()},
        messages={shorten(id_, "messages/"): message for id_, message in old.messages.items()},
        jobs={_job_key(id_): _job_interaction(job) for id_, job in old.jobs.items()},
        retracted=old.retracted,
        contact=old.contact,
        last_decision=old.last_decision,
    )
    for id_, attendance in old.attendances.items():
        address, event = address_and_event(shorten(id_, "events/"))
        stored.attendances.setdefault(address, {})[event] = _attendance(attendance, event)
        update_repeat_companions(stored, [companion for companion, _ in attendance.companions], None)
    return stored


def _job_key(id_: str) -> str:
    is_view = id_.startswith("job-views/")
    return f"v{shorten(id_, 'job-views/')}" if is_view else f"p{shorten(id_, 'job-preferences/')}"


def _job_interaction(old: StoredJobInteraction1) -> StoredJobInteraction:
    return StoredJobInteraction(old.version, old.job_id, old.kind, old.seconds, old.at)


def _attendance(old: StoredAttendance1, event: str) -> StoredAttendance:
    return StoredAttendance(
        old.version,
        old.name,
        old.date,
        old.venue,
        old.host,
        old.event_type,
        (),
        None,
        b"".join([digest(address) for address, _ in old.companions]),
        tuple([(index, name) for index, (_, name) in enumerate(old.companions) if name]),
        None if old.event_id == event else old.event_id,
    )


class PersonCodec:
    """The codec of the stage's state: of `PersonState` only `stored` is encoded."""

    def __init__(self) -> None:
        self._stored = StructCodec(StoredPerson, FORMAT, older={1: from_format_1})

    def encode(self, state: PersonState, /) -> bytes:
        """The bytes of a state; equal for equal stored persons."""
        return self._stored.encode(state.stored)

    def decode(self, data: bytes, /) -> PersonState:
        """The state of some bytes; `profile_changed` and `user_deleted` are False."""
        return PersonState(self._stored.decode(data))
