"""Records of many requests share a batch, and only what Kafka acknowledged counts as written."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError
from structlog.testing import capture_logs

from workers.runtime.kafka.broker import TopicInfo
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import ProducerRecord, partition_of
from workers.runtime.process.settings import Settings
from workers.serve import shared_writer
from workers.serve.shared_writer import SharedWriter

MIA, JUN = b"mia", b"jun"  # in two partitions


class ProducerInMemory(BatchProducer):
    """Takes batches; `fails` raises or waits instead, for `failing` only if that is given."""

    def __init__(self) -> None:
        super().__init__(Settings(), {}, 1.0)
        self.batches: list[list[ProducerRecord]] = []
        self.fails: Callable[[], Any] | None = None
        self.failing: int | None = None  # partition
        self.is_stopped = False
        self.started = asyncio.Event()
        self.begun = asyncio.Event()  # a batch was given

    async def start(self) -> None:
        self.started.set()

    async def stop(self) -> None:
        self.is_stopped = True

    async def write_partition(self, ref: Any, records: Sequence[ProducerRecord]) -> Any:
        self.begun.set()
        if self.fails is not None and self.failing in (None, ref[1]):
            await self.fails()
        self.batches.append(list(records))


def record(number: int, key: bytes = MIA) -> ProducerRecord:
    """A record of its own."""
    return ProducerRecord("interactions", key, b"%d" % number, (), number)


def place(key: bytes) -> int:
    """The partition of a key."""
    return partition_of(key, 2)


@asynccontextmanager
async def connected(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[SharedWriter, ProducerInMemory]]:
    """A writer whose producer is in memory."""
    producer = ProducerInMemory()
    monkeypatch.setattr(shared_writer, "describe", lambda *_: {"interactions": TopicInfo(2, b"")})
    monkeypatch.setattr(shared_writer, "BatchProducer", lambda *_: producer)
    writer = SharedWriter(Settings(), ["interactions"])
    running = asyncio.create_task(writer.keep_connected())
    await producer.started.wait()
    try:
        yield writer, producer
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert producer.is_stopped


async def test_records_of_a_moment_are_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """In their order; later ones in another batch."""
    async with connected(monkeypatch) as (writer, producer):
        first = [writer.write(record(number)) for number in range(3)]
        assert await asyncio.gather(*first) == [True] * 3
        assert await writer.write(record(3))

    assert producer.batches == [[record(0), record(1), record(2)], [record(3)]]


async def test_what_kafka_does_not_acknowledge_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error, or no answer in time: one line when it begins, and the next record is tried again."""

    async def refuse() -> None:
        raise KafkaTimeoutError

    monkeypatch.setattr(shared_writer, "ANSWER_SECONDS", 0.01)
    async with connected(monkeypatch) as (writer, producer):
        with capture_logs() as lines:
            for producer.fails in (refuse, asyncio.Event().wait):
                assert not await writer.write(record(0))
                assert not writer.is_connected
        assert [line["event"] for line in lines] == ["waiting for Kafka"]
        producer.fails = None
        assert await writer.write(record(1))
        assert writer.is_connected


async def test_too_many_waiting_records_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded while Kafka is slow; there is room again afterwards."""
    monkeypatch.setattr(shared_writer, "MOST_WAITING", 2)
    async with connected(monkeypatch) as (writer, _):
        written = [writer.write(record(number)) for number in range(3)]
        assert written[2].done()
        assert await asyncio.gather(*written) == [True, True, False]
        assert await writer.write(record(3))


async def test_what_comes_while_a_batch_is_on_its_way_is_the_next_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However slow Kafka is, so the batches grow and not their number."""
    written = asyncio.Event()
    async with connected(monkeypatch) as (writer, producer):
        producer.fails = written.wait
        first = writer.write(record(0))
        await producer.begun.wait()
        later = [writer.write(record(number)) for number in (1, 2, 3)]
        await asyncio.sleep(2 * shared_writer.SPACING_SECONDS)
        written.set()
        assert await asyncio.gather(first, *later) == [True] * 4

    assert producer.batches == [[record(0)], [record(1), record(2), record(3)]]


async def test_a_partition_that_does_not_answer_delays_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it fails its own records wait alone."""
    failed = asyncio.Event()

    async def fail_later() -> None:
        await failed.wait()
        raise KafkaTimeoutError

    monkeypatch.setattr(shared_writer, "ANSWER_SECONDS", 300)
    async with connected(monkeypatch) as (writer, producer):
        producer.fails, producer.failing = fail_later, place(MIA)
        stuck = writer.write(record(0, MIA))
        for number in range(3):
            assert await writer.write(record(number, JUN))
        assert not stuck.done()
        failed.set()
        assert not await stuck


async def test_the_time_of_a_record_runs_while_it_waits_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """So nobody waits for longer than one answer may take."""
    monkeypatch.setattr(shared_writer, "ANSWER_SECONDS", 0.05)
    async with connected(monkeypatch) as (writer, producer):
        producer.fails = asyncio.Event().wait
        first = writer.write(record(0))
        await producer.begun.wait()
        both = [first, writer.write(record(1))]
        assert await asyncio.gather(*both) == [False, False]


async def test_before_a_broker_answers_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """It tries again until one does."""
    answers = iter([OSError("no broker"), {"interactions": TopicInfo(2, b"")}])
    writer, producer = SharedWriter(Settings(), ["interactions"]), ProducerInMemory()
    assert not await writer.write(record(0))

    def describe(*_: Any) -> Any:
        if isinstance(answer := next(answers), Exception):
            raise answer
        return answer

    monkeypatch.setattr(shared_writer, "describe", describe)
    monkeypatch.setattr(shared_writer, "BatchProducer", lambda *_: producer)
    running = asyncio.create_task(writer.keep_connected())
    await producer.started.wait()
    assert await writer.write(record(1))
    running.cancel()
