"""Identity: shared, changed and given-up addresses, users who are created again, raw documents."""

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


class RawContent(Model):
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
    current = world.profile(person)
    assert current is not None
    assert world.dead_letters() == []
    return current


def reasons(world: World, person: str) -> list[str]:
    return [note.reason for note in profile(world, person).data_quality.contradictory]


def counts(world: World, *people: str) -> list[int]:
    return [profile(world, person).number_of_events_attended for person in people]


@pytest.mark.parametrize("order", list(permutations((OLD, YOUNG, user("youngest", ANN)))))
def test_the_oldest_claim_owns_the_address_and_the_others_are_noted(order: tuple[User, ...]) -> None:
    """In whatever order the claims arrive; the attendances are the owner's alone."""
    world = World()
    world.put("events", event("e", "2024-01-01", ANN))
    for each in order:
        world.put("users", each)

    assert counts(world, "old", "young", "youngest") == [1, 0, 0]
    assert [reasons(world, who) for who in ("old", "young", "youngest")] == [[], [CONTESTED], [CONTESTED]]


@pytest.mark.parametrize("spelling", [" ANN@X.JP", "mailto:ann@x.jp", "Ann <Ann@x.jp>"])
def test_spellings_of_an_address_are_one_address(spelling: str) -> None:
    """It is claimed twice."""
    world = World()
    world.put("users", OLD)
    world.write(
        "users", "young", RawContent(id="young", content={"email": spelling, "created_at": 1704067200})
    )

    assert (reasons(world, "old"), reasons(world, "young")) == ([], [CONTESTED])


def test_the_note_is_removed_when_the_older_user_gives_up_the_address() -> None:
    """The younger user inherits the address with its attendances."""
    for change in (None, user("old", BOB, "2023-01-01"), user("old", None, "2023-01-01")):
        world = World()
        world.put("events", event("e", "2024-01-01", ANN))
        world.put("users", YOUNG)
        world.put("users", OLD)
        assert (counts(world, "young"), reasons(world, "young")) == ([0], [CONTESTED])
        world.write("users", "old", change)
        assert (counts(world, "young"), reasons(world, "young")) == ([1], [])


def test_the_note_follows_the_address_of_the_younger_user() -> None:
    """It is there for every address that another user owns, and removed with any other."""
    world = World()
    world.put("users", OLD)
    world.put("users", user("bob", BOB, "2023-02-02"))
    notes = []
    for address in (ANN, BOB, "own@x.jp", ANN, None):
        world.put("users", user("young", address, "2024-01-01"))
        notes.append(reasons(world, "young"))

    assert notes == [[CONTESTED], [CONTESTED], [], [CONTESTED], []]


def test_a_corrected_time_of_creation_changes_the_owner() -> None:
    """And who has the note."""
    world = World()
    world.put("events", event("e", "2024-01-01", ANN))
    world.put("users", OLD)
    world.put("users", YOUNG)
    world.put("users", user("young", ANN, "2022-01-01"))

    assert counts(world, "old", "young") == [0, 1]
    assert (reasons(world, "old"), reasons(world, "young")) == ([CONTESTED], [])


def test_a_user_who_is_created_again_has_all_facts() -> None:
    """Facts that arrive while the user is deleted are stored, and make no profile."""
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


def test_facts_that_arrive_before_their_user_are_stored() -> None:
    """With their changes and retractions."""
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
    after = profile(world, "old")

    assert (after.total_orders, after.order_amount_total, after.number_of_events_attended) == (1, 2.0, 0)


def test_the_address_of_a_deleted_user_is_free_until_they_are_created_again() -> None:
    """Then they own it, and the younger claim is noted."""
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


def test_an_order_moves_also_while_its_user_is_deleted() -> None:
    """A user who is created again does not have it."""
    world = World()
    world.put("users", OLD)
    world.put("users", user("bob", BOB))
    world.put("orders", Order(id="o1", user_id="old", amount=5.0))
    world.delete("users", "old")
    world.put("orders", Order(id="o1", user_id="bob", amount=5.0))
    world.put("users", OLD)

    assert [profile(world, who).total_orders for who in ("old", "bob")] == [0, 1]


def test_a_corrected_event_corrects_all_participants() -> None:
    """Date, venue and list; whoever is removed from the list has no attendance."""
    world = World()
    world.put("users", OLD)
    world.put("users", user("bob", BOB))
    world.put("events", event("e", "2024-01-01", ANN, BOB, venue="The Vualt"))
    assert counts(world, "old", "bob") == [1, 1]

    listed = [{"address": "ANN@x.jp", "name": "Ann"}, "not an address"]
    content = {"date": {"$date": "2024-01-02T00:00:00Z"}, "venue": " The Vault ", "participants": listed}
    world.write("events", "e", RawContent(id="e", content=content))
    after = profile(world, "old")
    assert (str(after.last_event_date), after.venue_history) == ("2024-01-02", ["The Vault"])
    assert [(note.document, note.field) for note in after.data_quality.malformed] == [
        ("events/e", "participants")
    ]
    assert counts(world, "bob") == [0]

    world.delete("events", "e")
    assert counts(world, "old") == [0]
    assert profile(world, "old").data_quality.malformed == []


def test_an_unreadable_address_gives_up_the_one_before() -> None:
    """The user stays, with a note; the address is free for others."""
    world = World()
    world.put("events", event("e", "2024-01-01", ANN))
    world.put("users", OLD)
    world.write("users", "old", RawContent(id="old", content={"email": "ann at x.jp", "age": "old"}))
    world.put("users", YOUNG)
    after = profile(world, "old")

    assert (after.email, after.age, after.number_of_events_attended) == (None, None, 0)
    assert [note.field for note in after.data_quality.malformed] == ["age", "email"]
    assert counts(world, "young") == [1]


@pytest.mark.parametrize(
    "topic", ["users", "orders", "events", "messages", "jobs", "job-views", "job-preferences"]
)
def test_an_object_with_known_fields_is_a_document_and_other_json_a_dead_letter(topic: str) -> None:
    """Fields of wrong types make no dead letter; an object without any field of a document does."""
    odd = {
        "user_id": "old",
        "job_id": "j",
        "email": 7,
        "participants": "x",
        "amount": [],
        "date": {},
        "tags": 1,
    }
    objects: list[Any] = [odd, dict.fromkeys((*odd, "preference_type", "status", "age"), True)]
    others: list[Any] = [{}, {"a": 1}, [], "text", 7, None]
    world = World()
    world.put("users", OLD)
    for content in objects:
        world.write(topic, "1", RawContent(id="1", content=content))
    world.settle()
    assert world.dead_letters() == []

    for content in others:
        world.write(topic, "1", RawContent(id="1", content=content))
    world.settle()
    assert len(world.dead_letters()) == len(others)
