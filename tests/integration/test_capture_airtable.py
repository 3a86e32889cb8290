"""Capture of a table of Airtable, with its stand-in, a real Kafka and a real Redis."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deploy.embedded import Services
from deploy.embedded.airtable.service import BASE, FIELDS, TABLE
from tests.integration.airtable_product import (
    SOURCES,
    AirtableProduct,
    airtable_product,
    row,
    stand_in_alone,
)
from tests.integration.capturing import eventually, version
from workers import cli
from workers.capture.failure import RefusedError
from workers.runtime.process import exits

pytestmark = pytest.mark.wire


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The stand-in for Airtable alone."""
    with stand_in_alone(tmp_path_factory.mktemp("airtable")) as services:
        yield services


@pytest.fixture
def shop(services: Any, stand_in: Services, tmp_path: Path) -> Iterator[AirtableProduct]:
    """A product whose messages are in Airtable."""
    with airtable_product(services, stand_in, tmp_path) as shop:
        yield shop


def test_records_are_created_changed_and_deleted(shop: AirtableProduct) -> None:
    """Each change has a later version; watermarks follow; what is not mapped stays in Airtable."""
    columns = {"base": BASE, "table": TABLE, "fields": FIELDS | {"Notes": "multilineText"}}
    shop.control("columns", columns)
    (kept,) = shop.edit(create=[{"user_id": "u1", "status": "queued", "Notes": "not ours"}])
    with shop.product.captured():
        shop.wait_until_equal()
        eventually(lambda: shop.product.watermarks("messages"), "a watermark")
        shop.edit(update={kept: {"status": "sent", "sent_date": "2024-01-25"}})
        shop.wait_until_equal()
        shop.edit(delete=[kept])
        shop.wait_until_equal()
        marks = len(shop.product.watermarks("messages"))
        eventually(lambda: len(shop.product.watermarks("messages")) > marks, "watermarks of a table at rest")
    records = shop.product.records("messages")
    versions = [version(record) for record in records]

    assert [record.value is None for record in records] == [False, False, True]
    assert versions == sorted(set(versions))
    assert json.loads(records[1].value)["sent_date"] == "2024-01-25"
    assert "Notes" not in json.loads(records[0].value)
    assert shop.most_requests() <= 5


def test_a_killed_capture_goes_on_from_its_cursor(shop: AirtableProduct) -> None:
    """Killed twice while records change, under 429s, cut connections and errors: at rest all is equal."""
    chance = random.Random(17)
    for _ in range(3):
        shop.edit(create=[row(chance) for _ in range(60)])
    shop.control("settings", {"faults": {"reset": 0.05, "server_error": 0.05, "bad_gateway": 0.05}})
    for _ in range(2):
        before = len(shop.positions())
        process = shop.product.process()
        shop.wait_for_position(before)
        shop.change_some(chance)
        shop.control("close", {"seconds": 1.0})
        shop.change_some(chance)
        process.kill()
        process.join()
        shop.change_some(chance)
    with shop.product.captured():
        shop.change_some(chance)
        shop.wait_until_equal()
        shop.control("settings", {"faults": {}})
        shop.change_some(chance)
        shop.wait_until_equal()

    assert shop.most_requests() <= 5
    assert len(shop.table()) > 150
    keys = [record.key for record in shop.product.records("messages")]
    assert len(keys) < 2 * len(set(keys)) + 100  # what is held already was not written again


@pytest.mark.parametrize("expired", ["disabled", "gone"])
def test_an_expired_webhook_is_replaced_and_what_it_missed_is_found(
    shop: AirtableProduct, expired: str
) -> None:
    """Deletions too, which only a comparison can find."""
    ids = shop.edit(create=[{"user_id": f"u{i}"} for i in range(20)])
    shop.control("settings", {"expired": expired})
    with shop.product.captured():
        shop.wait_until_equal()
        shop.control("expire", {})
        shop.edit(delete=ids[:2], update={ids[2]: {"status": "sent"}})
        shop.wait_until_equal()
        webhooks = {(position.token or {})["webhook"] for position in shop.positions()}
        shop.edit(delete=ids[3:4])
        shop.wait_until_equal()

    assert len(webhooks) == 2


def test_without_the_right_to_webhooks_sweeps_and_comparisons_find_all(shop: AirtableProduct) -> None:
    """And without that to read schemas all columns are read."""
    shop.control("settings", {"scopes": ["data.records:read"]})
    ids = shop.edit(create=[{"user_id": f"u{i}"} for i in range(20)])
    with shop.product.captured():
        shop.wait_until_equal()
        shop.edit(update={ids[0]: {"status": "sent"}}, create=[{"user_id": "new"}])
        shop.wait_until_equal()
        shop.edit(delete=ids[:2])
        shop.wait_until_equal()
        eventually(lambda: shop.product.watermarks("messages"), "a watermark")


