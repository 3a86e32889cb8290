"""The made-up product: the same every time, consistent in itself, and decided as its mix promises."""

from collections import Counter
from functools import cache
from typing import Any

import pytest

from schemas.documents import Event, Job, JobPreference, JobView, Message, Order, User
from schemas.model import Model, from_epoch_ms
from tests.world import World, ms
from workers.demo import check, product, tell
from workers.demo.live import Life, missing
from workers.demo.persons import Mix
from workers.demo.product import DemoProduct
from workers.demo.sample import SARAH
from workers.demo.tally import Tally

NOW = ms("2026-03-01T12:00:00")
MODELS: dict[str, type[Model]] = {
    "users": User,
    "events": Event,
    "orders": Order,
    "messages": Message,
    "jobs": Job,
    "job_views": JobView,
    "job_preferences": JobPreference,
}
CHANGES = 300


def loaded(made: DemoProduct) -> World:
    """The product read by the pure part of the fleet, as of NOW."""
    world = World("2026-03-01T12:00:00")
    for collection, documents in made.collections.items():
        for document in documents:
            put(world, collection, document)
    world.settle()
    return world


def put(world: World, collection: str, document: dict[str, Any]) -> None:
    """A document as capture gives it."""
    model = MODELS[collection].model_validate({"id": document["_id"], **document})
    world.put(collection.replace("_", "-"), model)


@cache
def played() -> tuple[DemoProduct, tuple[Any, ...]]:
    """A product after many changes, and the changes."""
    made = product.make(NOW)
    life = Life(made, frozenset({"user_002"}))
    return made, tuple(life.next(NOW + 500 * turn) for turn in range(CHANGES))


def test_the_same_seed_gives_the_same_product() -> None:
    """Nothing but the seed, the mix and the time goes in."""
    assert product.make(NOW) == product.make(NOW)
    assert product.make(NOW, seed=1).users != product.make(NOW, seed=2).users


def test_ids_are_unique_and_references_lead_somewhere() -> None:
    """Every user, event and job that a document names exists, and no two people share an address."""
    made = product.make(NOW)
    ids = {name: [one["_id"] for one in documents] for name, documents in made.collections.items()}
    addresses = [user["email"] for user in [*made.users, *made.guests] if "email" in user]

    assert all(len(found) == len(set(found)) for found in ids.values())
    assert len(addresses) == len(set(addresses))
    for collection, field, target in (
        ("orders", "user_id", "users"),
        ("orders", "event_id", "events"),
        ("messages", "user_id", "users"),
        ("job_views", "user_id", "users"),
        ("job_views", "job_id", "jobs"),
        ("job_preferences", "user_id", "users"),
        ("job_preferences", "job_id", "jobs"),
    ):
        assert {one[field] for one in made.collections[collection]} <= set(ids[target])
    assert {address for event in made.collections["events"] for address in event["participants"]} <= set(
        addresses
    )


def test_readers_of_both_languages_are_in_it() -> None:
    """Some third at least reads Japanese, under Japanese names."""
    languages = Counter(user.get("language") for user in product.make(NOW).users)

    assert len(product.make(NOW).users) == 200
    assert languages["ja"] > 60
    assert languages["en"] > 60


def test_no_generated_document_concerns_the_sample_person() -> None:
    """What is expected of the sample person comes from the sample alone."""
    made = product.make(NOW)
    own = [
        one["_id"]
        for documents in made.collections.values()
        for one in documents
        if one.get("user_id") == SARAH or "sarah.chen@email.com" in one.get("participants", ())
    ]

    assert own == [
        "event_001", "event_002", "event_003", "order_001", "order_002", "msg_001", "msg_002",
    ]  # fmt: skip


def test_the_fleet_decides_as_the_mix_promises() -> None:
    """Every part of the mix ends in the verdict that it is made for, and the sample person gets a mail."""
    world = loaded(product.make(NOW))
    tally = Tally()
    for topic in ("enriched-profiles", "send-decisions"):
        for person, value in world.fleet.latest(topic).items():
            tally.hear(topic, person, value, 0)

    assert tell.totals_text(tally.decisions.values()) == (
        "200 people: 31 send, 12 ask, 157 wait (cooldown 90, enough-fields 60, address 7)"
    )
    assert world.dead() == []
    assert [line for line in check.problems(tally) if "mail" not in line] == []


def test_a_mix_of_its_own_decides_the_size() -> None:
    """One person each, and the sample person."""
    assert len(product.make(NOW, Mix(1, 1, 1, 1, 1, 1)).users) == 7


def test_life_leaves_the_sample_and_the_spared_alone() -> None:
    """Nobody who is being looked at is changed behind the reader's back."""
    _, changes = played()
    touched = {change.person for change in changes} | {change.content.get("user_id") for change in changes}

    assert not {SARAH, "user_002"} & touched
    assert len(touched) > 50


def test_life_makes_every_kind_of_change() -> None:
    """Registrations, orders, events, messages, fields and views, inserted, changed and deleted."""
    _, changes = played()

    assert {(change.kind, change.collection) for change in changes} >= {
        ("insert", "users"),
        ("update", "users"),
        ("insert", "orders"),
        ("delete", "orders"),
        ("insert", "events"),
        ("update", "messages"),
        ("insert", "job_views"),
    }


def test_life_keeps_ids_unique_for_long() -> None:
    """No insert meets a document that is there."""
    _, changes = played()
    inserted = [(change.collection, change.id) for change in changes if change.kind == "insert"]
    before = {(name, one["_id"]) for name, found in product.make(NOW).collections.items() for one in found}

    assert len(inserted) == len(set(inserted))
    assert not before & set(inserted)


def test_people_register_after_they_attended() -> None:
    """The first to register are the guests of the sample, with the events they had been to."""
    _, changes = played()
    registered = [change for change in changes if change.kind == "insert" and change.collection == "users"]

    assert registered[0].content["name"] == "Mike Jones"
    assert registered[0].line == "registers; was on the list of 2 events before"
    assert len(registered) > CHANGES / 12


def test_who_fills_in_a_field_had_it_missing() -> None:
    """A fill sets one required field; for a person of whom too little was known it decides."""
    made = product.make(NOW)
    user = next(user for user in made.users if made.parts.get(user["_id"]) == "thin")
    world = loaded(made)
    before = world.decision(user["_id"])
    life = Life(made, frozenset(found["_id"] for found in made.users if found is not user))
    field = missing(user)
    change = life.fills(NOW)
    assert change is not None
    put(world, "users", user)
    world.settle()
    after = world.decision(user["_id"])

    assert list(change.content) == [field]
    assert before is not None
    assert before.reason == "enough-fields"
    assert after is not None
    assert after.verdict == "send"


@pytest.mark.parametrize("field", ["created_at", "date", "sent_date", "viewed_at"])
def test_no_live_change_lies_in_the_future(field: str) -> None:
    """What happens happens now, events (which begin on the hour) included."""
    _, changes = played()
    times = [change.content[field] for change in changes if field in change.content]

    assert times
    assert max(times) <= from_epoch_ms(NOW + 500 * CHANGES)
