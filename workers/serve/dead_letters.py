"""Writes the dead letters of `serve`."""

from collections.abc import Sequence
from contextlib import ExitStack

from kafka.errors import MessageSizeTooLargeError

from workers.runtime.dead_letters.writing import bare
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import ProducerError, SyncProducer, sync_producer
from workers.runtime.process.settings import Settings


class DeadLetterWriter:
    """Writes dead letters; its producer is created for the first one. Raises ProducerError."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._resources = ExitStack()
        self._producer: SyncProducer | None = None

    def write(self, letters: Sequence[ProducerRecord]) -> None:
        """Write dead letters, and return when the broker has acknowledged them all."""
        if not letters:
            return
        if self._producer is None:
            self._producer = self._resources.enter_context(sync_producer(self._settings, "serve"))
        for letter in letters:
            send(self._producer, letter)
        self._producer.flush()

    def close(self) -> None:
        """Close the producer, if it was created."""
        self._resources.close()


def send(producer: SyncProducer, letter: ProducerRecord) -> None:
    """Send a dead letter; a bare one when its topic takes less than it did when the letter was measured."""
    try:
        producer.send(letter)
    except ProducerError as error:
        if not isinstance(error.__cause__, MessageSizeTooLargeError):
            raise
        producer.send(bare(letter))