def test_a_comparison_that_would_delete_too_much_asks_first(shop: AirtableProduct) -> None:
    """Nothing is deleted, and the line says what to check."""
    ids = shop.edit(create=[{"user_id": f"u{i}"} for i in range(20)])
    with shop.product.captured():
        shop.wait_until_equal()
    shop.control("expire", {})
    shop.edit(delete=ids[:10])

    shop.control("settings", {"scopes": ["data.records:read", "schema.bases:read"]})
    with pytest.raises(AssertionError), shop.product.captured() as stop:
        eventually(stop.is_set, "capture has stopped")
    (error,) = shop.product.failures
    assert isinstance(error, RefusedError)
    assert str(error).startswith(f"collection {BASE}/{TABLE} lacks 10 of the 20 documents of topic messages")
    assert "check AIRTABLE_BASE and KAIROS_SOURCES" in str(error)
    assert error.code == exits.REFUSED
    assert len(shop.topic()) == 20

    shop.product.failures.clear()
    command = ["capture", "confirm", "messages"]
    confirmed = CliRunner().invoke(cli.kairos, command, env=shop.product.settings.environment())
    assert confirmed.exit_code == 0, confirmed.output
    with shop.product.captured():
        shop.wait_until_equal()


@pytest.mark.parametrize(
    ("settings", "columns", "sources", "line"),
    [
        ({"token": "other"}, {}, SOURCES, "Airtable does not accept AIRTABLE_TOKEN"),
        (
            {"scopes": []},
            {},
            SOURCES,
            f"does not let the token read {BASE}/{TABLE}, or there is",
        ),
        ({}, {}, SOURCES.replace('"airtable"\n', '"airtable"\ntable = "Mails"\n', 1), "has no table Mails"),
        ({}, {"Sent": "dateTime"}, SOURCES, "has no field of topic messages"),
        (
            {},
            {},
            SOURCES.replace('"airtable"\n', '"airtable"\nfields = { sent_date = "Sent on" }\n', 1),
            "has no field “Sent on” (for messages.sent_date)",
        ),
    ],
)
def test_what_no_restart_mends_is_one_line(
    services: Any,
    stand_in: Services,
    tmp_path: Path,
    settings: dict[str, Any],
    columns: dict[str, str],
    sources: str,
    line: str,
) -> None:
    """A wrong token, a missing right, table or field: capture ends with the line that names it."""
    with airtable_product(services, stand_in, tmp_path, sources) as shop:
        shop.control("settings", settings)
        if columns:
            shop.control("columns", {"base": BASE, "table": TABLE, "fields": columns})
        with pytest.raises(AssertionError), shop.product.captured() as stop:
            eventually(stop.is_set, "capture has stopped")

        (error,) = shop.product.failures
        assert isinstance(error, RefusedError)
        assert line in str(error)


def test_a_column_that_is_renamed_stops_capture_with_a_line(shop: AirtableProduct) -> None:
    """It would otherwise look as if every message had lost its status."""
    shop.edit(create=[{"user_id": "u1", "status": "sent"}])
    fields = {("Status" if name == "status" else name): kind for name, kind in FIELDS.items()}
    columns = {"base": BASE, "table": TABLE, "fields": fields, "renamed": {"status": "Status"}}
    with shop.product.captured():
        shop.wait_until_equal()
        shop.wait_for_position(0)
    shop.control("columns", columns)
    with pytest.raises(AssertionError), shop.product.captured() as stop:
        eventually(stop.is_set, "capture has stopped")

    assert "has no field “status” any more" in str(shop.product.failures[0])
    assert next(iter(shop.topic().values()))["status"] == "sent"


def test_users_from_mongodb_and_messages_from_airtable(
    services: Any, stand_in: Services, tmp_path: Path
) -> None:
    """Side by side; a line of one source ends both."""
    sources = SOURCES.replace("[users]\nenabled = false\n", "")
    with airtable_product(services, stand_in, tmp_path, sources) as shop:
        shop.product.db.users.insert_one({"_id": "u1", "email": "ann@x.test"})
        shop.edit(create=[{"user_id": "u1", "status": "sent"}])
        with shop.product.captured():
            shop.wait_until_equal()
            eventually(lambda: shop.product.latest("users"), "the user")
        shop.control("settings", {"token": "other"})
        with pytest.raises(AssertionError), shop.product.captured() as stop:
            eventually(stop.is_set, "capture has stopped")

        assert "AIRTABLE_TOKEN" in str(shop.product.failures[0])
