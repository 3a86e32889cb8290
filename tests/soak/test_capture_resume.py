"""A snapshot of 2,000,000 documents whose capture is killed at 60 % goes on from there."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import Services, mongo_node
from tests.integration.capturing import Product, product
from tests.soak.capture_process import CaptureProcess
from workers.capture.topic_scan import reading
from workers.runtime.kafka.headers import is_watermark

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
DOCUMENTS, KILLED_AT = 2_000_000, 0.6
BATCH = 10_000
AGAIN = 0.1  # of the documents may be read again: what was read since the place was last saved
PATIENT_SECONDS = 3_000.0


@pytest.fixture
def roomy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Services whose MongoDB, which keeps documents in memory, has room for all of them."""
    if request.config.getoption("--services") != "embedded":
        pytest.skip("the embedded services are quick enough to fill")
    monkeypatch.setattr(mongo_node, "HEAP", ("-Xmx8g", "-Xms32m"))
    with Services.start(only=("kafka", "mongo")) as services:
        yield services


def test_a_killed_snapshot_of_two_million_goes_on(roomy: Services, tmp_path: Path) -> None:
    """Only what was read in the last seconds before the kill is read again, and every document is there."""
    with product(roomy, tmp_path, kairos_session_seconds=10.0) as shop:
        for begin in range(0, DOCUMENTS, BATCH):
            shop.db.users.insert_many([{"_id": number, "age": 1} for number in range(begin, begin + BATCH)])
        began = time.monotonic()
        with CaptureProcess(shop.settings, tmp_path) as capture:
            assert capture.watch_until(lambda: written(shop) >= KILLED_AT * DOCUMENTS, PATIENT_SECONDS)
            capture.kill()
            at_kill, position = written(shop), shop.positions()[-1]
            capture.start()
            assert capture.watch_until(lambda: is_complete(shop), PATIENT_SECONDS)
            text = capture.log_text()
        keys, records = content(shop)
        again = records - DOCUMENTS
        print(
            f"{DOCUMENTS:,} documents, killed at {at_kill:,}, {again:,} read again; "
            f"{time.monotonic() - began:.0f} s with the check",
            flush=True,
        )

    assert position.scan is not None
    assert position.scan.after is not None
    assert '"goes_on": true' in text
    assert keys == DOCUMENTS
    assert 0 <= again <= AGAIN * DOCUMENTS


def written(shop: Product) -> int:
    """How many records the topic holds, watermarks included."""
    with reading(shop.settings) as reader:
        return sum(reader.ends("users").values())


def is_complete(shop: Product) -> bool:
    """Whether the topic is complete."""
    last = shop.positions()[-1]
    return last.snapshot_done if last.scan is None else "users" not in last.scan.topics


def content(shop: Product) -> tuple[int, int]:
    """How many keys and records of documents the topic holds, one record after the other: they are many."""
    keys: set[bytes] = set()
    records = 0
    with reading(shop.settings) as reader:
        for record in reader.read("users"):
            if not is_watermark(record.headers):
                records += 1
                keys.add(record.key or b"")
    return len(keys), records
