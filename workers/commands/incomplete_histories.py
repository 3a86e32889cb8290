"""The people of whom the inbox does not hold everything: the retention has deleted its first records."""

from collections.abc import Callable, Iterable
from typing import Any

from schemas.model import to_epoch_ms
from workers.commands.recorded_inbox import Batch, RecordedInbox, is_mark, watermark_of
from workers.runtime.kafka.records import ConsumerRecord


class IncompleteHistories:
    """Whose facts may have begun before the inbox does, among the people of partitions that were cut.

    A history is complete if the first fact that is left is the user document, and the user was created after
    the first watermark that is left. What is unknown counts as incomplete.
    """

    def __init__(self, inbox: RecordedInbox, read: Callable[[bytes], Any]) -> None:
        self._inbox = inbox
        self._read = read
        self._begins: dict[int, int] = {}  # the first watermark by partition, epoch milliseconds
        self._complete: dict[bytes, bool] = {}

    @property
    def count(self) -> int:
        """How many they are so far."""
        return sum(not complete for complete in self._complete.values())

    def observe(self, batch: Batch) -> None:
        """Look at the next records of each partition."""
        for partition, records in batch.items():
            if self._inbox.is_cut(partition):
                for record in records:
                    self._observe(record)

    def observe_known(self, people: Iterable[bytes]) -> None:
        """People who have a profile: whoever has no record left is incomplete."""
        for person in people:
            if self._inbox.is_cut(self._inbox.partition_of(person)):
                self._complete.setdefault(person, False)

    def _observe(self, record: ConsumerRecord) -> None:
        if is_mark(record):
            mark = watermark_of(record)
            if mark is not None:
                self._begins.setdefault(record.partition, mark.at)
        elif record.key is not None and record.key not in self._complete:
            self._complete[record.key] = self._is_complete(record)

    def _is_complete(self, record: ConsumerRecord) -> bool:
        begin = self._begins.get(record.partition)
        if begin is None or record.value is None:
            return False
        try:
            fact = self._read(record.value)
        except ValueError:
            return False
        created_at = fact.value.created_at if fact.kind == "user" and fact.value is not None else None
        return created_at is not None and to_epoch_ms(created_at) >= begin
