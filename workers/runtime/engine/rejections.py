"""The records of a round that could not be used: their dead letters, and their counts against the limit."""

from workers.runtime.dead_letters.reading import TOPIC
from workers.runtime.dead_letters.writing import Reason, dead_letter
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round_result import RoundResult, Stop
from workers.runtime.kafka.records import FetchedRecord


class Rejections:
    """Counts the records of a round that were used and those that were not; `stop` is set above the limit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counts = engine.poison
        self._used = 0
        self.stop: Stop | None = None

    def count_used(self) -> None:
        """Count a record that was given to the stage."""
        self._used += 1

    def uncount_used(self) -> None:
        """Take the last record back: its step has failed, and it becomes a dead letter after all."""
        self._used = max(0, self._used - 1)

    def reject(
        self,
        result: RoundResult,
        raw: FetchedRecord,
        topic: str,
        reason: Reason,
        error: Exception,
        timer_key: str | None = None,
    ) -> None:
        """Add the dead letter of a record to a result, counted; `timer_key`: the key whose timer failed."""
        engine = self._engine
        self._counts = self._counts.good(self._used).dead(engine.limit)
        self._used = 0
        if self._counts.verdict:
            self.stop = Stop(topic, raw, reason, self._counts.verdict)
        place = topic, engine.partition, engine.worker
        limit = engine.sizes.of(TOPIC)
        letter = dead_letter(raw, *place, reason, error, timer_key, written_at=engine.wall, limit=limit)
        result.outputs.append(letter)
        result.dead_letters[reason] = result.dead_letters.get(reason, 0) + 1

    def store(self) -> bytes | None:
        """Hand the counts to the engine; the bytes to store, None when there is nothing to remember."""
        self._counts = self._counts.good(self._used)
        self._used = 0
        return self._engine.store_poison(self._counts)
