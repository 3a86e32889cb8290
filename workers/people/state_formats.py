"""The formats of the stored state: this one, and the one before it, which is read and never written."""

from typing import Literal

import msgspec

from schemas.model import Version
from workers.people.companions import digest, remember
from workers.people.keys import seat, shorten
from workers.people.state import (
    Attended,
    Contact,
    Known,
    Last,
    Messaged,
    OnJob,
    Ordered,
    Person,
    StoredPerson,
)
from workers.runtime.codec import StructCodec

FORMAT = 2


class Attended1(msgspec.Struct, array_like=True):
    """An attendance in format 1: companions as (address, name)."""

    version: Version
    event_id: str
    name: str | None
    date: int | None
    venue: str | None
    host: str | None
    event_type: str | None
    companions: list[tuple[str, str | None]]


class OnJob1(msgspec.Struct, array_like=True):
    """A job in format 1."""

    version: Version
    job_id: str | None
    kind: Literal["viewed", "applied", "rejected", "saved", "ignored"]
    seconds: float
    at: int | None


class StoredPerson1(msgspec.Struct, array_like=True):
    """What was kept in format 1; facts under their whole ids. Structs that only grew are read as they are."""

    id: str
    as_of: int
    due: int | None
    users: dict[str, Known]
    orders: dict[str, Ordered]
    attended: dict[str, Attended1]
    messages: dict[str, Messaged]
    jobs: dict[str, OnJob1]
    gone: dict[str, Version]
    contact: Contact
    last: Last | None


_OLD = msgspec.msgpack.Decoder(StoredPerson1)


def from_1(data: bytes) -> StoredPerson:
    """What format 1 holds. It had neither amounts nor tags; `kairos rebuild people` says them again."""
    old = _OLD.decode(data)
    stored = StoredPerson(
        old.id,
        old.as_of,
        old.due,
        next(iter(old.users.values()), None),
        {shorten(id_, "orders/"): order for id_, order in old.orders.items()},
        messages={shorten(id_, "messages/"): message for id_, message in old.messages.items()},
        jobs={_job_key(id_): _job(job) for id_, job in old.jobs.items()},
        gone=old.gone,
        contact=old.contact,
        last=old.last,
    )
    for id_, one in old.attended.items():
        address, event = seat(id_)
        stored.attended.setdefault(address, {})[event] = _attended(one, event)
        remember(stored, [other for other, _ in one.companions], None)
    return stored


def _job_key(id_: str) -> str:
    views = id_.startswith("job-views/")
    return f"v{shorten(id_, 'job-views/')}" if views else f"p{shorten(id_, 'job-preferences/')}"


def _job(old: OnJob1) -> OnJob:
    return OnJob(old.version, old.job_id, old.kind, old.seconds, old.at)


def _attended(old: Attended1, event: str) -> Attended:
    return Attended(
        old.version,
        old.name,
        old.date,
        old.venue,
        old.host,
        old.event_type,
        (),
        None,
        b"".join([digest(address) for address, _ in old.companions]),
        tuple([(place, name) for place, (_, name) in enumerate(old.companions) if name]),
        None if old.event_id == event else old.event_id,
    )


class PersonCodec:
    """The bytes of what is kept of a person."""

    def __init__(self) -> None:
        self._stored = StructCodec(StoredPerson, FORMAT, older={1: from_1})

    def encode(self, state: Person, /) -> bytes:
        """The bytes; equal for equal persons."""
        return self._stored.encode(state.stored)

    def decode(self, data: bytes, /) -> Person:
        """The person, with nothing changed yet."""
        return Person(self._stored.decode(data))
