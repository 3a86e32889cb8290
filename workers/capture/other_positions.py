"""Removes the positions of databases of another mapping, before a new snapshot begins."""

import threading
from collections.abc import Mapping

import structlog

from workers.capture.databases import is_database
from workers.capture.position import read_all, tombstone
from workers.capture.topic_scan import reading
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings

log = structlog.get_logger()


class OtherPositions:
    """The positions of all databases; `mappings` are those of now, by the name of the source.

    Used by all threads; `producer` by nobody else.
    """

    def __init__(self, settings: Settings, producer: SyncProducer, mappings: Mapping[str, str]) -> None:
        self._settings, self._producer, self._mappings = settings, producer, mappings
        self._lock, self._done = threading.Lock(), False

    def forget(self) -> None:
        """Remove those of other mappings, once; called before a position is written for a new snapshot.

        When an old mapping comes back, its topics may have been fed from elsewhere meanwhile, under higher
        epochs: what is read then must not go on from before. Raises CaptureError and ProducerError.
        """
        with self._lock:
            if self._done:
                return
            with reading(self._settings) as reader:
                stored = read_all(reader)
            for name, (position, _) in stored.items():
                if is_database(name) and position.mapping != self._mappings.get(name):
                    log.info("a position of another mapping is removed", of=name)
                    self._producer.send(tombstone(name, now_ms()))
            self._producer.flush()
            self._done = True
