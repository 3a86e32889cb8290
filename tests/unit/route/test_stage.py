"""Routing: who gets which fact when documents are created, change owner or address, or are deleted."""

from typing import Any

import pytest

from schemas.control import Claim, Sighting
from schemas.documents import Event, JobView, Message, Order, User
from schemas.facts import FACT, Attendance, AttendanceFact
from tests.world import EMAIL, SAMPLE_EVENTS, SARAH, World, event
from workers.route.addresses import on_claim, on_sighting, ownership
from workers.route.bounds import MAX_RETRACTIONS
from workers.route.stage import DOCUMENTS
from workers.route.state import AddressState
from workers.route.versions import NO_VALUE, OLDER
from workers.runtime.stage import Output, Record

ANN, BOB = "ann@x.jp", "bob@x.jp"


def user(id_: str, email: str | None, created_at: str | None = None) -> User:
    return User.model_validate({"id": id_, "email": email, "created_at": created_at})


def order(user_id: str | None) -> Order:
    return Order(id="o1", user_id=user_id)


def inbox(world: World, person: str) -> list[tuple[str, bool]]:
    """The facts for a person, in order: id, and whether it has a value (else it is a retraction)."""
    world.fleet.run()
    records = [record for record in world.fleet.records("inbox") if record.key == person.encode()]
    facts = [FACT.validate_json(record.value or b"") for record in records]
    return [(fact.id, fact.value is not None) for fact in facts]


def events_of(world: World, person: str) -> int:
    world.settle()
    profile = world.profile(person)
    assert profile is not None
    return profile.number_of_events_attended


def test_an_order_with_another_user_id_moves_to_that_person() -> None:
    """It is retracted from the old person's inbox and emitted to the new one's."""
    world = World()
    for owner_id in ("a", "b", "a"):
        world.put("orders", order(owner_id))
    assert inbox(world, "a") == [("orders/o1", True), ("orders/o1", False), ("orders/o1", True)]
    assert inbox(world, "b") == [("orders/o1", True), ("orders/o1", False)]


def test_a_retraction_and_the_moved_fact_have_different_event_ids() -> None:
    """The one for the old person, the other for the new one."""
    world = World()
    for owner_id in ("a", "b"):
        world.put("orders", order(owner_id))
    world.put("events", event("e1", "2024-01-15", ANN))
    world.put("users", user("late", ANN, "2024-02-02"))
    world.fleet.run()
    world.put("users", user("early", ANN, "2024-01-01"))
    world.fleet.run()
    records = [record for topic in ("inbox", "addresses") for record in world.fleet.records(topic)]
    ids = [value for record in records for name, value in record.headers if name == "ce_id"]

    assert len(ids) > 7
    assert sorted(set(ids)) == sorted(ids)


def test_of_equal_versions_the_later_record_wins() -> None:
    """Changes of one transaction share a version; their order in the log decides which is the newer."""
    world = World()
    for person in ("a", "b"):
        world.fleet.put("orders", "o1", order(person), (1, 5), at=1)
    assert inbox(world, "a") == [("orders/o1", True), ("orders/o1", False)]
    assert inbox(world, "b") == [("orders/o1", True)]


@pytest.mark.parametrize(
    ("topic", "document"),
    [
        ("orders", Order(id="1")),
        ("messages", Message(id="1", user_id="")),
        ("job-views", JobView(id="1", job_id="j")),
        ("events", Event.model_validate({"id": "1", "participants": [" ", ""]})),
    ],
)
def test_a_document_without_a_person_emits_nothing(topic: str, document: Any) -> None:
    """Without a user id, or without an address on the list."""
    world = World()
    world.put(topic, document)
    world.fleet.run()
    assert (world.fleet.records("inbox"), world.fleet.records("addresses"), world.dead_letters()) == (
        [],
        [],
        [],
    )


def test_an_unchanged_document_emits_nothing() -> None:
    """A snapshot with the same content, under any version and time, emits no facts."""
    world = World()
    world.put("orders", order("a"))
    world.now += 1000
    world.put("orders", order("a"))
    assert inbox(world, "a") == [("orders/o1", True)]


def test_an_older_version_is_ignored() -> None:
    """A source that sends an old version again changes nothing, not even after a deletion."""
    world = World()
    world.fleet.put("orders", "o1", order("a"), version=(2, 5))
    world.fleet.put("orders", "o1", order("b"), version=(2, 4))
    world.fleet.put("orders", "o1", None, version=(2, 6))
    world.fleet.put("orders", "o1", order("b"), version=(1, 9))
    assert inbox(world, "a") == [("orders/o1", True), ("orders/o1", False)]
    assert inbox(world, "b") == []


def test_a_deletion_retracts_all_facts_of_a_document() -> None:
    """With a user the profile and the attendances go; with an event its attendances."""
    world = World()
    world.put("users", SARAH)
    world.put("users", user("m", "mike.jones@email.com"))
    for each in SAMPLE_EVENTS:
        world.put("events", each)
    assert (events_of(world, "user_001"), events_of(world, "m")) == (3, 2)

    world.delete("events", "event_001")
    assert (events_of(world, "user_001"), events_of(world, "m")) == (2, 1)
    world.delete("users", "user_001")
    world.settle()
    assert world.profile("user_001") is None
    assert inbox(world, "user_001")[-2:] == [
        (f"events/event_002/{EMAIL}", False),
        (f"events/event_003/{EMAIL}", False),
    ]


