"""Stages wired by topics in memory, as the expectation of property tests and soaks."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from schemas.control import Watermark
from schemas.model import Model, Version
from workers.product.reading.clock import clock_at
from workers.route.stage import ADDRESSES, documents_stage
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import WATERMARK_KEY, Headers, cloud_headers, event_type, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord, partition_of
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.stage import Stage

AHEAD_SECONDS = Settings.model_fields["kairos_ahead_seconds"].default
# the stages of `route` as its worker runs them, which bounds the times in documents
ROUTE: tuple[Stage[Any], ...] = (documents_stage(lambda: clock_at(now_ms(), AHEAD_SECONDS)), ADDRESSES)
Cut = Callable[[int], int]  # the size of the next batch, of n records that wait


class Fleet:
    """Stages wired by topics in memory, with partitions as on a broker."""

    def __init__(self, stages: Sequence[Stage[Any]], partitions: int = 4) -> None:
        self.partitions = partitions
        self.replays = [Replay(stage) for stage in stages]
        self._log: dict[tuple[str, int], list[ConsumerRecord]] = defaultdict(list)
        self._offsets: dict[tuple[str, str, int], int] = defaultdict(int)

    def put(
        self, topic: str, key: str, value: Model | None, version: Version | None = None, at: int = 0
    ) -> None:
        """Append a record to a topic, as capture would."""
        headers = cloud_headers(event_type(topic), "/replay", f"{topic}/{key}", at, version)
        data = None if value is None else value.dumps()
        self._append(ProducerRecord(topic, key.encode(), data, tuple(headers), at))

    def watermark(self, at: int, topic: str = "inbox", waiting: Sequence[str] = ()) -> None:
        """Append a watermark to every partition of a topic."""
        value = Watermark(at=at, wall=at, waiting=list(waiting)).dumps()
        for partition in range(self.partitions):
            headers = tuple(watermark_headers("/replay", at))
            self._append(ProducerRecord(topic, WATERMARK_KEY, value, headers, at, partition))

    def run(self, cut: Cut | None = None) -> None:
        """Process until no record waits; `cut` decides how large each batch is (default: all that waits)."""
        busy = True
        while busy:
            busy = False
            for replay in self.replays:
                busy = self._run_stage(replay, cut) or busy

    def records(self, topic: str) -> list[ConsumerRecord]:
        """Every record of a topic, partition by partition."""
        return [record for p in range(self.partitions) for record in self._log[topic, p]]

    def latest(self, topic: str) -> dict[str, bytes]:
        """The content of a compacted topic: the last value of every key that was not deleted."""
        values = {(record.key or b"").decode(): record.value for record in self.records(topic)}
        return {key: value for key, value in values.items() if value is not None}

    def _run_stage(self, replay: Replay[Any], cut: Cut | None) -> bool:
        busy = False
        for topic in replay.stage.inputs:
            for partition in range(self.partitions):
                position = (replay.stage.name, topic, partition)
                waiting = self._log[topic, partition][self._offsets[position] :]
                if not waiting:
                    continue
                batch = waiting[: max(1, cut(len(waiting)))] if cut else waiting
                self._offsets[position] += len(batch)
                for output in replay.feed(batch):
                    self._append(output)
                busy = True
        return busy

    def _append(self, record: ProducerRecord) -> None:
        partition = record.partition
        if partition is None:
            partition = partition_of(record.key or b"", self.partitions)
        log = self._log[record.topic, partition]
        headers: Headers = record.headers
        log.append(
            ConsumerRecord(record.topic, partition, len(log), record.key, record.value, record.at, headers)
        )
