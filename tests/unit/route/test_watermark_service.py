"""The watermark service reads its topic whatever lies in it."""

import asyncio
from types import SimpleNamespace
from typing import Any

from structlog.testing import capture_logs

from schemas.control import Watermark
from workers.route.watermark_service import WatermarkService
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.runtime.process.metrics import IRREGULAR
from workers.runtime.process.settings import Settings

HOUR = 3_600_000


class Consumer:
    """Gives records once, and has no lag behind them."""

    def __init__(self, records: list[ConsumerRecord]) -> None:
        self._records = records

    async def getmany(self, timeout_ms: int) -> dict[int, list[ConsumerRecord]]:
        """The records of the one partition."""
        return {0: self._records}

    def assignment(self) -> set[int]:
        """The one partition."""
        return {0}

    def last_stable_offset(self, tp: int) -> int:
        """The end."""
        return len(self._records)

    async def position(self, tp: int) -> int:
        """All is read."""
        return len(self._records)


def emitted(*records: tuple[bytes | None, bytes | None]) -> tuple[dict[str, Watermark], list[Any]]:
    """The last watermark written to each topic after the records of `watermarks`, and the log lines."""
    written: list[ProducerRecord] = []

    async def write(batch: Any) -> None:
        written.extend(batch)

    settings = Settings(kairos_partitions=1)
    service = WatermarkService(["users"], settings, SimpleNamespace(write=write))  # type: ignore[arg-type]
    fetched = [ConsumerRecord("watermarks", 0, n, key, value, 0) for n, (key, value) in enumerate(records)]
    with capture_logs() as logs:
        asyncio.run(service._poll(Consumer(fetched)))
    return {record.topic: Watermark.loads(record.value or b"") for record in written}, logs


def report(key: bytes | None, at: int) -> tuple[bytes | None, bytes]:
    """A report under a key."""
    return key, Watermark(at=at, wall=at).dumps()


def test_what_is_no_report_is_passed_over_with_its_place() -> None:
    """A tombstone, a text, a foreign key, a time that is none; the report behind them counts."""
    now = now_ms()
    odd = [(b"documents/users/0", None), (b"x", b"hello"), report(b"\xff", now), report(None, now)]
    marks, logs = emitted(*odd, report(b"documents/users/0", 2**70), report(b"documents/users/0", now))

    assert marks["addresses"].at == now
    lines = [(line["partition"], line["offset"]) for line in logs if line.get("topic") == "watermarks"]
    assert lines == [(0, offset) for offset in range(5)]


def test_a_report_too_far_ahead_counts_as_now() -> None:
    """It would otherwise never be taken back. It is counted."""
    counter = IRREGULAR.labels("route", "watermarks", "watermark-ahead")
    before, counted = now_ms(), counter._value.get()
    marks, _ = emitted(report(b"documents/users/0", before + 2 * HOUR))

    assert before <= marks["addresses"].at <= now_ms()
    assert counter._value.get() == counted + 1
