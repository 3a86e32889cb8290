"""The simulated activity: valid writes of every kind, and none to the people that are spared."""

from functools import cache

import pytest

from schemas.model import from_epoch_ms
from tests.unit.demo.products import NOW, load, put
from workers.demo import product
from workers.demo.database_write import DatabaseWrite
from workers.demo.sample import SARAH
from workers.demo.simulator import ActivitySimulator, missing_field

WRITES = 300


@cache
def simulated_writes() -> tuple[DatabaseWrite, ...]:
    """Many writes to one product, half a second apart."""
    simulator = ActivitySimulator(product.make(NOW), frozenset({"user_002"}))
    return tuple(simulator.next(NOW + 500 * turn) for turn in range(WRITES))


def test_the_sample_person_and_the_spared_are_not_changed() -> None:
    """A person that the reader is watching changes only when the reader changes them."""
    writes = simulated_writes()
    changed = {write.person for write in writes} | {write.content.get("user_id") for write in writes}

    assert not {SARAH, "user_002"} & changed
    assert len(changed) > 50


def test_every_kind_of_write_is_simulated() -> None:
    """Registrations, orders, events, messages, fields, acts on jobs; inserts, updates and deletes."""
    writes = simulated_writes()

    assert {(write.kind, write.collection) for write in writes} >= {
        ("insert", "users"),
        ("update", "users"),
        ("insert", "orders"),
        ("delete", "orders"),
        ("insert", "events"),
        ("update", "messages"),
        ("insert", "job_views"),
        ("insert", "job_preferences"),
    }


def test_ids_of_inserts_are_unique() -> None:
    """No insert has the id of a document that exists or existed."""
    writes = simulated_writes()
    inserted = [(write.collection, write.id) for write in writes if write.kind == "insert"]
    collections = product.make(NOW).collections
    before = {(name, document["_id"]) for name in collections for document in collections[name]}

    assert len(inserted) == len(set(inserted))
    assert not before & set(inserted)


def test_guests_register_after_they_attended() -> None:
    """The first to register are the guests of the sample; the line has the number of their events."""
    writes = simulated_writes()
    registered = [write for write in writes if write.kind == "insert" and write.collection == "users"]

    assert registered[0].content["name"] == "Mike Jones"
    assert registered[0].line == "registers; was on the list of 2 events before"
    assert len(registered) > WRITES / 12


def test_filling_in_a_field_changes_the_decision_of_a_thin_person() -> None:
    """One required field is set that was missing; then there are enough for a mail."""
    generated = product.make(NOW)
    user = next(user for user in generated.users if generated.personas.get(user["_id"]) == "thin")
    world = load(generated)
    before = world.decision(user["_id"])
    others = frozenset(other["_id"] for other in generated.users if other is not user)
    simulator = ActivitySimulator(generated, others)
    field = missing_field(user)
    write = simulator.fill_field(NOW)
    assert write is not None
    put(world, "users", user)
    world.settle()
    after = world.decision(user["_id"])

    assert list(write.content) == [field]
    assert before is not None
    assert before.reason == "enough-fields"
    assert after is not None
    assert after.verdict == "send"


@pytest.mark.parametrize("field", ["created_at", "date", "sent_date", "viewed_at"])
def test_no_simulated_time_is_in_the_future(field: str) -> None:
    """Every write has the time of its turn; events begin on the hour before it."""
    writes = simulated_writes()
    times = [write.content[field] for write in writes if field in write.content]

    assert times
    assert max(times) <= from_epoch_ms(NOW + 500 * WRITES)
