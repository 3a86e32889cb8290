"""Who somebody is: addresses shared, changed, given up; users who go and come back; documents as they are."""

import json
from itertools import permutations
from typing import Any

import pytest

from schemas.documents import Order, User
from schemas.model import Model
from schemas.profile import EnrichedProfile
from tests.world import World, event

ANN, BOB = "ann@x.jp", "bob@x.jp"
CONTESTED = "another user claims this address"


class ConsumerRecord(Model):
    """A document as a database holds it."""

    id: str
    content: Any

    def dumps(self) -> bytes:
        """The bytes on the topic."""
        return json.dumps(self.content).encode()


def user(id_: str, email: str | None, created_at: str | None = None) -> User:
    return User.model_validate({"id": id_, "email": email, "created_at": created_at})


OLD, YOUNG = user("old", ANN, "2023-01-01"), user("young", ANN, "2024-01-01")


def profile(world: World, person: str) -> EnrichedProfile:
    world.settle()
    found = world.profile(person)
    assert found is not None
    assert world.dead() == []
    return found


def reasons(world: World, person: str) -> list[str]:
    return [note.reason for note in profile(world, person).data_quality.contradictory]


def counts(world: World, *people: str) -> list[int]:
    return [profile(world, person).number_of_events_attended for person in people]


@pytest.mark.parametrize("order", list(permutations((OLD, YOUNG, user("youngest", ANN)))))
def test_the_older_claim_keeps_the_address_and_the_others_are_noted(order: tuple[User, ...]) -> None:
    """Whoever registers first; the attendances are the owner's alone."""
    world = World()
    world.put("events", event("e", "2024-01-01", ANN))
    for one in order:
        world.put("users", one)

    assert counts(world, "old", "young", "youngest") == [1, 0, 0]
    assert [reasons(world, who) for who in ("old", "young", "youngest")] == [[], [CONTESTED], [CONTESTED]]


@pytest.mark.parametrize("spelling", [" ANN@X.JP", "mailto:ann@x.jp", "Ann <Ann@x.jp>"])
def test_an_address_has_many_spellings(spelling: str) -> None:
    """They are one address, claimed twice."""
    world = World()
    world.put("users", OLD)
    world.say(
        "users", "young", ConsumerRecord(id="young", content={"email": spelling, "created_at": 1704067200})
    )

    assert (reasons(world, "old"), reasons(world, "young")) == ([], [CONTESTED])


def test_the_note_goes_when_the_older_one_leaves() -> None:
    """The younger inherits the address with what was seen of it."""
    for gone in (None, user("old", BOB, "2023-01-01"), user("old", None, "2023-01-01")):
        world = World()
        world.put("events", event("e", "2024-01-01", ANN))
        world.put("users", YOUNG)
        world.put("users", OLD)
        assert (counts(world, "young"), reasons(world, "young")) == ([0], [CONTESTED])
        world.say("users", "old", gone)
        assert (counts(world, "young"), reasons(world, "young")) == ([1], [])


def test_the_note_goes_when_the_younger_one_takes_another_address() -> None:
    """And comes with an address that is another's too, whatever was noted of the first."""
    world = World()
    world.put("users", OLD)
    world.put("users", user("bob", BOB, "2023-02-02"))
    found = []
    for address in (ANN, BOB, "own@x.jp", ANN, None):
        world.put("users", user("young", address, "2024-01-01"))
        found.append(reasons(world, "young"))

    assert found == [[CONTESTED], [CONTESTED], [], [CONTESTED], []]


def test_who_is_found_to_be_older_takes_the_address_over() -> None:
    """A corrected time of creation changes owner and notes."""
    world = World()
    world.put("events", event("e", "2024-01-01", ANN))
    world.put("users", OLD)
    world.put("users", YOUNG)
    world.put("users", user("young", ANN, "2022-01-01"))

    assert counts(world, "old", "young") == [0, 1]
    assert (reasons(world, "old"), reasons(world, "young")) == ([CONTESTED], [])


def test_a_deleted_user_who_comes_back_has_all_again() -> None:
    """Facts that come meanwhile wait, and do not bring the profile back."""
    world = World()
    world.put("users", OLD)
    world.put("events", event("e1", "2024-01-01", ANN))
    world.put("orders", Order(id="o1", user_id="old"))
    before = profile(world, "old")
    assert (before.number_of_events_attended, before.total_orders) == (1, 1)

    world.delete("users", "old")
    world.put("events", event("e2", "2024-01-02", ANN))
    world.put("orders", Order(id="o2", user_id="old"))
    world.delete("orders", "o1")
    world.settle()
    assert world.profile("old") is None

    world.put("users", OLD)
    after = profile(world, "old")
    assert (after.number_of_events_attended, after.total_orders) == (2, 1)


