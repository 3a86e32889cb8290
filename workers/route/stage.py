"""The two stages of `route`: documents (by collection and id) and addresses (by normalised address)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import msgspec
from pydantic import TypeAdapter

from schemas.answers import Answer
from schemas.control import AddressRecord, Claim, Sighting
from schemas.documents import User
from schemas.fact_base import check_time_of_fact
from schemas.interactions import InteractionRecord
from schemas.mail import Engagement
from schemas.notes import Note, Noted
from topics import catalog
from workers.product.reading.clock import Clock
from workers.product.reading.forms import check_key
from workers.product.reading.uuids import DEFAULT, UuidRepresentation
from workers.product.reading.values import read_id
from workers.product.sources import Source
from workers.route import address_permissions, addresses
from workers.route.border import (
    NUMBER_TEXT,
    OTHER_KIND,
    WHITE_SPACE,
    check_sizes,
    has_other_kind,
    irregularities,
)
from workers.route.decoding import (
    change_decoder,
    document_decoder,
    with_id_of_change,
    with_note,
    with_unchanged,
)
from workers.route.difference import difference, emissions_of
from workers.route.extractors import Stamp
from workers.route.passed_on import PASSED_ON
from workers.route.permissions import PERMISSIONS, permissions_step
from workers.route.state import AddressState, DocumentState
from workers.route.subjects import check_subject, is_address_hash
from workers.route.versions import (
    NO_VALUE,
    OLDER,
    emitted_version,
    is_from_outside,
    is_older,
)
from workers.runtime.codec import StructCodec
from workers.runtime.stage import Action, Record, Stage, StepMessage


class WithResume(msgspec.Struct):
    """Of a stored user document its résumé."""

    resume: str | None = None


NO_CHANGES: Mapping[str, Source] = MappingProxyType({})
RESUME_OF = msgspec.json.Decoder(WithResume).decode


def document_key(record: Record) -> str:
    """The collection and the record's key; raises ValueError for a key that does not name the document.

    The key of a document's deletion is checked in the step, because one that is stored under any key is
    deleted.
    """
    if record.topic in PERMISSIONS:
        check_subject(record.topic, record.key, record.value)
    elif record.value is not None:
        if record.topic in PASSED_ON:
            check_key(record.value.person)
        else:
            check_key(record.key, record.value.own.ids)
    return f"{record.topic}/{record.key}"


def documents_step(
    state: DocumentState | None, message: StepMessage
) -> tuple[DocumentState | None, Sequence[Action]]:
    """Emit the difference between what a document emits now and what it emitted before.

    A record that is older than the last one is ignored, and counted. What is in PASSED_ON passes through, for
    PERMISSIONS see permissions.py.
    """
    if not isinstance(message, Record):
        return state, ()
    if message.topic in PASSED_ON:
        return None, PASSED_ON[message.topic](message)
    if message.topic in PERMISSIONS:
        return permissions_step(state, message)
    if message.topic == "jobs":
        return state, ()
    check_time_of_fact(message.at)
    if state is not None and is_older(state, message.version, message.value and message.value.position):
        return state, (OLDER,)
    is_unknown = state is None or state.content is None
    if message.value is None and is_unknown and is_from_outside(message.version):
        check_key(message.key)  # nothing is deleted by it, so its form is told
    return _apply(state, message)


def _apply(state: DocumentState | None, record: Record) -> tuple[DocumentState, Sequence[Action]]:
    """The state after a record that counts, and what it emits and is counted as."""
    document = document_of(record, None if state is None else state.content)
    kind = "" if document is None else record.value.own.kind
    if document is not None and state is not None and has_other_kind(state, record.version, kind):
        document = with_note(document, Note(field="id", problem="malformed", reason=OTHER_KIND))
    version = emitted_version(state, record.version, record.at)
    content = None if document is None else document.dumps()
    emissions = {} if document is None else emissions_of(record.topic, document)
    check_sizes(len(content or b""), emissions.values())
    resume_at = resume_since(state, document, record.at)
    outputs = difference(state.emitted if state else [], emissions, Stamp(version, record.at, resume_at))
    source = None if record.version == version else record.version
    is_known = state is not None and state.content == content and state.changed_at is not None
    changed_at = state.changed_at if state is not None and is_known else record.at
    position = record.value and record.value.position
    if position is None and document is None and state is not None:
        position = state.position  # a deletion without one does not undo what is known of the log
    new = DocumentState(version, content, sorted(emissions), source, kind, changed_at, resume_at, position)
    return new, [*outputs, *irregularities(state, record, document)]


def document_of(record: Record, content: bytes | None = None) -> Noted | None:
    """The document of a record, with the record's key as its id (read as references are); None: deleted.

    `content` is what was stored of it before.
    """
    document: Any = None if record.value is None else with_unchanged(record.value, content).document
    if document is None:
        return None
    id_ = read_id(record.key) or record.key
    if document.id != id_:
        document = document.model_copy(update={"id": id_})
    if id_ != record.key:
        reason = WHITE_SPACE if id_ == record.key.strip() else NUMBER_TEXT
        document = with_note(document, Note(field="id", problem="malformed", reason=reason))
    return document  # type: ignore[no-any-return]


def resume_since(state: DocumentState | None, document: Noted | None, at: int) -> int | None:
    """Since when (epoch ms) a user document has its résumé: since `at`, if it had another one before."""
    if not isinstance(document, User) or document.resume is None:
        return None
    if state is None or state.content is None or RESUME_OF(state.content).resume != document.resume:
        return at
    return state.resume_at


def addresses_step(
    state: AddressState | None, message: StepMessage
) -> tuple[AddressState | None, Sequence[Action]]:
    """Apply a claim, a sighting or a permission, and emit the facts that change for people."""
    if not isinstance(message, Record):
        return state, ()
    if message.value is None:
        return state, (NO_VALUE,)
    state = state or AddressState()
    state.address = message.key
    if is_address_hash(message.key):
        return state, address_permissions.apply(state, message.value)
    if isinstance(message.value, Claim):
        return state, addresses.on_claim(state, message.value)
    if isinstance(message.value, Sighting):
        return state, addresses.on_sighting(state, message.value)
    raise ValueError(f"a {message.value.kind} stands under the hash of its address")


def documents_stage(
    clock: Callable[[], Clock] | None = None,
    uuids: UuidRepresentation = DEFAULT,
    changes: Mapping[str, Source] = NO_CHANGES,
) -> Stage[DocumentState]:
    """The stage `documents`; without a clock the times in documents are not bounded.

    `changes` are the topics that hold changes of Debezium, with their mappings.
    """
    decoders: dict[str, Callable[[bytes], Any]] = {}
    for topic in catalog.DOCUMENTS:
        model: Any = topic.payload[0]
        source = changes.get(topic.name)
        decoders[topic.name] = (
            document_decoder(model, clock, uuids) if source is None else change_decoder(model, source, clock)
        )
    permissions = {topic: model.loads for topic, model in PERMISSIONS.items()}
    return Stage(
        name="documents",
        inputs=decoders
        | permissions
        | {
            "answers": Answer.loads,
            "engagements": Engagement.loads,
            "interactions": TypeAdapter(InteractionRecord).validate_json,
        },
        codec=StructCodec(DocumentState),
        step=partial(changes_step, changes) if changes else documents_step,
        key=partial(change_key, changes) if changes else document_key,
        reports=True,
        # without such a record another mail would follow, or one that nobody wants
        any_time=frozenset({"engagements", *PERMISSIONS}),
    )


def change_key(changes: Mapping[str, Source], record: Record) -> str:
    """`document_key` of a record, which may be a change of Debezium."""
    source = changes.get(record.topic)
    return document_key(record if source is None else with_id_of_change(record, source))


def changes_step(
    changes: Mapping[str, Source], state: DocumentState | None, message: StepMessage
) -> tuple[DocumentState | None, Sequence[Action]]:
    """`documents_step` of a message, which may be a change of Debezium."""
    if isinstance(message, Record) and (source := changes.get(message.topic)) is not None:
        message = with_id_of_change(message, source)
    return documents_step(state, message)


DOCUMENTS = documents_stage()
ADDRESSES: Stage[AddressState] = Stage(
    name="addresses",
    inputs={"addresses": TypeAdapter(AddressRecord).validate_json},
    codec=StructCodec(AddressState),
    step=addresses_step,
    reports=True,
)
STAGES: tuple[Stage[Any], ...] = (DOCUMENTS, ADDRESSES)
