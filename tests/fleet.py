"""Stages wired by topics in memory: what the property tests and the soaks compare with."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from schemas.control import Watermark
from schemas.model import Model, Version
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import WATERMARK_KEY, Headers, cloud_headers, event_type, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord, partition_of
from workers.runtime.stage import Stage

Cut = Callable[[int], int]  # how many of the n records that wait are taken as the next batch


class Fleet:
    """Stages wired by topics in memory, with partitions as on a broker."""

    def __init__(self, stages: Sequence[Stage[Any]], partitions: int = 4) -> None:
        self.partitions = partitions
        self.replays = [Replay(stage) for stage in stages]
        self._log: dict[tuple[str, int], list[ConsumerRecord]] = defaultdict(list)
        self._read: dict[tuple[str, str, int], int] = defaultdict(int)

    def put(
        self, topic: str, key: str, value: Model | None, version: Version | None = None, at: int = 0
    ) -> None:
        """Append a record to a topic, as capture would."""
        headers = cloud_headers(event_type(topic), "/replay", f"{topic}/{key}", at, version)
        data = None if value is None else value.dumps()
        self._append(ProducerRecord(topic, key.encode(), data, tuple(headers), at))

    def watermark(self, at: int, topic: str = "inbox", waiting: Sequence[str] = ()) -> None:
        """Append a watermark to every partition of a topic."""
        mark = Watermark(at=at, wall=at, waiting=list(waiting)).dumps()
        for partition in range(self.partitions):
            headers = tuple(watermark_headers("/replay", at))
            self._append(ProducerRecord(topic, WATERMARK_KEY, mark, headers, at, partition))

    def run(self, cut: Cut | None = None) -> None:
        """Process until nothing waits; `cut` says how large each batch is (default: all that waits)."""
        busy = True
        while busy:
            busy = False
            for replay in self.replays:
                busy = self._run_stage(replay, cut) or busy

    def records(self, topic: str) -> list[ConsumerRecord]:
        """Every record of a topic, partition by partition."""
        return [raw for p in range(self.partitions) for raw in self._log[topic, p]]

    def latest(self, topic: str) -> dict[str, bytes]:
        """What a compacted topic holds in the end: the last value of every key that was not deleted."""
        found = {(raw.key or b"").decode(): raw.value for raw in self.records(topic)}
        return {key: value for key, value in found.items() if value is not None}

    def _run_stage(self, replay: Replay[Any], cut: Cut | None) -> bool:
        busy = False
        for topic in replay.stage.inputs:
            for partition in range(self.partitions):
                place = (replay.stage.name, topic, partition)
                waiting = self._log[topic, partition][self._read[place] :]
                if not waiting:
                    continue
                taken = waiting[: max(1, cut(len(waiting)))] if cut else waiting
                self._read[place] += len(taken)
                for written in replay.feed(taken):
                    self._append(written)
                busy = True
        return busy

    def _append(self, written: ProducerRecord) -> None:
        partition = written.partition
        if partition is None:
            partition = partition_of(written.key or b"", self.partitions)
        log = self._log[written.topic, partition]
        headers: Headers = written.headers
        log.append(
            ConsumerRecord(
                written.topic, partition, len(log), written.key, written.value, written.at, headers
            )
        )
