"""Kafka refuses the records of a producer whose role another one has taken over, however old they are."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from kafka.errors import KafkaError, TransactionalIdAuthorizationFailedError
from structlog.testing import capture_logs

from tests.integration.wire import Addressed, Wire
from workers.runtime.kafka import producer_epoch
from workers.runtime.kafka.producer_epoch import take_over
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import ProducerError, SyncProducer, connected
from workers.runtime.process import exits
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
TOPIC = "capture-positions"


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """The topics of one test."""
    wire = Wire.create(services)
    yield wire
    wire.close()


@contextmanager
def writer(wire: Wire) -> Iterator[SyncProducer]:
    """A producer that has taken over."""
    with connected(wire.settings, "capture") as client:
        assert take_over(wire.settings, client, "capture")
        yield SyncProducer(client, wire.settings, "capture")


def write(producer: SyncProducer, value: bytes) -> None:
    """Write a record, acknowledged."""
    producer.send(ProducerRecord(TOPIC, b"key", value, (), now_ms()))
    producer.flush()


def values(wire: Wire) -> list[bytes | None]:
    """What the topic holds."""
    with reading(wire.settings) as reader:
        return [record.value for record in reader.read(TOPIC)]


def test_the_earlier_one_ends_and_nothing_of_it_is_written(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first record of the later one on; what it wrote before stays."""
    ended: list[int] = []

    def noted(code: int, error: str) -> None:
        ended.append(code)
        raise KafkaError(error)

    monkeypatch.setattr(producer_epoch, "abort", noted)
    with ExitStack() as opened:
        earlier = opened.enter_context(writer(wire))
        write(earlier, b"1")
        later = opened.enter_context(writer(wire))
        write(later, b"2")
        with pytest.raises(ProducerError):
            write(earlier, b"lost")
        write(later, b"3")
    assert set(ended) == {exits.FENCED}
    assert values(wire) == [b"1", b"2", b"3"]


def test_without_the_right_to_an_epoch_the_group_alone_keeps_others_off(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line says what is missing; records are written as before."""

    def refused(*_: Any) -> None:
        raise TransactionalIdAuthorizationFailedError

    monkeypatch.setattr(producer_epoch, "next_epoch", refused)
    with connected(wire.settings, "capture") as client:
        with capture_logs() as lines:
            assert not take_over(wire.settings, client, "capture")
        write(SyncProducer(client, wire.settings, "capture"), b"1")
    assert "Kafka gives no producer epoch" in lines[0]["event"]
    assert values(wire) == [b"1"]
