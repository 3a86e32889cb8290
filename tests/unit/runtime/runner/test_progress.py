"""The reports of how far a worker is, over a topic in memory."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from faust.types import TP

from schemas.control import Offsets, Processed
from tests.unit.runtime.engine.tiny import tiny
from workers.runtime.kafka.broker import TopicInfo
from workers.runtime.kafka.headers import is_watermark
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.settings import Settings
from workers.runtime.runner.progress import ProgressReporter, Reports

ID = bytes(8)
INBOX = TP("inbox", 1)


class Log:
    """Appends records; each report can be waited for."""

    def __init__(self) -> None:
        self.records: list[ProducerRecord] = []
        self.ends: dict[tuple[str, int], int] = defaultdict(int)
        self.arrived = asyncio.Queue[ProducerRecord]()

    async def write(self, records: Iterable[ProducerRecord]) -> dict[tuple[str, int], list[tuple[int, int]]]:
        """Append them."""
        written = {}
        for record in records:
            place = record.topic, record.partition or 0
            written[place] = [(self.ends[place], 1)]
            self.ends[place] += 1
            self.records.append(record)
            if record.topic == "watermarks":
                self.arrived.put_nowait(record)
        return written

    def reports(self) -> list[Processed]:
        """What was reported."""
        return [Processed.loads(each.value or b"") for each in self.records if each.topic == "watermarks"]


class Batch:
    """A batch that ends at an offset."""

    def __init__(self, last: int) -> None:
        self.last = last


def reporter(log: Log, fenced: Any = lambda: None) -> ProgressReporter:
    """The reporter of a stage that reads the inbox, to which its worker writes, too."""
    info = {topic: TopicInfo(2, ID) for topic in ("inbox", "watermarks")}
    reports = Reports("watermarks", own=("inbox",), facts=("inbox",))
    return ProgressReporter("w", reports, [tiny(reports=True)], Settings(), info, log, fenced)  # type: ignore[arg-type]


async def running(reporting: ProgressReporter, log: Log, count: int) -> None:
    """Run until so many more reports were written."""
    task = asyncio.ensure_future(reporting.run())
    async with asyncio.timeout(10):
        for _ in range(count):
            await log.arrived.get()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def read(*next_: int | None) -> Mapping[str, Offsets]:
    """Of the inbox."""
    return {"inbox": Offsets(topic_id=ID.hex(), next=[*next_])}


async def test_before_the_first_report_the_ends_of_its_own_topics_are_found_out() -> None:
    """By a watermark without a time in every partition; then it is told where reading begins."""
    log = Log()
    log.ends["inbox", 0] = 40
    reporting = reporter(log)
    reporting.begin({INBOX: 7})
    await running(reporting, log, 1)

    *marks, report = log.records
    assert [(each.topic, each.partition, is_watermark(each.headers)) for each in marks] == [
        ("inbox", 0, True),
        ("inbox", 1, True),
    ]
    assert (report.key, report.partition) == (b"processed/1", 0)
    (told,) = log.reports()
    assert (told.read, told.wrote) == (read(None, 7), read(41, 1))


async def test_what_is_processed_while_a_report_is_under_way_is_in_the_next() -> None:
    """One record for all of it."""
    log = Log()
    reporting = reporter(log)
    reporting.begin({INBOX: 0})
    await running(reporting, log, 1)
    for last in (3, 4, 5):
        reporting.processed([(INBOX, Batch(last))])  # type: ignore[list-item]
    await running(reporting, log, 1)

    assert [each.read for each in log.reports()] == [read(None, 0), read(None, 6)]


async def test_partitions_that_leave_are_not_told_of() -> None:
    """Those that come have the marks of their own; without any nothing is reported."""
    log = Log()
    reporting = reporter(log)
    for starts in ({INBOX: 7}, {TP("inbox", 0): 2}):
        reporting.begin(starts)
        await running(reporting, log, 1)
    reporting.begin({})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await reporting.run()

    assert [each.read for each in log.reports()] == [read(None, 7), read(2, None)]
    assert len([each for each in log.records if is_watermark(each.headers)]) == 6


async def test_a_worker_that_is_fenced_reports_nothing() -> None:
    """Its partitions may be another's."""

    def fenced() -> None:
        raise SystemExit(1)

    log = Log()
    reporting = reporter(log, fenced)
    reporting.begin({INBOX: 7})
    with pytest.raises(SystemExit):
        await reporting.run()
    assert log.records == []
