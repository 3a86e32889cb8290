"""Mails become records in Airtable's stand-in or in MongoDB, and come back as messages, on real Kafka."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from bson import ObjectId

from deploy.embedded import Services
from deploy.embedded.airtable.service import BASE, FIELDS, TABLE
from schemas.decision import SendDecision
from schemas.model import from_epoch_ms
from tests.integration.airtable_product import stand_in_alone
from tests.integration.messages_shop import (
    AirtableShop,
    MessagesShop,
    airtable_shop,
    mongo_shop,
)
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import WorkerProcess, workers
from workers.runtime.process import exits
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
MIA = ObjectId()
PERSON = {
    "email": "mia@example.com",
    "language": "en",
    "interests": ["tea", "hiking"],
    "cuisine_preference": ["Thai"],
    "age": 34,
    "occupation": "Nurse",
}


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The stand-in for Airtable alone."""
    with stand_in_alone(tmp_path_factory.mktemp("airtable")) as services:
        yield services


@pytest.fixture
def in_airtable(services: Addressed, stand_in: Services, tmp_path: Path) -> Iterator[AirtableShop]:
    """Messages are in Airtable."""
    with airtable_shop(services, stand_in, tmp_path) as shop:
        yield shop


@pytest.fixture(params=["Airtable", "MongoDB"])
def shop(request: pytest.FixtureRequest, services: Addressed, tmp_path: Path) -> Iterator[MessagesShop]:
    """Messages are in either."""
    if request.param == "Airtable":
        yield request.getfixturevalue("in_airtable")
        return
    with mongo_shop(services, tmp_path) as shop:
        yield shop


def verdict_on(wire: Wire, person: str) -> str | None:
    """The verdict of the last decision about a person; None before the first."""
    value = wire.latest("send-decisions").get(person)
    return None if value is None else SendDecision.loads(value).verdict


def test_a_mail_is_queued_sent_and_captured_again_as_one_message(shop: MessagesShop, tmp_path: Path) -> None:
    """From the decision to the record and back to the profile, which knows one message and no second mail.

    The worker is killed between two records: nothing is written twice.
    """
    wire, person = shop.wire, str(MIA)
    decision = f"{person}:1"
    shop.database.users.insert_one({"_id": MIA} | PERSON)
    first = WorkerProcess("writeback", wire.settings, tmp_path / "first.log")
    with workers(["capture", "route", "people"], wire.settings, tmp_path):
        until(lambda: verdict_on(wire, person) == "send")  # a mail is written after it was decided on
        shop.write_mail(decision)
        wire.producer.flush()
        until(lambda: shop.statuses() == {decision: "queued"})
        first.kill()
        until(lambda: getattr(shop.profile(person), "queued_message_count", 0) == 1)
        shop.report(decision, "sent")
        with workers(["writeback"], wire.settings, tmp_path):
            until(lambda: shop.statuses() == {decision: "sent"})
            until(lambda: b'"status":"sent"' in b"".join(filter(None, wire.latest("messages").values())))
            until(lambda: getattr(shop.profile(person), "queued_message_count", 1) == 0)
            (row,) = shop.rows()
            shop.report(decision, "failed")  # by a sender that is mistaken
            shop.report(decision, "clicked")
            until(lambda: b"clicked" in b"".join(r.value or b"" for r in wire.records("inbox")))
            until(lambda: wire.lag({"writeback": ("emails", "engagements")}) == 0)

    profile = shop.profile(person)
    assert profile is not None
    assert (profile.total_messages_sent, profile.can_send_new_message) == (1, False)
    assert profile.last_message_sent_date == from_epoch_ms(now_ms()).date()
    assert shop.statuses() == {decision: "sent"}
    assert row["user_id"] == (person if isinstance(shop, AirtableShop) else MIA)
    assert row["content"].startswith("Another evening at The Vault?\n\n")
    assert row["sent_date"]
    decisions = [SendDecision.loads(r.value) for r in wire.records("send-decisions") if r.value]
    assert [each.id for each in decisions if each.slot is not None] == [decision]
    assert wire.latest("dead-letters") == {}
    if isinstance(shop, AirtableShop):
        assert shop.control("traffic")[BASE]["heaviest_requests"] <= 5


def test_a_record_that_is_refused_stops_nothing_and_a_renamed_column_stops_the_worker_alone(
    in_airtable: AirtableShop, tmp_path: Path
) -> None:
    """One line each; after the name is corrected the worker goes on where it stood, if it may write."""
    shop, wire = in_airtable, in_airtable.wire
    shop.control("settings", {"options": {"status": ["queued", "sent"]}})
    worker = WorkerProcess("writeback", wire.settings, tmp_path / "first.log")
    shop.report("a:1", "failed")
    shop.report("b:1", "sent")
    until(lambda: shop.statuses() == {"b:1": "sent"})
    until(lambda: "INVALID_MULTIPLE_CHOICE_OPTIONS" in worker.log_text())

    columns = {name: kind for name, kind in FIELDS.items() if name != "status"} | {"State": "singleSelect"}
    shop.control("columns", {"base": BASE, "table": TABLE, "fields": columns, "renamed": {"status": "State"}})
    shop.report("c:1", "sent", at=from_epoch_ms(now_ms()) - timedelta(hours=1))
    assert worker.wait() == exits.REFUSED
    assert "a column was renamed or deleted" in worker.log_text()

    sources = '[messages]\nfrom = "airtable"\nfields.status = "State"\n'
    wire.settings.kairos_sources.write_text(sources, "utf-8")
    shop.control("settings", {"scopes": ["data.records:read", "schema.bases:read"]})
    without = WorkerProcess("writeback", wire.settings, tmp_path / "without.log")
    assert without.wait() == exits.REFUSED
    assert "data.records:write" in without.log_text()
    assert "AIRTABLE_WRITE_BACK=false" in without.log_text()

    shop.control("settings", {"scopes": ["data.records:read", "data.records:write", "schema.bases:read"]})
    with workers(["writeback"], wire.settings, tmp_path):
        until(lambda: {row["decision_id"]: row["State"] for row in shop.rows()}.get("c:1") == "sent")
