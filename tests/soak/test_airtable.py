"""2,000 records of Airtable under changes, 429 storms, cut connections, an expired webhook, and kills."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.embedded import Services
from tests.integration import airtable_reader
from tests.integration.airtable_product import AirtableProduct, airtable_product, row

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]
RECORDS, ROUNDS = 2_000, 12
FAULTS = {
    "reset": 0.04,
    "server_error": 0.03,
    "bad_gateway": 0.02,
    "unavailable": 0.02,
    "iterator_gone": 0.01,
}


@pytest.fixture
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The stand-in for Airtable alone, whose base closes for five seconds."""
    with Services.start(tmp_path_factory.mktemp("airtable"), only=("airtable",)) as services:
        services.restart("airtable", '{"answer_seconds": 0.03, "penalty_seconds": 5.0}')
        yield services


@pytest.fixture
def shop(services: Any, stand_in: Services, tmp_path: Path) -> Iterator[AirtableProduct]:
    """A product whose messages are in Airtable."""
    intervals: dict[str, Any] = {"airtable_compare_seconds": 60.0, "airtable_sweep_seconds": 10.0}
    intervals["airtable_closed_seconds"] = 5.0
    with airtable_product(services, stand_in, tmp_path, **intervals) as shop:
        yield shop


def test_the_topic_equals_the_table_at_rest(shop: AirtableProduct, seed: int) -> None:
    """And at most five requests came in any second, although a second process reads all the time."""
    chance = random.Random(seed)
    for _ in range(RECORDS // 100):
        shop.edit(create=[row(chance) for _ in range(100)])
    shop.control("settings", {"faults": FAULTS, "seed": seed})
    reader = airtable_reader.start(shop.product.settings, ROUNDS * 10.0)
    for number in range(ROUNDS):
        before = len(shop.positions())
        process = shop.product.process()
        end = time.monotonic() + 8.0
        while time.monotonic() < end:
            shop.change_some(chance, 30)
            if number % 3 == 1:
                shop.control("close", {"seconds": 5.0})
            time.sleep(1.0)  # so that changes come all the time, and not all at once
        if number == ROUNDS // 2:
            shop.control("expire", {})
        shop.wait_for_position(before)
        process.kill()
        process.join()
        shop.change_some(chance, 30)
    read = airtable_reader.result(reader)
    with shop.product.captured():
        shop.wait_until_equal()
        shop.control("settings", {"faults": {}})
        shop.change_some(chance, 30)
        shop.wait_until_equal()
    traffic = next(iter(shop.control("traffic").values()))
    print(f"{len(shop.table()):,} records, {read} readings beside, {traffic}", flush=True)

    assert len(shop.table()) > RECORDS
    assert shop.most_requests() <= 5
    assert traffic["statuses"]["GET 429"] > 0
