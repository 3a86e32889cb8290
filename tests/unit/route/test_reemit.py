"""Re-emitted facts: those that `route` has emitted and would retract, with their current values."""

from typing import Any

from schemas.documents import Event, Message, Order, User
from schemas.permissions import Suppression, address_hash
from tests.fleet import Fleet
from tests.world import World
from workers.people.bounds import MAX_RETRACTIONS
from workers.route.reemit import PersonFact, corrections, facts_of_address, facts_of_document, is_evicted
from workers.route.stage import STAGES
from workers.runtime.kafka.records import ConsumerRecord

ANN, BOB, DAY = "ann@x.jp", "bob@x.jp", "2024-01-15"


class Routed:
    """`route` in memory: documents in, re-emitted facts out."""

    def __init__(self) -> None:
        self.fleet = Fleet(STAGES, partitions=1)
        self.versions = 0

    def put(self, document: Any, topic: str, id_: str, epoch: int = 1) -> None:
        self.versions += 1
        self.fleet.put(topic, id_, document, version=(epoch, self.versions), at=1000 * self.versions)
        self.fleet.run()

    def reemitted(self) -> list[PersonFact]:
        documents, addresses = (replay.states() for replay in self.fleet.replays)
        facts = [fact for key, state in documents.items() for fact in facts_of_document(key, state, 77)]
        return facts + [fact for state in addresses.values() for fact in facts_of_address(state)]


def user(id_: str, email: str | None = None, **fields: Any) -> User:
    return User.model_validate({"id": id_, "email": email, **fields})


def ids(facts: list[PersonFact]) -> list[tuple[str, str]]:
    return sorted((person, fact.id) for person, fact in facts)


def test_every_fact_in_force_is_reemitted_with_its_id_version_and_time() -> None:
    routed = Routed()
    routed.put(user("a", ANN), "users", "a")
    routed.put(Order(id="o", user_id="a", amount=5), "orders", "o")
    routed.put(Message(id="m", user_id="a", status="sent"), "messages", "m")
    routed.put(Event.model_validate({"id": "e", "participants": [ANN, BOB]}), "events", "e")
    emitted = {record.value for record in routed.fleet.records("inbox")}
    assert {fact.dumps() for _, fact in routed.reemitted()} == emitted


def test_a_fact_has_the_time_since_which_its_document_is_what_it_is() -> None:
    """A record with the same content emits nothing: the fact that is in force is the one before."""
    routed = Routed()
    for _ in range(2):
        routed.put(Message(id="m", user_id="a", status="sent"), "messages", "m")
    (fact,) = (fact for _, fact in routed.reemitted())
    assert (fact.at, fact.version) == (1000, (1, 2))
    routed.put(Message(id="m", user_id="b", status="sent"), "messages", "m")
    (fact,) = (fact for _, fact in routed.reemitted())
    assert fact.at == 3000


def test_a_state_of_an_older_version_has_the_time_of_its_last_record() -> None:
    routed = Routed()
    routed.put(Order(id="o", user_id="a"), "orders", "o")
    (state,) = routed.fleet.replays[0].states().values()
    state.changed_at = None
    assert [fact.at for _, fact in facts_of_document("orders/o", state, 77)] == [77]


def test_facts_of_deleted_documents_are_not_reemitted() -> None:
    routed = Routed()
    routed.put(user("a", ANN), "users", "a")
    routed.put(Order(id="o", user_id="a"), "orders", "o")
    routed.put(Event.model_validate({"id": "e", "participants": [ANN]}), "events", "e")
    for topic, id_ in (("orders", "o"), ("events", "e")):
        routed.put(None, topic, id_)
    assert ids(routed.reemitted()) == [("a", "users/a")]
    routed.put(None, "users", "a")
    assert routed.reemitted() == []


def test_a_reemitted_version_is_between_the_emitted_one_and_the_next() -> None:
    """Also when the version of the address is above those of the documents."""
    routed = Routed()
    routed.put(Event.model_validate({"id": "e", "participants": [ANN]}), "events", "e")
    routed.put(user("b", ANN, created_at="2024-01-02"), "users", "b")
    routed.put(user("a", ANN, created_at="2024-01-01"), "users", "a")
    reemitted = {fact.id: fact.version for _, fact in routed.reemitted()}
    emitted = attendances(routed)
    assert reemitted[f"events/e/{ANN}"] >= max(version(record) for record in emitted)
    routed.put(user("a", BOB, created_at="2024-01-01"), "users", "a")
    later = attendances(routed)[len(emitted) :]
    assert len(later) == 2
    assert reemitted[f"events/e/{ANN}"] < min(version(record) for record in later)


