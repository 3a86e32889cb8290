"""`kairos verify` without services: how people are looked up, and what counts as different."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bson import Binary, ObjectId

from schemas.documents import Event, Message, Order, User
from tests.world import World, ms
from workers.commands import verify_documents
from workers.commands.verify import SampleComparison, fields_of
from workers.commands.verify_compare import USER, differing
from workers.commands.verify_documents import PersonDocuments, candidates, path_of, product
from workers.people.policy import Policy
from workers.people.state import Contact
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
def test_an_id_is_looked_for_as_all_that_capture_writes_so(text: str, values: list[Any]) -> None:
    found = candidates([text])
    assert found[: len(values)] == values
    assert len(found) == len(values) + (text == UUID)


def test_fields_are_found_where_the_mapping_says() -> None:
    sources = read_sources(
        {
            "users": {"fields": {"id": "_id.customer", "email": False}},
            "events": {"fields": {"participants": {"path": "guests", "email": "contact.mail"}}},
        }
    )
    assert path_of(sources.of("users"), ("id",)) == "_id.customer"
    assert path_of(sources.of("users"), ("email",)) is None
    assert path_of(sources.of("events"), ("participants", "email")) == "guests.contact.mail"
    assert path_of(sources.of("orders"), ("user_id",)) == "user_id"


def live(**more: Any) -> tuple[World, PersonDocuments]:
    """A product of two who claim one address, in the stream and as documents."""
    world = World()
    users = [
        User.model_validate({"id": "a", "email": ANN, "created_at": "2024-01-01"}),
        User.model_validate({"id": "b", "email": "ANN@x.jp", "created_at": "2024-01-02"}),
    ]
    event = Event.model_validate({"id": "e", "date": "2024-02-01", "participants": [ANN, "bob@x.jp"]})
    order = Order.model_validate({"id": "o", "user_id": "b", "amount": 5} | more)
    for topic, one in (*(("users", user) for user in users), ("events", event), ("orders", order)):
        world.put(topic, one)
    world.settle()
    return world, PersonDocuments({user.id: user for user in users}, {"b": [("orders", order)]}, [event])


def fields(
    world: World, found: PersonDocuments, person: str, contact: Contact | None = None
) -> tuple[str, ...] | None:
    """What differs for a person."""
    profile = world.profile(person)
    assert profile is not None
    return differing(profile, found, contact or Contact(), Policy())


def test_equal_documents_give_equal_profiles() -> None:
    world, found = live()
    assert fields(world, found, "a") == fields(world, found, "b") == ()


def test_every_field_that_differs_is_named() -> None:
    world, found = live(amount=9)
    cheaper = found.owned["b"][0][1].model_copy(update={"amount": 5.0})
    changed = PersonDocuments(found.users, {"b": [("orders", cheaper)]}, [])
    assert fields(world, changed, "b") == ("order_amount_total", "order_amount_average")
    gone = fields(world, changed, "a")
    assert gone is not None
    assert {"number_of_events_attended", "last_event_date", "summary"} <= set(gone)


def test_a_user_who_is_not_there_is_told_as_such() -> None:
    world, _ = live()
    assert fields(world, PersonDocuments({}, {}, []), "a") == (USER,)


def test_our_own_mails_are_part_of_it() -> None:
    world, found = live()
    different = fields(world, found, "a", Contact(sent={"a:1": ms("2024-02-09")}))
    assert different is not None
    assert {"total_messages_sent", "last_contact_at", "can_send_new_message"} <= set(different)


def test_of_a_message_sent_nobody_knows_when_nothing_is_said() -> None:
    world, found = live()
    undated = Message.model_validate({"id": "m", "user_id": "a", "status": " Sent"})
    assert fields(world, found._replace(owned={"a": [("messages", undated)]}), "a") is None
    dated = undated.model_copy(update={"sent_date": datetime(2024, 2, 1, tzinfo=UTC)})
    assert fields(world, found._replace(owned={"a": [("messages", dated)]}), "a")


def test_people_and_fields_are_counted() -> None:
    verdict = SampleComparison(8, {"a": ("age", "summary"), "b": ("age",)}, 1)
    assert fields_of(verdict) == {"age": 2, "summary": 1}
    assert verdict.share == 0.25
    assert SampleComparison(0, {}).share == 0.0


def test_a_source_that_cannot_be_read_again_is_named(tmp_path: Path) -> None:
    """Only of messages is it known where else they are, if Airtable is named."""
    file = tmp_path / "sources.toml"
    file.write_text("[messages]\nexternal = true\n[orders]\nexternal = true\n")
    for given, elsewhere in (({}, "messages, orders"), ({"airtable_token": "secret"}, "orders")):
        settings = Settings.model_validate({"kairos_sources": file} | given)
        with pytest.raises(SourcesError, match=f": {elsewhere}: external"), product(settings):
            pass


def test_beyond_the_bounds_a_difference_says_nothing() -> None:
    """What was let go cannot be taken back; who is equal all the same is counted as such."""
    world, found = live()
    profile = world.profile("a")
    assert profile is not None
    truncated = profile.model_copy(update={"truncated": True})
    assert differing(truncated, found, Contact(), Policy()) is None
    assert differing(profile, found, Contact(), Policy()) == ()


def test_messages_elsewhere_are_read_from_airtable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those to the people who are asked for."""
    file = tmp_path / "sources.toml"
    others = ("users", "orders", "events", "jobs", "job-views", "job-preferences")
    file.write_text(
        "".join(f"[{name}]\nenabled = false\n" for name in others) + "[messages]\nexternal = true\n"
    )
    held = [{"id": "m1", "user_id": "a"}, {"id": "m2", "user_id": "b"}]
    monkeypatch.setattr(verify_documents, "load_messages_from_airtable", lambda settings: held)
    settings = Settings.model_validate({"kairos_sources": file, "airtable_token": "secret"})
    with product(settings) as source:
        found = source.of(["a"])
    assert {person: [one.id for _, one in some] for person, some in found.owned.items()} == {"a": ["m1"]}
    assert found.users == {}
