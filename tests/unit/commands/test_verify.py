"""`kairos verify` without services: how documents are queried, and which differences count."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bson import Binary, ObjectId

from schemas.documents import Event, Message, Order, User
from schemas.interactions import Interaction
from tests.world import World, ms
from workers.commands import verify_documents
from workers.commands.rebuild_states import decoded
from workers.commands.verify_compare import USER, differing_fields
from workers.commands.verify_documents import PersonDocuments, paths_of, product_query, stored_ids
from workers.commands.verify_sample import SampleComparison
from workers.people.contact_state import Contact
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.people.state import StoredPerson
from workers.product.sources import SourcesError, read_sources
from workers.runtime.process.settings import Settings

HEX, UUID = "65a000000000000000000001", "00010203-0405-4607-8809-0a0b0c0d0e0f"
ANN = "ann@x.jp"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("ann", ["ann"]),
        ("7", ["7", 7]),
        ("-7", ["-7", -7]),
        ("99999999999999999999", ["99999999999999999999"]),
        ("9999999999999999999", ["9999999999999999999"]),
        (HEX, [HEX, ObjectId(HEX)]),
        (UUID, [UUID, Binary(bytes.fromhex(UUID.replace("-", "")), 4)]),
    ],
)
def test_an_id_is_queried_in_every_form_that_capture_writes_as_this_text(
    text: str, values: list[Any]
) -> None:
    ids = stored_ids([text])
    assert ids[: len(values)] == values
    assert len(ids) == len(values) + (text == UUID)


def test_fields_are_queried_under_the_path_of_the_mapping() -> None:
    sources = read_sources(
        {
            "users": {"fields": {"id": "_id.customer", "email": False}},
            "events": {"fields": {"participants": {"path": "guests", "email": "contact.mail"}}},
            "orders": {"fields": {"user_id": {"first": ["user_id", "customer.id"]}}},
        }
    )
    assert paths_of(sources.of("users"), ("id",)) == ("_id.customer",)
    assert paths_of(sources.of("users"), ("email",)) == ()
    assert paths_of(sources.of("events"), ("participants", "email")) == ("guests.contact.mail",)
    assert paths_of(sources.of("orders"), ("user_id",)) == ("user_id", "customer.id")


def two_people(**order_fields: Any) -> tuple[World, PersonDocuments]:
    """A product of two who claim one address, in the stream and as documents."""
    world = World()
    users = [
        User.model_validate({"id": "a", "email": ANN, "created_at": "2024-01-01"}),
        User.model_validate({"id": "b", "email": "ANN@x.jp", "created_at": "2024-01-02"}),
    ]
    event = Event.model_validate({"id": "e", "date": "2024-02-01", "participants": [ANN, "bob@x.jp"]})
    order = Order.model_validate({"id": "o", "user_id": "b", "amount": 5} | order_fields)
    for topic, document in (*(("users", user) for user in users), ("events", event), ("orders", order)):
        world.put(topic, document)
    world.settle()
    return world, PersonDocuments({user.id: user for user in users}, {"b": [("orders", order)]}, [event])


def differing(
    world: World, documents: PersonDocuments, person: str, contact: Contact | None = None
) -> tuple[str, ...] | None:
    """The fields that differ for a person."""
    profile = world.profile(person)
    assert profile is not None
    untold = StoredPerson(person, contact=contact or Contact())
    return differing_fields(profile, documents, untold, Policy())


def test_equal_documents_give_equal_profiles() -> None:
    world, documents = two_people()
    assert differing(world, documents, "a") == differing(world, documents, "b") == ()


def test_every_field_that_differs_is_named() -> None:
    world, documents = two_people(amount=9)
    cheaper = documents.owned["b"][0][1].model_copy(update={"amount": 5.0})
    changed = PersonDocuments(documents.users, {"b": [("orders", cheaper)]}, [])
    assert differing(world, changed, "b") == ("order_amount_total", "order_amount_average")
    without_event = differing(world, changed, "a")
    assert without_event is not None
    assert {"number_of_events_attended", "last_event_date", "summary"} <= set(without_event)


def test_a_person_without_a_user_document_is_named_so() -> None:
    world, _ = two_people()
    assert differing(world, PersonDocuments({}, {}, []), "a") == (USER,)


def test_our_own_mails_count_as_well() -> None:
    world, documents = two_people()
    different = differing(world, documents, "a", Contact(sent={"a:1": ms("2024-02-09")}))
    assert different is not None
    assert {"total_messages_sent", "last_contact_at", "can_send_new_message"} <= set(different)


def test_what_the_job_site_told_is_no_difference() -> None:
    """No document tells it, so it is taken from the state; the product's own views are in both."""
    world, documents = two_people()
    told = {"person": "b", "kind": "saved", "job_id": "j", "at": "2024-02-01"}
    for value in ({"id": "press", **told}, {"id": "look", **told, "kind": "searched", "query": "x"}):
        world.put("interactions", Interaction.model_validate(value))
    world.settle()
    state = world.fleet.replays[-1].stored()[b"b"]
    stored = decoded(stage(Policy()), state).stored
    profile = world.profile("b")
    assert profile is not None
    assert differing(world, documents, "b") == ("jobs_saved", "jobs", "searches")
    assert differing_fields(profile, documents, stored, Policy()) == ()