def attendances(routed: Routed) -> list[ConsumerRecord]:
    return [record for record in routed.fleet.records("inbox") if b"events/e/" in (record.value or b"")]


def version(record: ConsumerRecord) -> tuple[int, int]:
    epoch, time = dict(record.headers)["kairos_version"].split(b".")
    return int(epoch), int(time)


def test_a_fact_that_was_never_emitted_is_not_reemitted() -> None:
    """A fact that newer code finds in stored content: nothing would retract it."""
    routed = Routed()
    routed.put(Order(id="o"), "orders", "o")
    (state,) = routed.fleet.replays[0].states().values()
    state.content = Order(id="o", user_id="a").dumps()
    assert facts_of_document("orders/o", state, 0) == []


def test_facts_that_change_during_the_reemission_are_corrected() -> None:
    routed = Routed()
    for id_ in ("deleted", "moved", "same", "newer"):
        routed.put(Order(id=id_, user_id="a"), "orders", id_)
    before = routed.reemitted()
    routed.put(None, "orders", "deleted")
    routed.put(Order(id="moved", user_id="b"), "orders", "moved")
    routed.put(Order(id="newer", user_id="a", amount=1), "orders", "newer")
    corrected = corrections(before, routed.reemitted(), (9, 9))
    assert ids(corrected) == [("a", "orders/deleted"), ("a", "orders/moved")]
    assert all(b'"value":null' in fact.dumps() and fact.version == (9, 9) for _, fact in corrected)


def test_contested_claims_are_reemitted() -> None:
    routed = Routed()
    routed.put(user("a", ANN, created_at="2024-01-01"), "users", "a")
    routed.put(user("b", ANN, created_at="2024-01-02"), "users", "b")
    assert ids(routed.reemitted()) == [("a", "users/a"), ("b", f"claims/b/{ANN}"), ("b", "users/b")]


def test_an_evicted_attendance_is_recognised_only_for_the_owner() -> None:
    """The sightings of an address are bounded; the owner still has the fact of an evicted one."""
    routed = Routed()
    routed.put(user("a", ANN), "users", "a")
    routed.put(Event.model_validate({"id": "e", "participants": [ANN]}), "events", "e")
    state = routed.fleet.replays[1].states()[ANN]
    (attendance,) = facts_of_address(state)
    assert not is_evicted(attendance, state)
    del state.sightings[attendance.fact.id]
    assert is_evicted(attendance, state)
    state.claims.clear()
    assert not is_evicted(attendance, state)


def test_an_evicted_claim_to_the_hash_of_an_address_is_recognised() -> None:
    """What its person was told of the address is still in force."""
    routed, hashed = Routed(), f"address:{address_hash(ANN)}"
    routed.put(user("a", ANN), "users", "a")
    routed.put(Suppression.model_validate({"subject": hashed, "at": 0}), "suppressions", hashed)
    state = routed.fleet.replays[1].states()[hashed]
    (suppression,) = facts_of_address(state)
    assert not is_evicted(suppression, state)
    state.claims.clear()
    assert is_evicted(suppression, state)


def test_more_retractions_than_people_stores_are_corrected() -> None:
    """A person gives up an address while more attendances are re-emitted than `people` stores retractions."""
    world, count = World(), MAX_RETRACTIONS + 16
    world.put("users", user("a", ANN))
    for number in range(count):
        world.put("events", Event.model_validate({"id": f"e{number}", "date": DAY, "participants": [ANN]}))
    world.settle()
    before = facts_of_address(world.fleet.replays[1].states()[ANN])
    assert attended(world) == len(before) == count

    world.put("users", user("a", BOB))
    world.settle()
    for person, fact in before:
        world.fleet.put("inbox", person, fact, fact.version)
    world.settle()
    assert attended(world) == 16
    state = world.fleet.replays[1].states()[ANN]
    for person, fact in corrections(before, facts_of_address(state), state.last_version):
        world.fleet.put("inbox", person, fact, fact.version)
    world.settle()
    assert attended(world) == 0


def attended(world: World) -> int:
    """The number of events in the profile."""
    profile = world.profile("a")
    assert profile is not None
    return profile.number_of_events_attended


def test_of_two_equal_versions_the_current_value_is_emitted_once_more() -> None:
    """Changes of one transaction share a version, which does not order them."""
    routed = Routed()
    routed.put(Order(id="o", user_id="a", amount=1), "orders", "o")
    before = routed.reemitted()
    routed.fleet.put("orders", "o", Order(id="o", user_id="a", amount=2), version=(1, 1))
    routed.fleet.run()
    current = routed.reemitted()
    assert current[0].fact.version == before[0].fact.version
    assert corrections(before, current, (1, 1)) == current
