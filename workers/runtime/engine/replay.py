"""The replay runner: the same stages over records in memory, with the log's own time.

Property tests, `kairos replay` and what-if runs use it. What comes out depends on nothing but what goes in.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Generic

from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.state_header import RESERVED_KEYS, unpack
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.stage import S, Stage


class Replay(Generic[S]):
    """One stage over records in memory; those of different partitions may be mixed in one `feed`."""

    def __init__(self, stage: Stage[S], worker: str = "replay") -> None:
        self.stage = stage
        self.worker = worker
        self.engines: dict[int, Engine] = {}

    def feed(self, records: Iterable[ConsumerRecord]) -> list[ProducerRecord]:
        """Process records as one batch per partition; the records written."""
        groups: dict[int, dict[str, list[ConsumerRecord]]] = defaultdict(lambda: defaultdict(list))
        for raw in records:
            groups[raw.partition][raw.topic].append(raw)
        written: list[ProducerRecord] = []
        for partition, topics in groups.items():
            result = process(self._engine(partition), topics.items())
            written += result.outputs
        return written

    def states(self) -> dict[str, S]:
        """Every state, decoded, by key."""
        return {
            key.decode(): self.stage.codec.decode(unpack(stored)[1])
            for engine in self.engines.values()
            for key, stored in engine.store.items()
            if key not in RESERVED_KEYS
        }

    def stored(self) -> dict[bytes, bytes]:
        """Every state as the changelog would hold it."""
        return {key: value for engine in self.engines.values() for key, value in engine.store.items()}

    def _engine(self, partition: int) -> Engine:
        if partition not in self.engines:
            self.engines[partition] = Engine(self.stage, self.worker, partition)
        return self.engines[partition]