def test_with_a_message_sent_at_an_unknown_time_profiles_are_not_compared() -> None:
    world, documents = two_people()
    undated = Message.model_validate({"id": "m", "user_id": "a", "status": " Sent"})
    assert differing(world, documents._replace(owned={"a": [("messages", undated)]}), "a") is None
    dated = undated.model_copy(update={"sent_date": datetime(2024, 2, 1, tzinfo=UTC)})
    assert differing(world, documents._replace(owned={"a": [("messages", dated)]}), "a")


def test_people_and_fields_are_counted() -> None:
    comparison = SampleComparison(8, {"a": ("age", "summary"), "b": ("age",)}, 1)
    assert comparison.by_field() == {"age": 2, "summary": 1}
    assert comparison.share == 0.25
    assert SampleComparison(0, {}).share == 0.0


def test_a_source_that_cannot_be_read_again_is_named(tmp_path: Path) -> None:
    """Only external messages can be read, from Airtable, when there is a token for it."""
    file = tmp_path / "sources.toml"
    file.write_text("[messages]\nexternal = true\n[orders]\nexternal = true\n")
    for given, elsewhere in (({}, "messages, orders"), ({"airtable_token": "secret"}, "orders")):
        settings = Settings.model_validate({"kairos_sources": file} | given)
        with pytest.raises(SourcesError, match=f": {elsewhere}: external"), product_query(settings):
            pass


def test_a_truncated_profile_that_differs_is_not_compared() -> None:
    """What was evicted cannot be retracted; a truncated profile without a difference counts as equal."""
    world, documents = two_people()
    profile = world.profile("a")
    assert profile is not None
    truncated = profile.model_copy(update={"truncated": True})
    assert differing_fields(truncated, documents, StoredPerson("a"), Policy()) is None
    assert differing_fields(profile, documents, StoredPerson("a"), Policy()) == ()


def test_external_messages_are_read_from_airtable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those to the requested people."""
    file = tmp_path / "sources.toml"
    others = ("users", "orders", "events", "jobs", "job-views", "job-preferences")
    file.write_text(
        "".join(f"[{name}]\nenabled = false\n" for name in others) + "[messages]\nexternal = true\n"
    )
    messages = [{"id": "m1", "user_id": "a"}, {"id": "m2", "user_id": "b"}]
    monkeypatch.setattr(verify_documents, "load_messages_from_airtable", lambda settings: messages)
    settings = Settings.model_validate({"kairos_sources": file, "airtable_token": "secret"})
    with product_query(settings) as query:
        documents = query.of_people(["a"])
    ids = {person: [message.id for _, message in owned] for person, owned in documents.owned.items()}
    assert ids == {"a": ["m1"]}
    assert documents.users == {}