def test_facts_that_come_before_their_user_wait() -> None:
    """Also those that change and go while nobody is there."""
    world = World()
    for amount in (1.0, 2.0):
        world.put("orders", Order(id="o1", user_id="old", amount=amount))
    world.put("orders", Order(id="o2", user_id="old", amount=5.0))
    world.delete("orders", "o2")
    world.put("events", event("e1", "2024-01-01", ANN))
    world.put("events", event("e1", "2024-01-01", BOB))
    world.settle()
    assert world.profile("old") is None
    world.put("users", OLD)
    found = profile(world, "old")

    assert (found.total_orders, found.order_amount_total, found.number_of_events_attended) == (1, 2.0, 0)


def test_the_address_of_a_deleted_user_is_free_until_they_come_back() -> None:
    """Then it is theirs again, and the younger claim is noted again."""
    world = World()
    world.put("events", event("e1", "2024-01-01", ANN))
    world.put("users", OLD)
    world.delete("users", "old")
    world.put("users", YOUNG)
    assert (counts(world, "young"), reasons(world, "young")) == ([1], [])

    world.put("events", event("e2", "2024-01-02", ANN))
    world.put("users", OLD)
    assert counts(world, "old", "young") == [2, 0]
    assert (reasons(world, "old"), reasons(world, "young")) == ([], [CONTESTED])

    world.delete("users", "young")
    world.delete("users", "old")
    world.put("users", YOUNG)
    assert (counts(world, "young"), reasons(world, "young")) == ([2], [])


def test_an_order_changes_hands_also_while_somebody_is_away() -> None:
    """The one who comes back finds it gone."""
    world = World()
    world.put("users", OLD)
    world.put("users", user("bob", BOB))
    world.put("orders", Order(id="o1", user_id="old", amount=5.0))
    world.delete("users", "old")
    world.put("orders", Order(id="o1", user_id="bob", amount=5.0))
    world.put("users", OLD)

    assert [profile(world, who).total_orders for who in ("old", "bob")] == [0, 1]


def test_a_corrected_event_corrects_everybody_on_it() -> None:
    """Its date, its place, its list; who is taken off the list was never there."""
    world = World()
    world.put("users", OLD)
    world.put("users", user("bob", BOB))
    world.put("events", event("e", "2024-01-01", ANN, BOB, venue="The Vualt"))
    assert counts(world, "old", "bob") == [1, 1]

    listed = [{"address": "ANN@x.jp", "name": "Ann"}, "not an address"]
    content = {"date": {"$date": "2024-01-02T00:00:00Z"}, "venue": " The Vault ", "participants": listed}
    world.say("events", "e", ConsumerRecord(id="e", content=content))
    found = profile(world, "old")
    assert (str(found.last_event_date), found.venue_history) == ("2024-01-02", ["The Vault"])
    assert [(note.document, note.field) for note in found.data_quality.malformed] == [
        ("events/e", "participants")
    ]
    assert counts(world, "bob") == [0]

    world.delete("events", "e")
    assert counts(world, "old") == [0]
    assert profile(world, "old").data_quality.malformed == []


def test_an_address_that_cannot_be_read_is_nobodys() -> None:
    """The user stays, with a note; the address they had before is free."""
    world = World()
    world.put("events", event("e", "2024-01-01", ANN))
    world.put("users", OLD)
    world.say("users", "old", ConsumerRecord(id="old", content={"email": "ann at x.jp", "age": "old"}))
    world.put("users", YOUNG)
    found = profile(world, "old")

    assert (found.email, found.age, found.number_of_events_attended) == (None, None, 0)
    assert [note.field for note in found.data_quality.malformed] == ["age", "email"]
    assert counts(world, "young") == [1]


@pytest.mark.parametrize(
    "topic", ["users", "orders", "events", "messages", "jobs", "job-views", "job-preferences"]
)
def test_any_object_is_a_document_and_nothing_else_is(topic: str) -> None:
    """Fields of every wrong type make no dead letter; what is no JSON object does."""
    odd = {
        "user_id": "old",
        "job_id": "j",
        "email": 7,
        "participants": "x",
        "amount": [],
        "date": {},
        "tags": 1,
    }
    objects: list[Any] = [{}, odd, dict.fromkeys((*odd, "preference_type", "status", "age"), True)]
    others: list[Any] = [[], "text", 7, None]
    world = World()
    world.put("users", OLD)
    for content in objects:
        world.say(topic, "1", ConsumerRecord(id="1", content=content))
    world.settle()
    assert world.dead() == []

    for content in others:
        world.say(topic, "1", ConsumerRecord(id="1", content=content))
    world.settle()
    assert len(world.dead()) == len(others)
