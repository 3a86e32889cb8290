"""The records of a round that could not be used: their dead letters, and their counts against the limit."""

from workers.runtime.dead_letters.writing import Reason, dead_letter
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round_result import Stop
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord


class Refused:
    """What a round refuses; `stop` is set once that is too much."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._poison, self._good = engine.poison, 0
        self.stop: Stop | None = None

    def used(self) -> None:
        """Count a record that was taken."""
        self._good += 1

    def not_used(self) -> None:
        """Take back what was counted last: the record is about to be refused after all."""
        self._good = max(0, self._good - 1)

    def letter(
        self, raw: FetchedRecord, topic: str, reason: Reason, error: Exception, ticked: str | None = None
    ) -> ProducerRecord:
        """The dead letter of a record, counted; `ticked` names the key whose timer failed."""
        engine = self._engine
        self._poison, self._good = self._poison.good(self._good).dead(engine.limit), 0
        if self._poison.verdict:
            self.stop = Stop(topic, raw, reason, self._poison.verdict)
        return dead_letter(raw, topic, engine.partition, engine.worker, reason, error, ticked)

    def stored(self) -> bytes | None:
        """Tell the engine the counts; the bytes to store, None when there is nothing to remember."""
        self._poison, self._good = self._poison.good(self._good), 0
        return self._engine.count(self._poison)
