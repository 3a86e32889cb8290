"""Hundreds of mails are written back through faults and kills: one record each, with its last status."""

import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from deploy.embedded import Services
from deploy.embedded.airtable.service import BASE
from tests.integration import airtable_reader
from tests.integration.airtable_product import stand_in_alone
from tests.integration.messages_shop import (
    AirtableShop,
    MessagesShop,
    airtable_shop,
    mongo_shop,
)
from tests.integration.processes import until
from tests.integration.workers import WorkerProcess, workers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
FAULTS = {"reset": 0.1, "server_error": 0.1, "unavailable": 0.05}
MAILS, KILLS = 300, 8


def has_rows(shop: MessagesShop, least: int) -> bool:
    """Whether so many mails have a record."""
    return len(shop.rows()) >= least


@pytest.fixture
def in_airtable(
    services: Services, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> Iterator[AirtableShop]:
    """Messages are in Airtable, whose requests fail."""
    with (
        stand_in_alone(tmp_path_factory.mktemp("airtable")) as stand_in,
        airtable_shop(services, stand_in, tmp_path) as shop,
    ):
        shop.control("settings", {"faults": FAULTS, "next_faults": ["rate_limit"]})
        yield shop


def write_all(shop: MessagesShop, folder: Path, seed: int) -> dict[str, str]:
    """Write mails and outcomes in any order, and kill the worker again and again; the expected statuses."""
    chance = random.Random(seed)
    mails = [f"u{number}:1" for number in range(MAILS)]
    outcomes = {mail: chance.choice(["sent", "failed", ""]) for mail in mails}
    acts: list[Callable[[], None]] = [partial(shop.write_mail, mail) for mail in mails]
    acts += [partial(shop.report, mail, outcome) for mail, outcome in outcomes.items() if outcome]
    chance.shuffle(acts)
    for number in range(KILLS):
        for act in acts[number::KILLS]:
            act()
        shop.wire.producer.flush()
        least = len(shop.rows()) + 5
        worker = WorkerProcess("writeback", shop.wire.settings, folder / f"{number}.log")
        until(partial(has_rows, shop, least))
        worker.kill()
    return {mail: outcome or "queued" for mail, outcome in outcomes.items()}


def test_every_mail_has_one_record_in_airtable(in_airtable: AirtableShop, tmp_path: Path, seed: int) -> None:
    """With another process that reads the table, there are never more than five requests in a second."""
    reader = airtable_reader.start(in_airtable.wire.settings, 60.0)
    expected = write_all(in_airtable, tmp_path, seed)
    with workers(["writeback"], in_airtable.wire.settings, tmp_path):
        until(lambda: in_airtable.statuses() == expected)
    assert airtable_reader.result(reader) > 0
    traffic = in_airtable.control("traffic")[BASE]

    assert traffic["heaviest_requests"] <= 5
    assert traffic["statuses"]["PATCH 200"] > 0
    assert all("sent_date" in row for row in in_airtable.rows() if row["status"] == "sent")


def test_every_mail_has_one_record_in_mongodb(services: Services, tmp_path: Path, seed: int) -> None:
    """Two workers at once at last, which look at the same records while their group is shared out anew."""
    with mongo_shop(services, tmp_path) as shop:
        expected = write_all(shop, tmp_path, seed)
        with workers(["writeback", "writeback"], shop.wire.settings, tmp_path):
            until(lambda: shop.statuses() == expected)
        assert all("sent_date" in row for row in shop.rows() if row["status"] == "sent")
