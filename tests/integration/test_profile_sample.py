"""The sample of the profile document, through real Kafka and in batch, as of 2024-02-10."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_jsonable_python

from schemas.decision import SendDecision
from schemas.documents import Event, Message, Order, User
from schemas.profile import EnrichedProfile
from tests.agreement import agree
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from tests.oracle import oracle
from tests.unit.people.batch.test_enrich import EXPECTED as CALCULATED
from tests.world import at, ms
from workers.people import enrich_user_profiles
from workers.product.reading import read

TODAY, THE_DAY_BEFORE = ms("2024-02-10"), ms("2024-02-09")
USER = {
    "id": "user_001",
    "email": "sarah.chen@email.com",
    "interests": ["hiking", "photography", "cooking"],
    "cuisine_preference": ["Italian", "Thai", "Japanese"],
    "dietary_restrictions": ["vegetarian"],
    "age": 32,
    "gender": "Female",
    "occupation": "Software Engineer",
    "relationship_status": "Single",
    "table_type_preference": "communal",
    "home_neighborhood": "Mission District",
    "work_neighborhood": "SOMA",
}
EVENTS = [
    {
        "id": "event_001",
        "name": "Italian Wine Tasting",
        "date": "2024-01-15",
        "venue": "The Vault",
        "host": "Chef Mario",
        "participants": ["sarah.chen@email.com", "mike.jones@email.com", "jenny.kim@email.com"],
        "event_type": "wine_tasting",
    },
    {
        "id": "event_002",
        "name": "Thai Cooking Class",
        "date": "2024-01-22",
        "venue": "Culinary Studio",
        "host": "Chef Ploy",
        "participants": ["sarah.chen@email.com", "mike.jones@email.com"],
        "event_type": "cooking_class",
    },
    {
        "id": "event_003",
        "name": "Farm to Table Dinner",
        "date": "2024-02-05",
        "venue": "The Vault",
        "host": "Chef Mario",
        "participants": ["sarah.chen@email.com", "jenny.kim@email.com", "alex.wong@email.com"],
        "event_type": "dinner",
    },
]
ORDERS = [
    {
        "id": "order_001",
        "user_id": "user_001",
        "event_id": "event_001",
        "amount": 75.00,
        "date": "2024-01-10",
    },
    {
        "id": "order_002",
        "user_id": "user_001",
        "event_id": "event_002",
        "amount": 85.00,
        "date": "2024-01-18",
    },
]
MESSAGES = [
    {
        "id": "msg_001",
        "user_id": "user_001",
        "content": "Hey Sarah! Chef Mario is hosting another Italian dinner...",
        "status": "sent",
        "sent_date": "2024-01-25",
    },
    {
        "id": "msg_002",
        "user_id": "user_001",
        "content": "New Thai cooking class with Chef Ploy...",
        "status": "queued",
        "created_date": "2024-02-10",
    },
]
EXPECTED = USER | CALCULATED
FURTHER_FIELDS = {"total_orders": 2, "favorite_event_types": ["wine_tasting", "cooking_class", "dinner"]}


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics whose watermarks the test writes: with this limit no source of 2024 is too old."""
    wire = Wire.create(services, kairos_stale_seconds=10**9)
    yield wire
    wire.close()


def expected_of(profile: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a profile that the document lists."""
    return {name: profile[name] for name in EXPECTED | FURTHER_FIELDS}


def put(wire: Wire) -> None:
    """Write the sample to the document topics, then a watermark of 2024-02-10."""
    for topic, documents in (
        ("events", EVENTS),
        ("orders", ORDERS),
        ("messages", MESSAGES),
        ("users", [USER]),
    ):
        for document in documents:
            wire.put(topic, str(document["id"]), json.dumps(document).encode(), THE_DAY_BEFORE)
    wire.watermark(TODAY)


def decisions(wire: Wire) -> list[SendDecision]:
    """The decisions about the sample user, in order."""
    return [SendDecision.loads(raw.value) for raw in wire.records("send-decisions") if raw.value]


@pytest.mark.wire
def test_the_fleet_makes_the_expected_profile(wire: Wire, tmp_path: Path) -> None:
    """`route` and `people` as processes: every field of the document's output, and the decision to send."""
    with workers(["route", "people"], wire.settings, tmp_path):
        wire.watermark(THE_DAY_BEFORE)
        until(lambda: wire.inbox_time() == THE_DAY_BEFORE)
        put(wire)
        until(lambda: decisions(wire) != [])
    profile = EnrichedProfile.loads(wire.latest("enriched-profiles")["user_001"]).at(at("2024-02-10"))

    assert expected_of(profile.model_dump(mode="json")) == EXPECTED | FURTHER_FIELDS
    (decision,) = decisions(wire)
    assert (decision.verdict, decision.decided_at) == ("send", at("2024-02-10"))
    assert wire.records("dead-letters") == []


def test_the_batch_function_makes_the_expected_profile() -> None:
    """The document's call, with a time; by the document's own rule the user may get a message."""
    (profile,) = enrich_user_profiles([USER], ORDERS, EVENTS, MESSAGES, as_of=at("2024-02-10"))

    assert json.loads(json.dumps(profile)) == profile
    assert expected_of(profile) == EXPECTED | FURTHER_FIELDS
    assert profile["can_send_new_message"]
    assert profile["has_enough_fields_to_personalize"]


def test_the_oracle_makes_the_expected_profile() -> None:
    """Else comparisons with it would prove nothing."""
    rows = (
        (User, "users", [USER]),
        (Order, "orders", ORDERS),
        (Event, "events", EVENTS),
        (Message, "messages", MESSAGES),
    )
    product = {
        topic: [read(model, document).model_dump() for document in documents]
        for model, topic, documents in rows
    }
    nothing: dict[str, list[Any]] = {"job-views": [], "job-preferences": []}
    profiles = oracle(product | nothing, at("2024-02-10"))
    profile = to_jsonable_python(profiles["user_001"]) | {"summary": EXPECTED["summary"]}

    assert expected_of(profile) == EXPECTED | FURTHER_FIELDS
    batch = enrich_user_profiles([USER], ORDERS, EVENTS, MESSAGES, as_of=at("2024-02-10"))
    agree(profiles, {"user_001": batch[0]})
