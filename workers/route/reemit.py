"""Everything that concerns people, said again from what `route` remembers. Pure.

A fact said again has the id it had, and a version that is neither below the one it had nor above any that
comes later: who knows it learns nothing, and what changes meanwhile wins, whichever comes first.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.facts import FactBase
from schemas.model import Version
from workers.route.addresses import current_facts, owner
from workers.route.extractors import EXTRACTORS, Stamp
from workers.route.stage import DOCUMENTS, difference
from workers.route.state import AddressState, DocumentState
from workers.runtime.stage import Output

INBOX = "inbox"


class PersonFact(NamedTuple):
    """A fact for the inbox of a person."""

    person: str
    fact: FactBase


def of_document(key: str, state: DocumentState, at: int) -> list[PersonFact]:
    """The facts of a document; `key` is the state's (collection/id), `at` when the document changed (ms).

    Only what was said is said again: nothing else would be taken back when the document goes.
    """
    if state.content is None:
        return []
    topic = key.partition("/")[0]
    said = {(one.topic, one.key, one.id) for one in state.said if one.topic == INBOX}
    says = EXTRACTORS[topic](DOCUMENTS.inputs[topic](state.content))
    again = {one.said(): one for one in says if (one.topic, one.key, one.id) in said}
    return told(difference([], again, Stamp(state.version, at)))


def of_address(state: AddressState) -> list[PersonFact]:
    """What people were told of an address: its owner the attendances, others that it is not theirs."""
    return told(current_facts(state))


def is_forgotten(one: PersonFact, state: AddressState) -> bool:
    """Whether an address has let go of what it said, because it is bounded: it may still hold."""
    seen = not one.fact.id.startswith("events/") or one.fact.id in state.sightings
    return not seen and one.person == owner(state)


def corrections(
    before: Sequence[PersonFact], now: Sequence[PersonFact], version: Version
) -> list[PersonFact]:
    """What must follow the facts `before` when `now` is what is true, since a version.

    What is gone is taken back once more, and of two equal versions the later one counts. All else has a
    newer version than what was said before it.
    """
    true = {(one.person, one.fact.id): one for one in now}
    found: list[PersonFact] = []
    for one in before:
        new = true.get((one.person, one.fact.id))
        if new is None:
            gone = one.fact.model_copy(update={"version": version, "value": None})
            found.append(PersonFact(one.person, gone))
        elif new.fact.version == one.fact.version and new.fact != one.fact:
            found.append(new)
    return found


def told(outputs: Iterable[Output]) -> list[PersonFact]:
    """The facts that outputs of `route` carry."""
    return [PersonFact(one.key, one.value) for one in outputs if isinstance(one.value, FactBase)]