def test_the_id_of_a_document_is_the_key_of_its_record() -> None:
    """Also when its value has no id, or none that can be read."""
    decode = DOCUMENTS.inputs["orders"]
    for value in (b'{"user_id": "a"}', b'{"id": {"x": 1}, "user_id": "a"}', b'{"id": null, "user_id": "a"}'):
        record = Record("orders", 0, 0, "o1", decode(value), (0, 0), 5)
        _, outputs = DOCUMENTS.step(None, record)
        assert [(out.key, out.value.id, out.value.value.id) for out in outputs] == [  # type: ignore[union-attr]
            ("a", "orders/o1", "o1")
        ]


def test_participants_are_distinct_by_normalised_address() -> None:
    """The same address twice on a list, in another spelling, is one attendance and no companion."""
    world = World()
    world.put("users", user("a", " ANN@x.jp"))
    world.put("events", event("e", "2024-01-01", ANN, "Ann@X.jp ", BOB))
    assert events_of(world, "a") == 1
    state = world.fleet.replays[1].states()[ANN]
    assert [companion.email for companion in _companions(state)] == [BOB]


def _companions(state: AddressState) -> list[Any]:
    (seen,) = state.sightings.values()
    return list(Attendance.loads(seen.value or b"").companions)


def test_a_user_who_registers_later_gets_earlier_attendances() -> None:
    """Sightings are stored at the address until somebody claims it; the order makes no difference."""
    early, late = World(), World()
    early.put("users", SARAH)
    for each in SAMPLE_EVENTS:
        early.put("events", each)
        late.put("events", each)
    late.settle()
    assert late.profile() is None
    late.put("users", SARAH)
    assert (events_of(early, "user_001"), events_of(late, "user_001")) == (3, 3)
    assert early.profile() == late.profile()


def test_attendances_follow_the_address() -> None:
    """A user with another address loses the attendances of the old and gets those of the new, and back."""
    world = World()
    world.put("events", event("e1", "2024-01-01", ANN))
    world.put("events", event("e2", "2024-01-01", BOB))
    world.put("events", event("e3", "2024-01-02", BOB))
    counts = []
    for address in (ANN, BOB, ANN, None):
        world.put("users", user("a", address))
        counts.append(events_of(world, "a"))
    assert counts == [1, 2, 1, 0]


def test_the_oldest_user_owns_an_address() -> None:
    """By the time of creation (missing last), then by id; the next one inherits from a deleted owner."""
    world = World()
    world.put("events", event("e", "2024-01-01", ANN))
    world.put("users", user("z", ANN))
    assert events_of(world, "z") == 1
    world.put("users", user("y", ANN, "2023-01-01"))
    assert (events_of(world, "y"), events_of(world, "z")) == (1, 0)
    world.put("users", user("x", ANN, "2023-01-01"))
    assert (events_of(world, "x"), events_of(world, "y")) == (1, 0)
    world.delete("users", "x")
    world.delete("users", "y")
    assert events_of(world, "z") == 1


def test_an_older_sighting_or_claim_is_ignored() -> None:
    """Each is compared with its own version."""
    state = AddressState()
    fact = AttendanceFact(id="events/e/a", version=(1, 5), at=1, value=Attendance(event_id="e"))
    retraction = fact.model_copy(update={"version": (1, 6), "value": None})
    assert on_sighting(state, Sighting(fact=fact)) == ()
    assert len(on_claim(state, Claim(person="a", version=(1, 2)))) == 1
    assert len(on_sighting(state, Sighting(fact=retraction))) == 1
    assert on_sighting(state, Sighting(fact=fact)) == (OLDER,)
    assert on_claim(state, Claim(person="a", version=(1, 1), retracted=True)) == (OLDER,)
    assert ownership(state).owner == "a"


def test_a_fact_emitted_after_its_retraction_is_newer() -> None:
    """A person who claims an address a second time gets facts above the version of their retraction."""
    state = AddressState()
    fact = AttendanceFact(id="events/e/a", version=(1, 50), at=1, value=Attendance(event_id="e"))
    on_sighting(state, Sighting(fact=fact))
    versions = []
    for n in range(4):
        claim = Claim(person="a", version=(1, n + 1), retracted=bool(n % 2))
        versions += [out.version for out in on_claim(state, claim) if isinstance(out, Output)]
    assert versions == sorted(set(versions), key=lambda version: version or (0, 0))
    assert len(versions) == 4


def test_the_number_of_stored_retractions_is_bounded() -> None:
    """The state of an address on many deleted events does not grow for ever."""
    state = AddressState()
    for n in range(MAX_RETRACTIONS + 20):
        fact = AttendanceFact(id=f"events/{n}/a", version=(1, n), at=1, value=None)
        on_sighting(state, Sighting(fact=fact))
        on_claim(state, Claim(person=f"p{n}", version=(1, n), retracted=True))
    assert (len(state.sightings), len(state.claims)) == (MAX_RETRACTIONS, MAX_RETRACTIONS)


def test_jobs_and_deleted_engagements_emit_nothing() -> None:
    """They have no state either."""
    for topic, counted in (("jobs", ()), ("engagements", (NO_VALUE,))):
        assert DOCUMENTS.step(None, Record(topic, 0, 0, "k", None, (0, 0), 5)) == (None, counted)
