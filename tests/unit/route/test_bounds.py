"""The states of `route` are bounded, and eviction retracts nothing that was emitted."""

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from schemas.control import Claim, Sighting
from schemas.documents import JobView, Message, User
from schemas.facts import Attendance, AttendanceFact, ClaimFact
from tests.world import World, event
from workers.people import bounds as people
from workers.route.addresses import current_facts, on_claim, on_sighting, ownership
from workers.route.bounds import MAX_CLAIMS, MAX_RETRACTIONS, MAX_SIGHTINGS, MAX_SIGHTINGS_BYTES
from workers.route.stage import ADDRESSES, DOCUMENTS
from workers.route.state import AddressState
from workers.runtime.stage import Action

ANN = "ann@x.jp"


def sighting(number: int, version: int = 1, date: str | None = "", **details: str) -> Sighting:
    """The address at one event; events with higher numbers took place later."""
    day = (
        f"{2000 + number // 300:04}-{1 + number % 300 // 25:02}-{1 + number % 25:02}" if date == "" else date
    )
    value = Attendance.model_validate({"event_id": str(number), "date": day, **details})
    return Sighting(fact=AttendanceFact(id=f"events/{number}/{ANN}", version=(1, version), at=1, value=value))


def retraction(number: int, version: int) -> Sighting:
    """The retraction of a sighting."""
    fact = sighting(number).fact.model_copy(update={"version": (1, version), "value": None})
    return Sighting(fact=fact)


def facts(outputs: Iterable[Action]) -> list[tuple[str, str, bool]]:
    """The person and id of every fact, and whether it has a value (else it is a retraction)."""
    return [(out.key, out.value.id, out.value.value is not None) for out in outputs]  # type: ignore[union-attr]


def test_sightings_of_the_earliest_events_are_evicted() -> None:
    """Those without a date first; in whatever order they arrive."""
    state = AddressState(address=ANN)
    numbers = [*range(0, MAX_SIGHTINGS + 30, 2), *range(MAX_SIGHTINGS + 29, 0, -2)]
    for number in numbers:
        on_sighting(state, sighting(number, date=None if number == MAX_SIGHTINGS + 20 else ""))
    stored = {int(id_.split("/")[1]) for id_ in state.sightings}

    assert len(stored) == MAX_SIGHTINGS
    assert stored == {*range(29, MAX_SIGHTINGS + 30)} - {MAX_SIGHTINGS + 20}


def test_large_attendances_are_bounded_by_their_size() -> None:
    """A state stays far below the largest record."""
    state = AddressState(address=ANN)
    for number in range(100):
        on_sighting(state, sighting(number, name="n" * 20_000))

    assert sum(len(seen.value or b"") for seen in state.sightings.values()) <= MAX_SIGHTINGS_BYTES
    assert f"events/99/{ANN}" in state.sightings
    assert len(ADDRESSES.codec.encode(state)) < 600_000


def test_an_evicted_sighting_is_still_retracted() -> None:
    """Its retraction reaches the owner, though the state does not hold it any more."""
    state = AddressState(address=ANN)
    on_claim(state, Claim(person="a", version=(1, 1)))
    for number in range(MAX_SIGHTINGS + 1):
        assert len(on_sighting(state, sighting(number, version=2))) == 1
    assert f"events/0/{ANN}" not in state.sightings

    assert facts(on_sighting(state, retraction(0, version=3))) == [("a", f"events/0/{ANN}", False)]
    assert facts(on_sighting(state, retraction(0, version=3))) == []


def test_people_stores_no_more_attendances_than_an_address() -> None:
    """So that all of them can be corrected, and moved to a new owner."""
    assert people.BOUNDS["attendance"].limit <= MAX_SIGHTINGS


def test_the_youngest_claims_are_evicted() -> None:
    """Their facts were emitted before, and are retracted with their claims."""
    state = AddressState(address=ANN)
    for number in range(MAX_CLAIMS + 5):
        outputs = on_claim(state, Claim(person=f"p{number:03}", created_at=number, version=(1, number + 1)))
        person = f"p{number:03}"
        assert facts(outputs) == ([(person, f"claims/{person}/{ANN}", True)] if number else [])
    assert len(state.claims) == MAX_CLAIMS
    assert ownership(state).owner == "p000"

    last = f"p{MAX_CLAIMS + 4:03}"
    outputs = on_claim(state, Claim(person=last, version=(1, 500), retracted=True))
    assert facts(outputs) == [(last, f"claims/{last}/{ANN}", False)]


