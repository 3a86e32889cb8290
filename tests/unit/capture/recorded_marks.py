"""A producer that records watermarks and reports, and a clock that a test moves."""

from collections.abc import Callable

from schemas.control import SourceRead, Watermark
from workers.runtime.kafka.records import ProducerRecord

TICK, GAP_MS = 100, 50


class RecordingProducer:
    """A producer that records what is sent, and how much was sent when it was flushed last."""

    def __init__(self) -> None:
        self.emitted: list[tuple[str, int, int]] = []
        self.flushed = 0
        self.reports: list[tuple[int, dict[str, list[int | None]]]] = []
        self.written: dict[str, list[int] | None] = {}
        self.on_flush: Callable[[], None] = lambda: None

    def ends(self, topic: str) -> list[int] | None:
        """What a test says, the same of every topic it says nothing of."""
        return self.written.get(topic, [0, 0])

    def partitions(self, topic: str) -> list[int]:
        """Each topic has two partitions."""
        return [0, 1]

    def flush(self) -> None:
        """Record the flush."""
        self.flushed = len(self.emitted) + 1
        self.on_flush()

    def send(self, record: ProducerRecord) -> None:
        """Record the watermark or the report."""
        if record.topic == "watermarks":
            told = SourceRead.loads(record.value or b"")
            assert (record.key, record.partition) == (b"capture/shop", 0)
            self.reports.append((told.at, {topic: ends.next for topic, ends in told.ends.items()}))
            return
        assert record.partition is not None
        self.emitted.append((record.topic, record.partition, Watermark.loads(record.value or b"").at))


class ManualClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        """The time now."""
        return self.ms


def emitted_times(producer: RecordingProducer) -> list[int]:
    """The emitted times, once per watermark."""
    return [at for topic, partition, at in producer.emitted if (topic, partition) == ("users", 0)]
