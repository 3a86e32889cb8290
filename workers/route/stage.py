"""The two stages of `route`: documents (by collection and id) and addresses (by normalised address)."""

from collections.abc import Callable, Mapping, Sequence
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
from workers.runtime.stage import Output, Record, Stage, StepMessage


def document_decoder(model: type[Noted]) -> Callable[[bytes], Noted]:
    """A decoder that reads any JSON object as a document, and raises ValueError for other bytes."""

    def decode(data: bytes) -> Noted:
        raw = from_json(data)
        return read(model, raw) if isinstance(raw, dict) else model.model_validate(raw)

    return decode


def document_key(record: Record) -> str:
    """The collection and the document's id."""
    return f"{record.topic}/{record.key}"


def documents_step(
    state: DocumentState | None, message: StepMessage
) -> tuple[DocumentState | None, Sequence[Output]]:
    """Emit the difference between what a document emits now and what it emitted before.

    A record with an older version than the state's is ignored. Engagements pass through, without a state.
    """
    if not isinstance(message, Record):
        return state, ()
    if message.topic == "engagements":
        return None, engagement(message)
    if message.topic == "jobs" or (state is not None and message.version < state.version):
        return state, ()
    document = document_of(message)
    emissions = {} if document is None else emissions_of(message.topic, document)
    outputs = difference(state.emitted if state else [], emissions, Stamp(message.version, message.at))
    content = None if document is None else document.dumps()
    return DocumentState(message.version, content, sorted(emissions)), outputs


def document_of(record: Record) -> Model | None:
    """The document of a record, with the record's key as its id; None when it was deleted."""
    document: Any = record.value
    if document is None or document.id == record.key:
        return document  # type: ignore[no-any-return]
    return document.model_copy(update={"id": record.key})  # type: ignore[no-any-return]


def emissions_of(topic: str, document: Model) -> dict[EmittedRef, Emission]:
    """All that a document of a topic emits, by reference."""
    return {emission.ref(): emission for emission in EXTRACTORS[topic](document)}


def difference(
    emitted: Sequence[EmittedRef], emissions: Mapping[EmittedRef, Emission], stamp: Stamp
) -> list[Output]:
    """Retractions of what was emitted and is no more, then what is new or has another value."""
    known = set(emitted)
    current = {ref.target() for ref in emissions}
    retracted = [ref for ref in emitted if ref.target() not in current]
    return [_output(ref, stamp, None) for ref in retracted] + [
        _output(ref, stamp, emission.value) for ref, emission in emissions.items() if ref not in known
    ]


def _output(ref: EmittedRef, stamp: Stamp, value: Model | None) -> Output:
    id_ = f"{ref.id}@{stamp.version[0]}.{stamp.version[1]}/{ref.key}"
    return Output(ref.topic, ref.key, payload(ref.id, stamp, value), stamp.version, id_)


def engagement(record: Record) -> Sequence[Output]:
    """The outcome of a decision, for the inbox of its person."""
    value: Engagement | None = record.value
    if value is None:
        return ()
    id_ = f"engagements/{value.decision_id}/{value.outcome}"
    fact = EngagementFact(id=id_, version=record.version, at=record.at, value=value)
    return (Output("inbox", value.person, fact, record.version, id_),)


def addresses_step(
    state: AddressState | None, message: StepMessage
) -> tuple[AddressState | None, Sequence[Output]]:
    """Apply a claim or a sighting, and emit the facts that change for people."""
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
