"""The loaders: whole collections of a MongoDB, and a table of Airtable's stand-in, under our names."""

import asyncio
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from bson import Decimal128, ObjectId
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.database import Database
from requests.exceptions import HTTPError

from deploy.embedded.airtable.service import BASE
from schemas.model import RawDocument
from tests.standins.airtable import CREATED, TOKEN, stand_in
from workers.demo import sample
from workers.people import (
    enrich_user_profiles,
    load_events_from_mongodb,
    load_messages_from_airtable,
    load_orders_from_mongodb,
    load_users_from_mongodb,
)
from workers.product.sources import SourcesError
from workers.runtime.process.settings import Settings, SettingsError

pytestmark = pytest.mark.wire
HEX = "65a000000000000000000001"


@pytest.fixture
def settings(services: Any) -> Settings:
    """Settings of an empty database of its own."""
    return Settings(mongo_url=services.mongo_url, mongo_database=f"l{uuid.uuid4().hex[:8]}")


@pytest.fixture
def db(settings: Settings) -> Iterator[Database[RawDocument]]:
    """The database, dropped afterwards."""
    with MongoClient[RawDocument](settings.mongo_url) as client:
        yield client[settings.mongo_database]
        client.drop_database(settings.mongo_database)


def with_sources(settings: Settings, folder: Path, text: str) -> Settings:
    """The same settings with another mapping."""
    file = folder / "sources.toml"
    file.write_text(text)
    return settings.model_copy(update={"kairos_sources": file})


async def messages(settings: Settings, url: str, token: str = TOKEN) -> list[RawDocument]:
    """The messages of a stand-in."""
    airtable: dict[str, Any] = {
        "airtable_url": url,
        "airtable_base": BASE,
        "airtable_token": SecretStr(token),
    }
    airtable["airtable_closed_seconds"] = 0.1
    return await asyncio.to_thread(load_messages_from_airtable, settings=settings.model_copy(update=airtable))


async def test_the_sample_is_loaded_and_enriched(settings: Settings, db: Database[RawDocument]) -> None:
    """From MongoDB and Airtable to the profile that the sample product is known to have."""
    collections = {"users": sample.USERS, "orders": sample.ORDERS, "events": sample.EVENTS}
    for name, documents in collections.items():
        db[name].insert_many([dict(document) for document in documents])
    rows = [{name: value for name, value in row.items() if name != "_id"} for row in sample.MESSAGES]

    async with stand_in(*rows, page_records=1) as airtable:
        sent = await messages(settings, airtable.url)
        asked = (await airtable.traffic())["requests"]
    loaders = load_users_from_mongodb, load_orders_from_mongodb, load_events_from_mongodb
    users, orders, events = [load(settings=settings) for load in loaders]
    profiles = enrich_user_profiles(users, orders, events, sent, as_of="2024-02-10")

    assert [len(documents) for documents in (users, orders, events, sent)] == [1, 2, 3, 2]
    assert asked == 2
    (sarah,) = profiles
    assert (sarah["personalization_score"], sarah["friends"]) == (85, ["Mike Jones", "Jenny Kim"])
    assert (sarah["days_since_last_event"], sarah["days_since_last_message"]) == (5, 16)
    assert (sarah["queued_message_count"], sarah["can_send_new_message"]) == (1, True)


def test_types_of_the_database_become_json(settings: Settings, db: Database[RawDocument]) -> None:
    """ObjectIds, decimals and dates are mapped as capture maps them; other fields stay in the database."""
    event = {"_id": ObjectId(HEX), "date": datetime(2024, 1, 15, tzinfo=UTC), "participants": ["a@x.jp"]}
    db.events.insert_one(event | {"secret": "of the product"})
    db.orders.insert_one({"_id": 7, "user_id": ObjectId(HEX), "amount": Decimal128("75.50")})

    assert load_events_from_mongodb(settings=settings) == [
        {"id": HEX, "date": "2024-01-15T00:00:00Z", "participants": ["a@x.jp"]}
    ]
    assert load_orders_from_mongodb(settings=settings) == [{"id": "7", "user_id": HEX, "amount": 75.5}]


def test_loaders_use_the_mapping_of_capture(
    settings: Settings, db: Database[RawDocument], tmp_path: Path
) -> None:
    """Other collections and paths are read; a topic switched off is empty, an external one an error."""
    db.customers.insert_one({"_id": "u1", "profile": {"mail": "ann@x.jp"}, "email": "other@x.jp"})
    text = '[users]\ncollection = "customers"\nfields = { email = "profile.mail" }\n'
    changed = with_sources(
        settings, tmp_path, text + "[orders]\nenabled = false\n[events]\nexternal = true\n"
    )

    assert load_users_from_mongodb(settings=changed) == [{"id": "u1", "email": "ann@x.jp"}]
    assert load_orders_from_mongodb(settings=changed) == []
    with pytest.raises(SourcesError, match="events is external"):
        load_events_from_mongodb(settings=changed)


def test_a_document_that_cannot_be_mapped_is_logged_and_left_out(
    settings: Settings, db: Database[RawDocument]
) -> None:
    """The other documents are loaded, and its values do not reach the log."""
    db.users.insert_many([{"_id": True, "name": "hidden"}, {"_id": "good", "age": 30}])

    with structlog.testing.capture_logs() as logs:
        assert load_users_from_mongodb(settings=settings) == [{"id": "good", "age": 30}]

    (line,) = logs
    assert (line["document"], line["topic"]) == ("True", "users")
    assert "users.id" in line["error"]
    assert "hidden" not in str(line)


async def test_columns_of_airtable_are_mapped(settings: Settings, tmp_path: Path) -> None:
    """With the record's id and time of creation; other columns are left out."""
    text = '[messages]\nexternal = true\nfields = { user_id = "User", status = "Status" }\n'
    row = {"User": "u1", "Status": "queued", "Notes": "not ours"}

    async with stand_in(row) as airtable:
        loaded = await messages(with_sources(settings, tmp_path, text), airtable.url)

    assert loaded == [
        {"id": airtable.ids[0], "user_id": "u1", "status": "queued", "created_date": CREATED},
    ]


async def test_a_busy_or_failing_airtable_is_retried(settings: Settings) -> None:
    """After the statuses 429 and 503."""
    async with stand_in({"status": "sent"}) as airtable:
        faults = ["rate_limit", "unavailable", "rate_limit"]
        await airtable.control("settings", {"next_faults": faults, "penalty_seconds": 0})

        assert [message["status"] for message in await messages(settings, airtable.url)] == ["sent"]
        assert (await airtable.traffic())["requests"] == 4


async def test_airtable_that_refuses_is_an_error(settings: Settings) -> None:
    """A wrong token is an error without the token in it, and is not retried; no token is a wrong setting."""
    async with stand_in() as airtable:
        with pytest.raises(HTTPError, match="does not accept AIRTABLE_TOKEN") as error:
            await messages(settings, airtable.url, "wr0ng")

        assert (await airtable.traffic())["requests"] == 1
    assert "wr0ng" not in str(error.value)
    with pytest.raises(SettingsError, match="AIRTABLE_TOKEN and AIRTABLE_BASE"):
        load_messages_from_airtable(settings=settings)
