"""What `route` says again: what it has said and would take back, as it stands now."""

from typing import Any

import pytest

from schemas.documents import Event, Message, Order, User
from tests.fleet import Fleet
from tests.world import World
from workers.people.bounds import GONE_KEPT
from workers.route.reemit import PersonFact, corrections, is_forgotten, of_address, of_document
from workers.route.stage import STAGES

ANN, BOB, DAY = "ann@x.jp", "bob@x.jp", "2024-01-15"


class Routed:
    """`route` in memory: documents in, and what it says again."""

    def __init__(self) -> None:
        self.fleet = Fleet(STAGES, partitions=1)
        self.versions = 0

    def put(self, document: Any, topic: str, id_: str, epoch: int = 1) -> None:
        self.versions += 1
        self.fleet.put(topic, id_, document, version=(epoch, self.versions), at=1000 * self.versions)
        self.fleet.run()

    def again(self) -> list[PersonFact]:
        documents, addresses = (replay.states() for replay in self.fleet.replays)
        owned = [one for key, state in documents.items() for one in of_document(key, state, 77)]
        return owned + [one for state in addresses.values() for one in of_address(state)]


def user(id_: str, email: str | None = None, **more: Any) -> User:
    return User.model_validate({"id": id_, "email": email, **more})


def ids(found: list[PersonFact]) -> list[tuple[str, str]]:
    return sorted((one.person, one.fact.id) for one in found)


def test_everything_that_holds_is_said_again_with_its_id_version_and_time() -> None:
    routed = Routed()
    routed.put(user("a", ANN), "users", "a")
    routed.put(Order(id="o", user_id="a", amount=5), "orders", "o")
    routed.put(Message(id="m", user_id="a", status="sent"), "messages", "m")
    routed.put(Event.model_validate({"id": "e", "participants": [ANN, BOB]}), "events", "e")
    said = {raw.value for raw in routed.fleet.records("inbox")}
    again = routed.again()
    same_time = {one.fact.model_copy(update={"at": 1000 * one.fact.version[1]}).dumps() for one in again}
    assert same_time == said
    assert {one.fact.at for one in again if not one.fact.id.startswith("events/")} == {77}


def test_what_is_gone_is_not_said() -> None:
    routed = Routed()
    routed.put(user("a", ANN), "users", "a")
    routed.put(Order(id="o", user_id="a"), "orders", "o")
    routed.put(Event.model_validate({"id": "e", "participants": [ANN]}), "events", "e")
    for topic, id_ in (("orders", "o"), ("events", "e")):
        routed.put(None, topic, id_)
    assert ids(routed.again()) == [("a", "users/a")]
    routed.put(None, "users", "a")
    assert routed.again() == []


def test_a_version_is_not_below_what_was_said_nor_above_what_comes() -> None:
    """Also where the address's own clock runs ahead of the documents."""
    routed = Routed()
    routed.put(Event.model_validate({"id": "e", "participants": [ANN]}), "events", "e")
    routed.put(user("b", ANN, created_at="2024-01-02"), "users", "b")
    routed.put(user("a", ANN, created_at="2024-01-01"), "users", "a")
    before = {one.fact.id: one.fact.version for one in routed.again()}
    said = [raw for raw in routed.fleet.records("inbox") if b"events/e/" in (raw.value or b"")]
    assert before[f"events/e/{ANN}"] >= max(version(raw) for raw in said)
    routed.put(user("a", BOB, created_at="2024-01-01"), "users", "a")
    later = [raw for raw in routed.fleet.records("inbox") if b"events/e/" in (raw.value or b"")][len(said) :]
    assert len(later) == 2
    assert before[f"events/e/{ANN}"] < min(version(raw) for raw in later)


def version(raw: Any) -> tuple[int, int]:
    epoch, time = dict(raw.headers)["kairos_version"].split(b".")
    return int(epoch), int(time)


def test_only_what_was_said_is_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What newer code would say of old content stays unsaid: nothing would ever take it back."""
    routed = Routed()
    routed.put(Order(id="o"), "orders", "o")
    (state,) = routed.fleet.replays[0].states().values()
    state.content = Order(id="o", user_id="a").dumps()
    assert of_document("orders/o", state, 0) == []


def test_what_changed_meanwhile_is_put_right() -> None:
    routed = Routed()
    for id_ in ("gone", "moved", "same", "newer"):
        routed.put(Order(id=id_, user_id="a"), "orders", id_)
    before = routed.again()
    routed.put(None, "orders", "gone")
    routed.put(Order(id="moved", user_id="b"), "orders", "moved")
    routed.put(Order(id="newer", user_id="a", amount=1), "orders", "newer")
    right = corrections(before, routed.again(), (9, 9))
    assert ids(right) == [("a", "orders/gone"), ("a", "orders/moved")]
    assert all(b'"value":null' in one.fact.dumps() and one.fact.version == (9, 9) for one in right)


def test_who_claims_an_address_of_another_is_told_so_again() -> None:
    routed = Routed()
    routed.put(user("a", ANN, created_at="2024-01-01"), "users", "a")
    routed.put(user("b", ANN, created_at="2024-01-02"), "users", "b")
    assert ids(routed.again()) == [("a", "users/a"), ("b", f"claims/b/{ANN}"), ("b", "users/b")]


def test_what_an_address_has_let_go_is_not_taken_back() -> None:
    """Its sightings are bounded; who was told of one still has it."""
    routed = Routed()
    routed.put(user("a", ANN), "users", "a")
    routed.put(Event.model_validate({"id": "e", "participants": [ANN]}), "events", "e")
    (state,) = routed.fleet.replays[1].states().values()
    (one,) = of_address(state)
    assert not is_forgotten(one, state)
    del state.sightings[one.fact.id]
    assert is_forgotten(one, state)
    state.claims.clear()
    assert not is_forgotten(one, state)


def test_more_retractions_than_are_remembered_are_taken_back_once_more() -> None:
    """Somebody gives an address up while their attendances are said again: more than `people` remembers."""
    world, count = World(), GONE_KEPT + 16
    world.put("users", user("a", ANN))
    for number in range(count):
        world.put("events", Event.model_validate({"id": f"e{number}", "date": DAY, "participants": [ANN]}))
    world.settle()
    before = of_address(world.fleet.replays[1].states()[ANN])
    assert attended(world) == len(before) == count

    world.put("users", user("a", BOB))
    world.settle()
    for one in before:
        world.fleet.put("inbox", one.person, one.fact, one.fact.version)
    world.settle()
    assert attended(world) == 16
    state = world.fleet.replays[1].states()[ANN]
    for one in corrections(before, of_address(state), state.last_version):
        world.fleet.put("inbox", one.person, one.fact, one.fact.version)
    world.settle()
    assert attended(world) == 0


def attended(world: World) -> int:
    """How many events the person has been to."""
    profile = world.profile("a")
    assert profile is not None
    return profile.number_of_events_attended


def test_of_two_equal_versions_the_later_content_is_said() -> None:
    """Changes of one transaction share a version: which came last cannot be told from it."""
    routed = Routed()
    routed.put(Order(id="o", user_id="a", amount=1), "orders", "o")
    before = routed.again()
    routed.fleet.put("orders", "o", Order(id="o", user_id="a", amount=2), version=(1, 1))
    routed.fleet.run()
    now = routed.again()
    assert now[0].fact.version == before[0].fact.version
    assert corrections(before, now, (1, 1)) == now
