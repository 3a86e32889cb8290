"""Everything said again at any moment, in any interleaving with what happens, changes no profile at rest."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.fleet import Fleet
from tests.property.products import SPAN_MS, START, Happening, histories
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.people.state import StoredPerson
from workers.route.reemit import PersonFact, of_address, of_document
from workers.route.stage import STAGES
from workers.runtime.engine.state_header import RESERVED_KEYS, pack, unpack

PEOPLE = stage(Policy())
END = START + SPAN_MS
KEPT = ("id", "as_of", "due", "user", "contact", "last")  # of whom there is a profile, the user is known


def at(number: int) -> int:
    """Things happen an hour apart."""
    return START + number * 3_600_000


def said_again(fleet: Fleet) -> list[PersonFact]:
    """All facts, as `route` remembers them now."""
    documents, addresses = (replay.states() for replay in fleet.replays[:2])
    found = [one for key, state in documents.items() for one in of_document(key, state, at(state.version[1]))]
    return found + [one for state in addresses.values() for one in of_address(state)]


def forget(fleet: Fleet) -> None:
    """`people` loses what facts have told it of a user, as if it had never understood them."""
    for engine in fleet.replays[2].engines.values():
        for key in engine.store.keys() - RESERVED_KEYS:
            head, body = unpack(engine.store[key])
            person = PEOPLE.codec.decode(body)
            person.stored = StoredPerson(**{name: getattr(person.stored, name) for name in KEPT})
            engine.store[key] = pack(*head, PEOPLE.codec.encode(person))


def outcome(history: Sequence[Happening], rest: Sequence[Any], damage: bool | None) -> tuple[Any, Any]:
    """Profiles and mails at rest. `rest` follows the history: happenings and numbers of facts to be said.

    `damage` None: nothing is said again; else whether `people` forgets everything before.
    """
    fleet, number = Fleet((*STAGES, PEOPLE), partitions=2), 0
    again: list[PersonFact] = []
    for place, one in enumerate((*history, *rest)):
        if place == len(history):
            fleet.run()
            fleet.watermark(at(number))
            fleet.run()
            if damage:
                forget(fleet)
            again = [] if damage is None else said_again(fleet)
        if isinstance(one, Happening):
            number += 1
            fleet.put(one.topic, one.id, one.document, version=(1, number), at=at(number))
        else:
            tell(fleet, again[:one])
            del again[:one]
            fleet.run()
    fleet.run()
    tell(fleet, again)
    fleet.run()
    fleet.watermark(END)
    fleet.run()
    assert fleet.records("dead-letters") == []
    profiles = {
        key: EnrichedProfile.loads(said).at(from_epoch_ms(END)).dumps()
        for key, said in fleet.latest("enriched-profiles").items()
    }
    decided = [raw.value for raw in fleet.records("send-decisions") if raw.value]
    return profiles, sorted(mail for mail in decided if b'"slot":null' not in mail)


def tell(fleet: Fleet, facts: Sequence[PersonFact]) -> None:
    """Append facts to the inbox."""
    for person, fact in facts:
        fleet.put("inbox", person, fact, fact.version, at=START)


rests = st.lists(st.integers(1, 5) | histories.map(lambda history: history[0]), min_size=1, max_size=25)


@settings(max_examples=150, deadline=None)
@given(histories, rests)
def test_what_is_said_again_changes_nothing_for_who_knows_it(
    history: list[Happening], rest: list[Any]
) -> None:
    """Profiles to the byte, and every mail that was decided upon, whatever happens in between."""
    assert outcome(history, rest, damage=False) == outcome(history, rest, damage=None)


@settings(max_examples=150, deadline=None)
@given(histories, rests)
def test_what_was_lost_comes_back(history: list[Happening], rest: list[Any]) -> None:
    """Whose facts are all forgotten has the same profile in the end."""
    assert outcome(history, rest, damage=True)[0] == outcome(history, rest, damage=None)[0]
