"""Facts re-emitted at any moment, interleaved with changes in any way, change no profile in the end."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.fleet import Fleet
from tests.property.products import SITE, SPAN_MS, START, DocumentChange, histories
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.people.state import StoredPerson
from workers.route.reemit import PersonFact, facts_of_address, facts_of_document
from workers.route.stage import STAGES
from workers.runtime.engine.state_header import RESERVED_KEYS, pack, unpack

PEOPLE = stage(Policy())
END = START + SPAN_MS
# what stays of a person whose facts are lost; the user stays, because a profile exists only with a user
WITHOUT_FACTS = ("id", "as_of", "due", "user", "contact", "last_decision")


def at(number: int) -> int:
    """The time of a change: one an hour."""
    return START + number * 3_600_000


def reemitted(fleet: Fleet) -> list[PersonFact]:
    """All facts, re-emitted from the states of `route`."""
    documents, addresses = (replay.states() for replay in fleet.replays[:2])
    facts: list[PersonFact] = []
    for key, document in documents.items():
        facts += facts_of_document(key, document, 0)
    for address in addresses.values():
        facts += facts_of_address(address)
    return facts


def lose_facts(fleet: Fleet) -> None:
    """Remove all facts from the states of `people`, as if it had not understood them."""
    for engine in fleet.replays[2].engines.values():
        for key in engine.store.keys() - RESERVED_KEYS:
            head, body = unpack(engine.store[key])
            person = PEOPLE.codec.decode(body)
            person.stored = StoredPerson(**{name: getattr(person.stored, name) for name in WITHOUT_FACTS})
            engine.store[key] = pack(*head, PEOPLE.codec.encode(person))


def profiles_and_mails(
    history: Sequence[DocumentChange], then: Sequence[Any], losing_facts: bool | None
) -> tuple[Any, Any]:
    """Profiles and mails in the end. `then` follows the history: changes, and numbers of facts to re-emit.

    `losing_facts` None: no facts are re-emitted; else whether `people` loses its facts before.
    """
    fleet, number = Fleet((*STAGES, PEOPLE), partitions=2), 0
    pending: list[PersonFact] = []
    for position, step in enumerate((*history, *then)):
        if position == len(history):
            fleet.run()
            fleet.watermark(at(number))
            fleet.run()
            if losing_facts:
                lose_facts(fleet)
            pending = [] if losing_facts is None else reemitted(fleet)
        if isinstance(step, DocumentChange):
            number += 1
            fleet.put(step.topic, step.id, step.document, version=(1, number), at=at(number))
        else:
            append(fleet, pending[:step])
            del pending[:step]
            fleet.run()
    fleet.run()
    append(fleet, pending)
    fleet.run()
    fleet.watermark(END)
    fleet.run()
    assert fleet.records("dead-letters") == []
    profiles = {
        key: EnrichedProfile.loads(value).at(from_epoch_ms(END)).dumps()
        for key, value in fleet.latest("enriched-profiles").items()
    }
    decisions = [record.value for record in fleet.records("send-decisions") if record.value]
    return profiles, sorted(decision for decision in decisions if b'"slot":null' not in decision)


def append(fleet: Fleet, facts: Sequence[PersonFact]) -> None:
    """Append facts to the inbox."""
    for person, fact in facts:
        fleet.put("inbox", person, fact, fact.version, at=START)


continuations = st.lists(
    st.integers(1, 5) | histories.map(lambda history: history[0]), min_size=1, max_size=25
)


@given(histories, continuations)
def test_reemitted_facts_are_idempotent(history: list[DocumentChange], then: list[Any]) -> None:
    """Profiles are equal to the byte, and so is every mail, whatever changes in between."""
    reemitting = profiles_and_mails(history, then, losing_facts=False)
    assert reemitting == profiles_and_mails(history, then, losing_facts=None)


@given(histories, continuations)
def test_reemitted_facts_restore_lost_ones(history: list[DocumentChange], then: list[Any]) -> None:
    """A person whose facts were all lost has the same profile in the end; interactions are in no document."""
    history = [change for change in history if change.topic != SITE]
    profiles, _ = profiles_and_mails(history, then, losing_facts=True)
    assert profiles == profiles_and_mails(history, then, losing_facts=None)[0]
