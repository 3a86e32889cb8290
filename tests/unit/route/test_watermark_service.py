"""The watermark service reads its topic whatever lies in it."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from schemas.control import Offsets, Processed, SourceRead, Watermark
from schemas.permissions import MailPause
from workers.route.watermark_service import WatermarkService
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.kafka.whole_topic import WholeTopic
from workers.runtime.metrics.records import IRREGULAR
from workers.runtime.process.clock import now_ms
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


def known(*pauses: MailPause, at: int | None = None) -> WholeTopic[MailPause]:
    """The pauses in memory, as of a time (None: now)."""
    controls = WholeTopic("controls", MailPause.under)
    controls.apply(
        [
            ConsumerRecord("controls", 0, n, pause.key.encode(), pause.dumps(), 0)
            for n, pause in enumerate(pauses)
        ]
    )
    controls.caught_up(now_ms() if at is None else at)
    return controls


def emitted(
    *records: tuple[bytes | None, bytes | None], controls: WholeTopic[MailPause] | None = None
) -> tuple[dict[str, Watermark], list[Any]]:
    """The last watermark written to each topic after the records of `watermarks`, and the log lines."""
    written: list[ProducerRecord] = []

    async def write(batch: Any) -> None:
        written.extend(batch)

    settings, producer = Settings(kairos_partitions=1), cast(BatchProducer, SimpleNamespace(write=write))
    service = WatermarkService(["users"], settings, producer, controls or known())
    fetched = [ConsumerRecord("watermarks", 0, n, key, value, 0) for n, (key, value) in enumerate(records)]
    with capture_logs() as logs:
        asyncio.run(service._poll(Consumer(fetched)))
    return {record.topic: Watermark.loads(record.value or b"") for record in written}, logs


ID = "0001020304050607"
NONE_WRITTEN = {"addresses": Offsets(topic_id=ID, next=[0])}
KEY = b"processed/0"


def read_up_to(at: int) -> tuple[bytes, bytes]:
    """The source was read up to a time, and holds nothing."""
    ends = {"users": Offsets(topic_id=ID, next=[0])}
    return b"capture/mongo", SourceRead(at=at, wall=at, ends=ends).dumps()


def everything_processed() -> tuple[bytes, bytes]:
    """Of the source, and of the addresses."""
    read = NONE_WRITTEN | {"users": Offsets(topic_id=ID, next=[0])}
    return KEY, Processed(wall=0, read=read, wrote=NONE_WRITTEN).dumps()


def test_what_is_no_report_is_passed_over_with_its_place() -> None:
    """A tombstone, a text, a foreign key, a time that is none; the reports behind them count."""
    now = now_ms()
    key, value = read_up_to(now)
    odd = [(key, None), (b"x", b"hello"), (b"\xff", value), (None, value), (KEY, b"{}"), (b"capture/", value)]
    marks, logs = emitted(*odd, read_up_to(2**70), everything_processed(), (key, value))

    assert marks["inbox"].at == now
    lines = [(line["partition"], line["offset"]) for line in logs if line.get("topic") == "watermarks"]
    assert lines == [(0, offset) for offset in range(7)]


def test_reports_of_earlier_versions_are_left_out_without_a_word() -> None:
    """They stay in the topic, since nobody writes under their keys any more."""
    now = now_ms()
    former = (b"documents/users/0", Watermark(at=now, wall=now).dumps())
    marks, logs = emitted(former, read_up_to(now), everything_processed())
    assert marks["inbox"].at == now
    assert not [line for line in logs if line.get("topic") == "watermarks"]


def test_a_report_too_far_ahead_counts_as_now() -> None:
    """It would otherwise never be taken back. It is counted, and told."""
    counter = IRREGULAR.labels("route", "watermarks", "watermark-ahead")
    before, counted = now_ms(), counter._value.get()
    marks, logs = emitted(read_up_to(before + 2 * HOUR), everything_processed())

    assert before <= marks["inbox"].at <= now_ms()
    assert counter._value.get() == counted + 1
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == [
        "watermarks ahead of this machine's clock by more than KAIROS_AHEAD_SECONDS: they count as now"
    ]


def everybody_reports(now: int) -> list[tuple[bytes | None, bytes]]:
    """So that the inbox gets its watermark."""
    return [read_up_to(now), everything_processed()]


def pause(subject: str, paused: bool = True, until: int | None = None) -> MailPause:
    return MailPause.model_validate(
        {"subject": subject, "paused": paused, "until": until, "by": "ops", "at": 1_707_523_200_000}
    )


def test_pauses_in_force_are_in_the_watermarks_of_the_inbox() -> None:
    """Those of more than one person; not those that are over."""
    now = now_ms()
    controls = known(
        pause("campaign:digest", until=now + HOUR),
        pause("all"),
        pause("campaign:over", until=now - 1),
        pause("campaign:resumed", paused=False),
        pause("person:ann"),
    )
    marks, _ = emitted(*everybody_reports(now), controls=controls)

    assert {topic: mark.paused for topic, mark in marks.items()} == {
        "inbox": ["all", "campaign:digest"],
        "job-signals": [],
        "mail-signals": [],
    }


@pytest.mark.parametrize("loaded", [False, True])
def test_without_the_pauses_there_is_no_watermark(loaded: bool) -> None:
    """Before they are loaded, and when they are too old to be acted on."""
    now = now_ms()
    controls = known(at=now - HOUR) if loaded else WholeTopic("controls", MailPause.under)
    marks, _ = emitted(*everybody_reports(now), controls=controls)

    assert marks == {}
