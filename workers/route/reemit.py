"""Re-emits the facts about people from the states of `route`. Pure.

A re-emitted fact has the id that it had, and a version that is neither below the one it had nor above any
later one. Re-emitted facts are therefore idempotent: they change nothing for whoever has them, and a fact
that changes in the meantime wins, whichever arrives first.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from schemas.fact_base import FactBase
from schemas.model import Version
from workers.route.address_permissions import current_permissions
from workers.route.addresses import current_facts, ownership
from workers.route.decoding import ReadDocument
from workers.route.difference import difference, emissions_of
from workers.route.extractors import Stamp
from workers.route.stage import DOCUMENTS
from workers.route.state import AddressState, DocumentState
from workers.route.subjects import is_address_hash
from workers.runtime.stage import Output

INBOX = "inbox"


class PersonFact(NamedTuple):
    """A fact for the inbox of a person."""

    person: str
    fact: FactBase


def facts_of_document(key: str, state: DocumentState, at: int) -> list[PersonFact]:
    """The facts of a document; `key` is the state's (collection/id).

    `at` is the time of its last record (ms), which counts for a state that does not hold when it changed.

    A fact that newer code finds in the stored content is left out if it was not emitted: it would not be
    retracted when the document is deleted.
    """
    if state.content is None:
        return []
    topic = key.partition("/")[0]
    emitted = {ref.target() for ref in state.emitted if ref.topic == INBOX}
    read = DOCUMENTS.inputs[topic](state.content)
    document: Any = read.document if isinstance(read, ReadDocument) else read
    emissions = emissions_of(topic, document)
    reemitted = {ref: emission for ref, emission in emissions.items() if ref.target() in emitted}
    changed_at = at if state.changed_at is None else state.changed_at
    return _person_facts(difference([], reemitted, Stamp(state.version, changed_at, state.resume_at)))


def facts_of_address(state: AddressState) -> list[PersonFact]:
    """The facts of an address: the attendances of its owner, and for contenders that it is another's.

    Of its hash: what is known of whoever has it.
    """
    if is_address_hash(state.address):
        return _person_facts(current_permissions(state))
    return _person_facts(current_facts(state))


def is_evicted(emitted: PersonFact, state: AddressState) -> bool:
    """Whether the bounded state has evicted an attendance that the owner got; it may still be in force.

    Or the claim of a person who was told what is known of the address.
    """
    if is_address_hash(state.address):
        return emitted.person not in state.claims
    is_stored = not emitted.fact.id.startswith("events/") or emitted.fact.id in state.sightings
    return not is_stored and emitted.person == ownership(state).owner


def corrections(
    emitted: Sequence[PersonFact], current: Sequence[PersonFact], version: Version
) -> list[PersonFact]:
    """The facts to emit behind `emitted` ones when the `current` facts have been in force since a version.

    A fact that is no longer in force is retracted once more; of two equal versions the current value is
    emitted once more. All other facts have a newer version by themselves.
    """
    in_force = {(now.person, now.fact.id): now for now in current}
    corrected: list[PersonFact] = []
    for person, fact in emitted:
        now = in_force.get((person, fact.id))
        if now is None:
            retraction = fact.model_copy(update={"version": version, "value": None})
            corrected.append(PersonFact(person, retraction))
        elif now.fact.version == fact.version and now.fact != fact:
            corrected.append(now)
    return corrected


def _person_facts(outputs: Iterable[Output]) -> list[PersonFact]:
    return [PersonFact(output.key, output.value) for output in outputs if isinstance(output.value, FactBase)]
