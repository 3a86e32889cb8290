"""A product with other names of collections and fields needs a sources.toml and no other change."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from click.testing import CliRunner
from pymongo import MongoClient

from tests.integration.capturing import eventually
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from topics.catalog import CATALOG
from workers.cli import kairos

pytestmark = pytest.mark.wire
SECRET = "hunter2-correct-horse"
SOURCES = """
[users]
collection = "customers"
fields = { email = "mail", name = "profile.fullName" }

[orders.fields]
user_id = "customerId"

[events]
collection = "meetups"
fields.participants = { path = "attendees", email = "contact.mail", name = "who" }
"""
SARAH, MIKE = ObjectId(), ObjectId()
LIKES = {"interests": ["tea"], "cuisine_preference": ["Thai"], "age": 30, "occupation": "Nurse"}
DAY = datetime(2026, 1, 15, tzinfo=UTC)


def with_our_names(db: Any) -> None:
    """The product under our own names."""
    db.users.insert_one({"_id": str(SARAH), "email": "sarah@x.jp", "name": "Sarah Chen"} | LIKES)
    db.users.insert_one({"_id": str(MIKE), "email": "mike@x.jp", "name": "Mike Jones"})
    db.orders.insert_one({"_id": "o1", "user_id": str(SARAH), "amount": 10, "date": DAY})
    people = [{"email": "sarah@x.jp", "name": "Sarah Chen"}, {"email": "mike@x.jp", "name": "Mike Jones"}]
    for number in (1, 2):
        event = {"_id": f"e{number}", "name": "Dinner", "date": DAY, "venue": "The Vault", "host": "Ploy"}
        db.events.insert_one(event | {"participants": people})


def with_other_names(db: Any) -> None:
    """The same product under other names, with a secret in fields that are not mapped."""
    secret = {"password": SECRET, "profile": {"pin": SECRET}}
    sarah = {"_id": SARAH, "mail": "sarah@x.jp"} | secret | {"profile": {"fullName": "Sarah Chen"}} | LIKES
    db.customers.insert_one(sarah)
    db.customers.insert_one(
        {"_id": MIKE, "mail": "mike@x.jp", "profile": {"fullName": "Mike Jones"}} | {"password": SECRET}
    )
    db.orders.insert_one({"_id": "o1", "customerId": SARAH, "amount": 10, "date": DAY, "card": SECRET})
    people = [
        {"who": "Sarah Chen", "contact": {"mail": "sarah@x.jp", "note": SECRET}},
        {"who": "Mike Jones", "contact": {"mail": "mike@x.jp"}},
    ]
    for number in (1, 2):
        event = {"_id": f"e{number}", "name": "Dinner", "date": DAY, "venue": "The Vault", "host": "Ploy"}
        db.meetups.insert_one(event | {"attendees": people})


@contextmanager
def fleet(services: Addressed, folder: Path, name: str, fill: Any, mapping: str | None) -> Iterator[Wire]:
    """A fleet over a product in a database of its own."""
    folder = folder / name
    folder.mkdir()
    options = {}
    if mapping is not None:
        file = folder / "sources.toml"
        file.write_text(mapping)
        options = {"kairos_sources": file}
    database = f"names_{name}"
    client: MongoClient[Any] = MongoClient(services.environment()["MONGO_URL"])
    wire = Wire.create(services, mongo_database=database, **options)
    try:
        fill(client[database])
        with workers(("capture", "route", "people"), wire.settings, folder):
            yield wire
    finally:
        wire.close()
        client.drop_database(database)
        client.close()


def latest(wire: Wire, topic: str, *without: str) -> dict[str, Any]:
    """The last value of every person, `without` some fields, such as those that depend on the time."""
    values = {key: json.loads(value) for key, value in wire.latest(topic).items()}
    return {
        key: {name: part for name, part in value.items() if name not in without}
        for key, value in values.items()
    }


def decided(wire: Wire) -> set[str]:
    """The people with a decision that does not wait for a source."""
    return {key for key, value in latest(wire, "send-decisions").items() if value["reason"] != "sources"}


def profiles_and_decisions(wire: Wire) -> tuple[dict[str, Any], dict[str, Any]]:
    """Profiles and decisions, once both people have both."""
    eventually(lambda: decided(wire) == {str(SARAH), str(MIKE)}, "two decisions")
    eventually(
        lambda: latest(wire, "enriched-profiles")[str(SARAH)]["number_of_events_attended"] == 2, "two events"
    )
    profiles = latest(wire, "enriched-profiles", "as_of", "changes_at")
    decisions = latest(wire, "send-decisions", "decided_at", "valid_until", "until", "brief")
    for decision in decisions.values():  # what the rules have read has times, and so has when others are next
        decision["rules"] = [(rule["rule"], rule["passed"]) for rule in decision["rules"]]
        decision["lost"] = [(other["campaign"], other["reason"]) for other in decision["lost"]]
    return profiles, decisions


@pytest.fixture(scope="module")
def expected(services: Addressed, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """Profiles and decisions of the product under our own names."""
    with fleet(services, tmp_path_factory.mktemp("ours"), "ours", with_our_names, None) as wire:
        return profiles_and_decisions(wire)


def proposed(services: Addressed) -> str:
    """What `kairos check --propose` prints for the product under other names."""
    url, database = services.environment()["MONGO_URL"], "names_proposed"
    with MongoClient[Any](url) as client:
        try:
            with_other_names(client[database])
            environment = {"MONGO_URL": url, "MONGO_DATABASE": database}
            result = CliRunner().invoke(kairos, ["check", "--propose"], env=environment)
        finally:
            client.drop_database(database)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("written_by", ["a person", "kairos check --propose"])
def test_other_names_give_equal_profiles_and_decisions(
    services: Addressed, tmp_path: Path, expected: tuple[Any, Any], written_by: str
) -> None:
    """Other collections, paths and types of ids; no field that is not mapped reaches a topic."""
    mapping = SOURCES if written_by == "a person" else proposed(services)
    with fleet(services, tmp_path, "theirs", with_other_names, mapping) as wire:
        actual = profiles_and_decisions(wire)
        records = [rec for topic in CATALOG if topic.partitions is None for rec in wire.records(topic.name)]

    assert expected == actual
    assert expected[0][str(SARAH)]["total_orders"] == 1
    assert expected[0][str(SARAH)]["friends"] == ["Mike Jones"]
    assert len(records) > 10
    assert not [rec for rec in records if SECRET.encode() in (rec.value or b"") + (rec.key or b"")]
