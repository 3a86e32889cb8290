"""The table store under Faust: one dict of raw bytes per partition, dropped when the partition leaves."""

import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from faust.stores.base import Store

from workers.runtime.engine.state_header import is_foreign
from workers.runtime.kafka.fencing import changelog_generation
from workers.runtime.kafka.headers import Headers
from workers.runtime.kafka.tolerant import FOREIGN, Placed, pass_over


class ChangelogRecord(Placed, Protocol):
    """A record of a changelog, from the Kafka client or in Faust's envelope."""

    key: bytes
    value: bytes | None
    headers: Headers


class PartitionStore(Store):  # type: ignore[misc]
    """The recovered states of one stage, by partition. Engines share these dicts.

    `on_ready` is called after every recovery, when the partitions that stay are complete, with the seconds
    that it took. `changelog` is the topic's name without the prefix.
    """

    def __init__(
        self, *args: Any, on_ready: Callable[[float], None], changelog: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._changelog = changelog
        self.partitions: dict[int, dict[bytes, bytes]] = {}
        self.generations: dict[int, int] = {}  # the highest that a partition's changelog has seen
        self.replaced: dict[int, set[bytes]] = {}  # keys to which others wrote afterwards
        self._on_ready = on_ready
        self._assigned_at = time.perf_counter()

    def partition(self, number: int) -> dict[bytes, bytes]:
        """The dict of one partition, made when it is first asked for."""
        return self.partitions.setdefault(number, {})

    def new_generation(self, number: int, group: int) -> int:
        """The generation of a partition's new owner: above all earlier ones, even of a new group."""
        self.generations[number] = max(group, self.generations.get(number, 0) + 1)
        return self.generations[number]

    def apply(self, number: int, records: Iterable[ChangelogRecord]) -> None:
        """Apply changelog records of a partition, in their order, but for those of others.

        Those are of a replaced worker, or foreign, and then each is logged.
        """
        data, newest = self.partition(number), self.generations.get(number, 0)
        headers: Any = None
        generation: int | None = None
        for record in records:
            if record.headers != headers:  # runs of records have equal ones
                headers = record.headers
                generation = changelog_generation(headers, number)
            if is_foreign(generation, newest, record.value):
                self.pass_foreign(number, record)
                continue
            if (generation or 0) < newest:
                self.replaced.setdefault(number, set()).add(record.key)
                continue
            newest = generation or 0
            if record.value is None:
                data.pop(record.key, None)
            else:
                data[record.key] = record.value
        self.generations[number] = newest

    def pass_foreign(self, number: int, record: ChangelogRecord) -> None:
        """Log and count a foreign record of a partition, whose key is to be written again."""
        pass_over(self._changelog, record, FOREIGN)
        self.replaced.setdefault(number, set()).add(record.key)

    def apply_changelog_batch(self, batch: Iterable[Any], to_key: Any, to_value: Any) -> None:
        """Apply the records that come through Faust's own recovery: the last of each partition."""
        for event in batch:
            self.apply(event.message.partition, [event.message])

    async def on_rebalance(
        self, assigned: set[Any], revoked: set[Any], newly_assigned: set[Any], generation_id: int = 0
    ) -> None:
        """Drop revoked partitions, and what is left of newly assigned ones: those are read from the start.

        Of two rebalances in quick succession Faust's recovery sees only the second, and keeps its offsets.
        """
        self._assigned_at = time.perf_counter()
        for tp in revoked | newly_assigned:
            if tp.topic == self.table.changelog_topic_name:
                self.app.tables.recovery.revoke(tp)
                self._forget({tp.partition})

    async def on_recovery_completed(self, active_tps: set[Any], standby_tps: set[Any]) -> None:
        """Keep active partitions and call `on_ready`, unless a rebalance has interrupted the recovery.

        Faust calls this for an interrupted recovery, too.
        """
        if self.app.tables.recovery.signal_recovery_start.is_set():
            return
        known = self.partitions.keys() | self.generations.keys() | self.replaced.keys()
        self._forget(known - {tp.partition for tp in active_tps})
        self._on_ready(time.perf_counter() - self._assigned_at)

    def persisted_offset(self, tp: Any) -> int | None:
        """No offset: nothing is stored on disk."""
        return None

    def reset_state(self) -> None:
        """Do nothing: there are no files to remove."""

    async def backup_partition(self, tp: Any, flush: bool = True, purge: bool = False, keep: int = 1) -> None:
        """Do nothing: the changelog is the backup."""

    def restore_backup(self, tp: Any, latest: bool = True, backup_id: int = 0) -> None:
        """Do nothing: the changelog is the backup."""

    def _forget(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.partitions.pop(number, None)
            self.generations.pop(number, None)
            self.replaced.pop(number, None)

    def _clear(self) -> None:
        self.partitions.clear()
