"""Which facts a document holds, and for whom. Pure functions of one document."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from schemas.attendance import attendance, participants_of
from schemas.contact_facts import ConsentFact, PauseFact, SuppressionFact
from schemas.control import Claim, Sighting
from schemas.documents import NO_PURCHASE, Event, JobPreference, JobView, Message, Order, User
from schemas.facts import (
    AttendanceFact,
    JobPreferenceFact,
    JobViewFact,
    MessageFact,
    OrderFact,
    UserFact,
)
from schemas.model import Model, Version, to_epoch_ms
from schemas.names import normalise
from schemas.permissions import ADDRESS, address_hash
from workers.route.state import EmittedRef
from workers.route.subjects import Permission, is_address_hash, person_of

DIGEST_BYTES = 12


class Stamp(NamedTuple):
    """The version and the time (epoch milliseconds) of the records that a change emits.

    `resume_at` is that of the document's state.
    """

    version: Version
    at: int
    resume_at: int | None = None


class Emission(NamedTuple):
    """A record to be emitted: its topic, key and id, and its value without version and time."""

    topic: str
    key: str
    id: str
    value: Model

    def ref(self) -> EmittedRef:
        """The reference that the state of the document stores."""
        digest = blake2b(self.value.dumps(), digest_size=DIGEST_BYTES).digest()
        return EmittedRef(self.topic, self.key, self.id, digest)


Extractor = Callable[[Any], Sequence[Emission]]


def of_user(user: User) -> Sequence[Emission]:
    """The user document for the person's inbox, and the claim to their address, also under its hash."""
    own = Emission("inbox", user.id, f"users/{user.id}", user)
    address = normalise(user.email)
    if not address:
        return (own,)
    created = None if user.created_at is None else to_epoch_ms(user.created_at)
    claim = Claim(person=user.id, created_at=created, version=(0, 0))
    keys = (address, f"{ADDRESS}{address_hash(address)}")
    return (own, *(Emission("addresses", key, f"claims/{user.id}", claim) for key in keys))


def of_owned(topic: str) -> Extractor:
    """The extractor of documents with a `user_id`: the document for that person's inbox.

    Without an owner there is none, and none of an order that was cancelled or refunded.
    """

    def extract(document: Order | Message | JobView | JobPreference) -> Sequence[Emission]:
        if not document.user_id or (isinstance(document, Order) and document.status in NO_PURCHASE):
            return ()
        return (Emission("inbox", document.user_id, f"{topic}/{document.id}", document),)

    return extract


def of_event(event: Event) -> Sequence[Emission]:
    """One attendance for each address on the list of the event."""
    companions = participants_of(event)
    return [
        Emission("addresses", address, f"events/{event.id}/{address}", attendance(event, address, companions))
        for address in companions
    ]


def of_job(document: Model) -> Sequence[Emission]:
    """None: a job concerns nobody in particular."""
    return ()


def of_permission(topic: str) -> Extractor:
    """The extractor of suppressions, consents or pauses: for the person's inbox, or under the address's hash.

    Pauses of more than one person concern nobody in particular.
    """

    def extract(value: Permission) -> Sequence[Emission]:
        id_, person = f"{topic}/{value.key}", person_of(value.subject)
        if person is not None:
            return (Emission("inbox", person, id_, value),)
        if is_address_hash(value.subject):
            return (Emission("addresses", value.subject, id_, value),)
        return ()

    return extract


EXTRACTORS: Mapping[str, Extractor] = {
    "users": of_user,
    "orders": of_owned("orders"),
    "events": of_event,
    "messages": of_owned("messages"),
    "jobs": of_job,
    "job-views": of_owned("job-views"),
    "job-preferences": of_owned("job-preferences"),
    "suppressions": of_permission("suppressions"),
    "consents": of_permission("consents"),
    "controls": of_permission("controls"),
}


def _claim(id_: str, stamp: Stamp, value: Any) -> Model:
    if value is None:
        return Claim(person=id_.partition("/")[2], version=stamp.version, at=stamp.at, retracted=True)
    return Claim(person=value.person, created_at=value.created_at, version=stamp.version, at=stamp.at)


def _sighting(id_: str, stamp: Stamp, value: Any) -> Model:
    return Sighting(fact=AttendanceFact(id=id_, version=stamp.version, at=stamp.at, value=value))


def _user(id_: str, stamp: Stamp, value: Any) -> Model:
    return UserFact(id=id_, version=stamp.version, at=stamp.at, value=value, resume_at=stamp.resume_at)


def _fact(kind: Callable[..., Model]) -> Callable[[str, Stamp, Any], Model]:
    def build(id_: str, stamp: Stamp, value: Any) -> Model:
        return kind(id=id_, version=stamp.version, at=stamp.at, value=value)

    return build


PAYLOADS: Mapping[str, Callable[[str, Stamp, Any], Model]] = {
    "claims": _claim,
    "events": _sighting,
    "users": _user,
    "orders": _fact(OrderFact),
    "messages": _fact(MessageFact),
    "job-views": _fact(JobViewFact),
    "job-preferences": _fact(JobPreferenceFact),
    "suppressions": _fact(SuppressionFact),
    "consents": _fact(ConsentFact),
    "controls": _fact(PauseFact),
}


def payload(id_: str, stamp: Stamp, value: Model | None) -> Model:
    """The payload with a value (None: its retraction); its kind is the first part of the id, before a `/`."""
    return PAYLOADS[id_.partition("/")[0]](id_, stamp, value)