def test_the_oldest_retracted_claims_are_evicted() -> None:
    """The newest are stored, so that older records are ignored."""
    state = AddressState(address=ANN)
    for number in range(MAX_RETRACTIONS + 20):
        on_claim(state, Claim(person=f"p{number}", version=(1, 2 * number)))
        on_claim(state, Claim(person=f"p{number}", version=(1, 2 * number + 1), retracted=True))

    assert len(state.claims) == MAX_RETRACTIONS
    assert "p0" not in state.claims


def test_current_facts_are_the_emitted_ones_that_are_in_force() -> None:
    """The attendances of the owner, and for the others that the address is not theirs."""
    state = AddressState(address=ANN)
    outputs = [
        *on_sighting(state, sighting(1)),
        *on_claim(state, Claim(person="young", created_at=2, version=(1, 2), at=7)),
        *on_claim(state, Claim(person="old", created_at=1, version=(1, 3), at=8)),
    ]
    last = {(out.key, out.value.id): out.value for out in outputs}  # type: ignore[union-attr]
    in_force = {key: fact.value for key, fact in last.items() if fact.value is not None}  # type: ignore[union-attr]

    current = {(out.key, out.value.id): out for out in current_facts(state)}  # type: ignore[union-attr]
    assert {key: out.value.value for key, out in current.items()} == in_force  # type: ignore[union-attr]
    assert {out.version for out in current.values()} == {state.last_version}
    claim = current["young", f"claims/young/{ANN}"].value
    assert isinstance(claim, ClaimFact)
    assert claim.at == 7


@pytest.mark.parametrize("topic", ["users", "events", "orders"])
def test_of_a_deleted_document_only_its_version_is_stored(topic: str) -> None:
    """For a large document as few bytes as for a small one."""
    world = World()
    world.put("events", event("e", "2024-01-01", *(f"p{number}@x.jp" for number in range(100))))
    world.delete("events", "e")
    world.fleet.run()
    (state,) = world.fleet.replays[0].states().values()

    assert (state.version, state.content, state.emitted) == ((1, 2), None, [])
    assert len(DOCUMENTS.codec.encode(state)) <= 20


def test_states_of_older_versions_are_decoded() -> None:
    """Those from before there were dates and addresses in them."""
    old = [[1, 5], {"a": [[1, 2], None, True]}, {f"events/1/{ANN}": [[1, 1], 9, b'{"event_id":"1"}']}]
    head = ADDRESSES.codec.encode(AddressState())[:1]
    state = ADDRESSES.codec.decode(head + msgspec.msgpack.encode(old))

    assert ownership(state).owner == "a"
    assert facts(current_facts(state)) == [("a", f"events/1/{ANN}", True)]


@pytest.mark.parametrize(
    ("topic", "small", "large"),
    [
        ("users", User(id="a", email=ANN, name="n" * 200_000), User(id="a", email=ANN, name="n" * 250_000)),
        ("users", User(id="a", interests=["i"]), User(id="a", interests=[f"{n:09}" for n in range(30_000)])),
        (
            "events",
            event("e", "2024-01-15", ANN, venue="v"),
            event("e", "2024-01-15", ANN, venue="v" * 50_000),
        ),
        ("job-views", JobView(id="j", user_id="a"), JobView(id="j", user_id="a", tags=["t" * 60_000])),
    ],
)
def test_a_fact_that_people_could_not_store_is_a_letter_and_not_noted_as_emitted(
    topic: str, small: Any, large: Any
) -> None:
    """What was emitted before stays, and is neither emitted twice nor retracted."""
    world = World()
    for document in (small, large, small):
        world.put(topic, document)
    world.settle()
    reasons = [dict(letter.headers)["kairos_reason"] for letter in world.fleet.records("dead-letters")]
    emitted = [dict(raw.headers)["ce_id"] for raw in world.fleet.records("inbox") if raw.key == b"a"]

    assert reasons == [b"too-large"]
    assert [id_.rpartition(b"@")[2] for id_ in emitted] == ([] if topic == "events" else [b"1.1/a"])


def test_the_content_of_a_message_may_be_long() -> None:
    """It is not stored with the person."""
    world = World()
    world.put("users", User(id="a", email=ANN))
    world.put("messages", Message(id="m", user_id="a", status="sent", content="c" * 500_000))
    world.settle()
    profile = world.profile("a")

    assert profile is not None
    assert (profile.total_messages_sent, world.dead_letters()) == (1, [])
