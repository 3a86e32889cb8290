"""The two stages of `route`: documents (by collection and id) and addresses (by normalised address)."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json

from schemas.control import AddressRecord, Claim
from schemas.facts import EngagementFact
from schemas.mail import Engagement
from schemas.model import Model
from schemas.notes import Noted
from topics import catalog
from workers.product.reading import read
from workers.route import addresses
from workers.route.extractors import EXTRACTORS, Emission, Stamp, payload
from workers.route.state import AddressState, DocumentState, EmittedRef
from workers.runtime.codec import StructCodec
from workers.runtime.stage import Message, Output, Record, Stage


def document_decoder(model: type[Noted]) -> Callable[[bytes], Noted]:
    """Reads a document in whatever state it is; raises ValueError for what is no JSON object."""

    def decode(data: bytes) -> Noted:
        raw = from_json(data)
        return read(model, raw) if isinstance(raw, dict) else model.model_validate(raw)

    return decode


def document_key(record: Record) -> str:
    """The collection and the document's id."""
    return f"{record.topic}/{record.key}"


def documents_step(
    state: DocumentState | None, message: Message
) -> tuple[DocumentState | None, Sequence[Output]]:
    """Compare what a document says now with what was said of it, and say the difference."""
    if not isinstance(message, Record):
        return state, ()
    if message.topic == "engagements":
        return None, engagement(message)
    if message.topic == "jobs" or (state is not None and message.version < state.version):
        return state, ()
    document = named(message)
    says = {} if document is None else {one.said(): one for one in EXTRACTORS[message.topic](document)}
    told = difference(state.said if state else [], says, Stamp(message.version, message.at))
    content = None if document is None else document.dumps()
    return DocumentState(message.version, content, sorted(says)), told


def named(record: Record) -> Model | None:
    """The document under the id that the record's key gives it; None when it was deleted."""
    document: Any = record.value
    if document is None or document.id == record.key:
        return document  # type: ignore[no-any-return]
    return document.model_copy(update={"id": record.key})  # type: ignore[no-any-return]


def difference(before: Sequence[EmittedRef], now: dict[EmittedRef, Emission], stamp: Stamp) -> list[Output]:
    """Retractions of what is said no more, then what is new or different."""
    old = set(before)
    places = {(said.topic, said.key, said.id) for said in now}
    gone = [said for said in before if (said.topic, said.key, said.id) not in places]
    new = [(said, saying) for said, saying in now.items() if said not in old]
    return [_say(said, stamp, None) for said in gone] + [
        _say(said, stamp, saying.value) for said, saying in new
    ]


def _say(said: EmittedRef, stamp: Stamp, value: Model | None) -> Output:
    id_ = f"{said.id}@{stamp.version[0]}.{stamp.version[1]}/{said.key}"
    return Output(said.topic, said.key, payload(said.id, stamp, value), stamp.version, id_)


def engagement(record: Record) -> Sequence[Output]:
    """What became of a decision, for the inbox of its person."""
    value: Engagement | None = record.value
    if value is None:
        return ()
    id_ = f"engagements/{value.decision_id}/{value.outcome}"
    fact = EngagementFact(id=id_, version=record.version, at=record.at, value=value)
    return (Output("inbox", value.person, fact, record.version, id_),)


def addresses_step(
    state: AddressState | None, message: Message
) -> tuple[AddressState | None, Sequence[Output]]:
    """Take in a claim or a sighting, and tell the owner of the address what changes for them."""
    if not isinstance(message, Record) or message.value is None:
        return state, ()
    state = state or AddressState()
    state.address = message.key
    if isinstance(message.value, Claim):
        return state, addresses.on_claim(state, message.value)
    return state, addresses.on_sighting(state, message.value)


DOCUMENTS: Stage[DocumentState] = Stage(
    name="documents",
    inputs={topic.name: document_decoder(topic.payload[0]) for topic in catalog.DOCUMENTS}  # type: ignore[arg-type]
    | {"engagements": Engagement.loads},
    codec=StructCodec(DocumentState),
    step=documents_step,
    key=document_key,
    reports="watermarks",
)
ADDRESSES: Stage[AddressState] = Stage(
    name="addresses",
    inputs={"addresses": TypeAdapter(AddressRecord).validate_json},
    codec=StructCodec(AddressState),
    step=addresses_step,
    reports="watermarks",
)
STAGES: tuple[Stage[Any], ...] = (DOCUMENTS, ADDRESSES)
