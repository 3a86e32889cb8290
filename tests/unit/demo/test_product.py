"""The made-up product: the same every time, consistent in itself, and decided as its mix promises."""

from collections import Counter

from tests.unit.demo.products import NOW, load
from workers.demo import check, product, texts
from workers.demo.fleet_state import FleetState
from workers.demo.persons import PersonaMix
from workers.demo.sample import SARAH


def test_the_same_seed_gives_the_same_product() -> None:
    """It depends on the seed, the mix and the time only."""
    assert product.make(NOW) == product.make(NOW)
    assert product.make(NOW, seed=1).users != product.make(NOW, seed=2).users


def test_ids_are_unique_and_references_exist() -> None:
    """Every user, event and job that a document names exists, and no two people share an address."""
    generated = product.make(NOW)
    ids = {
        name: [document["_id"] for document in documents] for name, documents in generated.collections.items()
    }
    addresses = [user["email"] for user in [*generated.users, *generated.guests] if "email" in user]

    assert all(len(collection) == len(set(collection)) for collection in ids.values())
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
        assert {document[field] for document in generated.collections[collection]} <= set(ids[target])
    assert {address for event in generated.collections["events"] for address in event["participants"]} <= set(
        addresses
    )


def test_people_read_english_or_japanese() -> None:
    """At least 60 of 200 people in each language."""
    languages = Counter(user.get("language") for user in product.make(NOW).users)

    assert len(product.make(NOW).users) == 200
    assert languages["ja"] > 60
    assert languages["en"] > 60


def test_no_generated_document_concerns_the_sample_person() -> None:
    """The expected results of the sample person depend on the sample only."""
    generated = product.make(NOW)
    own = [
        document["_id"]
        for documents in generated.collections.values()
        for document in documents
        if document.get("user_id") == SARAH or "sarah.chen@email.com" in document.get("participants", ())
    ]

    assert own == [
        "event_001", "event_002", "event_003", "order_001", "order_002", "msg_001", "msg_002",
    ]  # fmt: skip


def test_each_persona_gets_the_decision_that_it_is_made_for() -> None:
    """The totals are those of the mix, and the sample person is decided as expected."""
    world = load(product.make(NOW))
    state = FleetState()
    for topic in ("enriched-profiles", "send-decisions"):
        for person, value in world.fleet.latest(topic).items():
            state.apply(topic, person, value, 0)

    assert texts.totals_text(state.decisions.values()) == (
        "200 people: 31 send, 12 ask, 157 wait (cooldown 90, enough-fields 60, address 7)"
    )
    assert world.dead_letters() == []
    assert [line for line in check.problems(state) if "mail" not in line] == []


def test_the_mix_decides_the_number_of_people() -> None:
    """One person per persona, and the sample person."""
    assert len(product.make(NOW, PersonaMix(1, 1, 1, 1, 1, 1)).users) == 7
