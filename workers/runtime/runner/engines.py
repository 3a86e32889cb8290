"""The engines of the partitions that a worker owns, on the states that Faust's tables have recovered."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog

from topics.catalog import BY_NAME
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.dead_letters.writing import announce_dead_letters
from workers.runtime.engine.engine import Engine, StagePartition
from workers.runtime.engine.rounds import Rounds
from workers.runtime.kafka.sizes import SizeLimits
from workers.runtime.metrics.rounds import RECOVERY_SECONDS
from workers.runtime.process.settings import Settings
from workers.runtime.runner.app import App
from workers.runtime.runner.store import ChangelogRecord, PartitionStore
from workers.runtime.stage import Stage

log = structlog.get_logger()


class PartitionEngines:
    """Makes an engine for every stage and partition, once its states are there.

    `topic_ids` are the first 8 bytes of the input topics' ids, `sizes` those of records that topics take.
    `changelogs` has the name of each stage's changelog, without the prefix; `partitions` the number by topic.
    """

    def __init__(
        self,
        app: App,
        stages: Sequence[Stage[Any]],
        topic_ids: Mapping[str, bytes],
        limit: DlqLimit,
        sizes: SizeLimits,
        changelogs: Mapping[str, str],
        partitions: Mapping[str, int],
    ) -> None:
        self._app = app
        self._stages = {stage.name: stage for stage in stages}
        self._topic_ids = topic_ids
        self._limit = limit
        self._sizes = sizes
        self._changelogs = changelogs
        self._partitions = partitions
        self._engines: dict[StagePartition, Engine] = {}
        announce_dead_letters(app.worker)
        self._stores = {name: self._new_store(name) for name in self._stages}

    def get(self, partition: StagePartition) -> Engine:
        """The engine of a stage's partition, made when it is first asked for."""
        engine = self._engines.get(partition)
        if engine is None:
            engine = self._engines[partition] = self._new_engine(*partition)
        return engine

    def all(self) -> Iterable[Engine]:
        """Every engine there is now."""
        return list(self._engines.values())

    async def repair(self, rounds: Rounds) -> None:
        """Write again the states that others have written over in our changelogs."""
        for name, store in self._stores.items():
            for partition in list(store.replaced):
                keys = store.replaced.pop(partition)
                engine = self.get((name, partition))
                log.warning("states repaired", stage=name, partition=partition, keys=len(keys))
                await rounds.write_states(engine, {key: engine.store.get(key) for key in keys})

    def pass_foreign(self, stage: str, records: Iterable[ChangelogRecord]) -> None:
        """Log foreign records of a stage's changelog, and repair what they were written over."""
        for record in records:
            self._stores[stage].pass_foreign(record.partition, record)

    def _new_store(self, stage: str) -> PartitionStore:
        partitions = self._partitions[self._changelogs[stage]]
        table = self._app.Table(stage, key_type=bytes, value_type=bytes, partitions=partitions)
        store = PartitionStore(
            "memory://",
            self._app,
            table,
            on_ready=partial(self._on_recovered, stage),
            changelog=self._changelogs[stage],
        )
        table._data = store
        return store

    def _new_engine(self, name: str, partition: int) -> Engine:
        store = self._stores[name]
        states = store.partition(partition)
        engine = Engine(
            self._stages[name],
            self._app.worker,
            partition,
            self._topic_ids,
            states,
            self._limit,
            self._sizes,
            self._changelogs[name],
            self._app.settings.ahead_ms,
        )
        engine.generation = store.new_generation(partition, self._app.consumer_generation_id)
        return engine

    def _on_recovered(self, stage: str, seconds: float) -> None:
        """Replace the engines of a stage: its partitions and their states may be others now."""
        for partition in [partition for partition in self._engines if partition[0] == stage]:
            del self._engines[partition]
        engines = [self.get((stage, number)) for number in self._stores[stage].partitions]
        RECOVERY_SECONDS.labels(self._app.worker, stage).set(seconds)
        keys = sum(engine.size() for engine in engines)
        partitions = sorted(engine.partition for engine in engines)
        log.info("recovered", stage=stage, keys=keys, partitions=partitions)


def partitions_of(stage: Stage[Any], settings: Settings) -> int:
    """The number of partitions of a stage: the fleet's, or that of its inputs if they have another."""
    rows = [BY_NAME[topic] for topic in stage.inputs if topic in BY_NAME]
    own = {row.partitions for row in rows if row.partitions}
    return own.pop() if own else settings.kairos_partitions
