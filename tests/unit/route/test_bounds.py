"""What `route` keeps is bounded, and a bound takes nothing back that was told."""

import msgspec
import pytest

from schemas.control import Claim, Sighting
from schemas.facts import Attendance, AttendanceFact, ClaimFact
from tests.world import World, event
from workers.people import bounds as people
from workers.route.addresses import current_facts, on_claim, on_sighting, owner
from workers.route.bounds import CLAIMS, GONE, SIGHTINGS, SIGHTINGS_BYTES
from workers.route.stage import ADDRESSES, DOCUMENTS
from workers.route.state import AddressState
from workers.runtime.stage import Output

ANN = "ann@x.jp"


def seen(number: int, version: int = 1, date: str | None = "", **more: str) -> Sighting:
    """A sighting of one event; the later its number, the later it took place."""
    day = (
        f"{2000 + number // 300:04}-{1 + number % 300 // 25:02}-{1 + number % 25:02}" if date == "" else date
    )
    value = Attendance.model_validate({"event_id": str(number), "date": day, **more})
    return Sighting(fact=AttendanceFact(id=f"events/{number}/{ANN}", version=(1, version), at=1, value=value))


def gone(sighting: Sighting, version: int) -> Sighting:
    """The sighting is taken back."""
    fact = sighting.fact.model_copy(update={"version": (1, version), "value": None})
    return Sighting(fact=fact)


def told(outputs: object) -> list[tuple[str, str, bool]]:
    """Who was told which fact, and whether it says something."""
    found: list[Output] = list(outputs)  # type: ignore[call-overload]
    return [(one.key, one.value.id, one.value.value is not None) for one in found]  # type: ignore[union-attr]


def test_the_latest_events_of_an_address_are_kept() -> None:
    """Those without a date go first; whatever the order in which they come."""
    state = AddressState(address=ANN)
    numbers = [*range(0, SIGHTINGS + 30, 2), *range(SIGHTINGS + 29, 0, -2)]
    for number in numbers:
        on_sighting(state, seen(number, date=None if number == SIGHTINGS + 20 else ""))
    stored = {int(id_.split("/")[1]) for id_ in state.sightings}

    assert len(stored) == SIGHTINGS
    assert stored == {*range(29, SIGHTINGS + 30)} - {SIGHTINGS + 20}


def test_large_attendances_are_bounded_by_their_size() -> None:
    """A state stays far below what a record may hold."""
    state = AddressState(address=ANN)
    for number in range(100):
        on_sighting(state, seen(number, name="n" * 20_000))

    assert sum(len(one.value or b"") for one in state.sightings.values()) <= SIGHTINGS_BYTES
    assert f"events/99/{ANN}" in state.sightings
    assert len(ADDRESSES.codec.encode(state)) < 600_000


def test_what_is_beyond_the_bound_is_still_taken_back() -> None:
    """Its retraction reaches the owner, though nothing is known of it any more."""
    state = AddressState(address=ANN)
    on_claim(state, Claim(person="a", version=(1, 1)))
    for number in range(SIGHTINGS + 1):
        assert len(on_sighting(state, seen(number, version=2))) == 1
    assert f"events/0/{ANN}" not in state.sightings

    assert told(on_sighting(state, gone(seen(0), version=3))) == [("a", f"events/0/{ANN}", False)]
    assert told(on_sighting(state, gone(seen(0), version=3))) == []


def test_people_keep_less_than_can_be_corrected() -> None:
    """What a person still holds is within reach of a new owner and of corrections."""
    assert people.BOUNDS["attendance"].limit <= SIGHTINGS


def test_the_oldest_claims_are_kept() -> None:
    """The others were told that the address is not theirs, and are told when they give it up."""
    state = AddressState(address=ANN)
    for number in range(CLAIMS + 5):
        outputs = on_claim(state, Claim(person=f"p{number:03}", created_at=number, version=(1, number + 1)))
        person = f"p{number:03}"
        assert told(outputs) == ([(person, f"claims/{person}/{ANN}", True)] if number else [])
    assert len(state.claims) == CLAIMS
    assert owner(state) == "p000"

    last = f"p{CLAIMS + 4:03}"
    leaves = on_claim(state, Claim(person=last, version=(1, 500), retracted=True))
    assert told(leaves) == [(last, f"claims/{last}/{ANN}", False)]


def test_claims_given_up_are_forgotten_at_last() -> None:
    """The newest of them are remembered, against older records that come again."""
    state = AddressState(address=ANN)
    for number in range(GONE + 20):
        on_claim(state, Claim(person=f"p{number}", version=(1, 2 * number)))
        on_claim(state, Claim(person=f"p{number}", version=(1, 2 * number + 1), retracted=True))

    assert len(state.claims) == GONE
    assert "p0" not in state.claims


def test_what_holds_is_said_again_as_it_was_said() -> None:
    """Attendances to the owner, and to the others that the address is not theirs."""
    state = AddressState(address=ANN)
    outputs = [
        *on_sighting(state, seen(1)),
        *on_claim(state, Claim(person="young", created_at=2, version=(1, 2), at=7)),
        *on_claim(state, Claim(person="old", created_at=1, version=(1, 3), at=8)),
    ]
    last = {(one.key, one.value.id): one for one in outputs}  # type: ignore[union-attr]
    holds = {place: one for place, one in last.items() if one.value.value is not None}  # type: ignore[union-attr]

    again = {(one.key, one.value.id): one for one in current_facts(state)}  # type: ignore[union-attr]
    assert {place: one.value.value for place, one in again.items()} == {  # type: ignore[union-attr]
        place: one.value.value  # type: ignore[union-attr]
        for place, one in holds.items()
    }
    assert {one.version for one in again.values()} == {state.last_version}
    claim = again["young", f"claims/young/{ANN}"].value
    assert isinstance(claim, ClaimFact)
    assert claim.at == 7


@pytest.mark.parametrize("topic", ["users", "events", "orders"])
def test_a_deleted_document_leaves_its_version_only(topic: str) -> None:
    """As few bytes for a large document as for a small one."""
    world = World()
    world.put("events", event("e", "2024-01-01", *(f"p{number}@x.jp" for number in range(100))))
    world.delete("events", "e")
    world.fleet.run()
    (state,) = world.fleet.replays[0].states().values()

    assert (state.version, state.content, state.said) == ((1, 2), None, [])
    assert len(DOCUMENTS.codec.encode(state)) < 20


def test_states_of_before_are_read() -> None:
    """What was written before there were dates and notes."""
    old = [[1, 5], {"a": [[1, 2], None, True]}, {f"events/1/{ANN}": [[1, 1], 9, b'{"event_id":"1"}']}]
    head = ADDRESSES.codec.encode(AddressState())[:1]
    state = ADDRESSES.codec.decode(head + msgspec.msgpack.encode(old))

    assert owner(state) == "a"
    assert told(current_facts(state)) == [("a", f"events/1/{ANN}", True)]
