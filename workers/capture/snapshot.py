"""Reads every mapped collection once, under a new epoch, and buries what is there no more."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from pymongo.database import Database
from pymongo.errors import PyMongoError

from schemas.model import Version
from workers.capture.change_stream import ServerTime, is_connection_loss
from workers.capture.document_writer import DocumentWriter, place_of
from workers.capture.failure import CaptureError, wait_after
from workers.capture.topic_scan import stale_keys
from workers.capture.watermarks import Watermarks
from workers.product.sources import Source
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.backoff import Backoff

log = structlog.get_logger()


def version_at(epoch: int, cluster: Any) -> Version:
    """The version of what happened at a cluster time."""
    return epoch, cluster.time << 32 | cluster.inc


@dataclass
class Scanned:
    """What a scan found: how many documents were written, and the keys of those that could not be."""

    written: int
    refused: set[bytes]


class Snapshot:
    """One snapshot. Everything in it carries the time before it began, so that any change wins over it."""

    def __init__(
        self,
        reader: Reader,
        db: Database[dict[str, Any]],
        producer: SyncProducer,
        watermarks: Watermarks,
        epoch: int,
        began: ServerTime,
    ) -> None:
        self._reader = reader
        self._db = db
        self._producer = producer
        self._documents = DocumentWriter(producer)
        self._watermarks = watermarks
        self._epoch = epoch
        self._version = version_at(epoch, began.cluster)
        self._at = watermarks.assign_timestamp(began.wall)
        self._backoff = Backoff()

    def take(self, sources: tuple[Source, ...], stop: threading.Event) -> bool:
        """Scan the collections one after the other; False when it was stopped. Raises CaptureError."""
        for source in sources:
            scanned = self._scan_patiently(source, stop)
            if scanned is None:
                return False
            self._producer.flush()
            gone = self._write_tombstones(source, scanned.refused)
            self._producer.flush()
            self._watermarks.emit([source.topic], self._at)
            log.info(
                "snapshot of a topic",
                topic=source.topic,
                epoch=self._epoch,
                documents=scanned.written,
                refused=len(scanned.refused),
                gone=gone,
            )
        return True

    def _scan_patiently(self, source: Source, stop: threading.Event) -> Scanned | None:
        while not stop.is_set():
            try:
                return self._scan(source, stop)
            except PyMongoError as error:
                if not is_connection_loss(error):
                    raise CaptureError(f"MongoDB refuses to read {source.collection}: {error}") from error
                wait_after(error, self._backoff, stop)
        return None

    def _scan(self, source: Source, stop: threading.Event) -> Scanned | None:
        found = Scanned(0, set())
        for document in self._read(source):
            if stop.is_set():
                return None
            if self._documents.put(source, document, self._version, self._at):
                found.written += 1
            else:
                found.refused.add(place_of(source, document.get("_id")).encode())
        self._backoff.reset()
        return found

    def _read(self, source: Source) -> Iterator[dict[str, Any]]:
        projection = dict.fromkeys(source.roots, 1)
        with self._db[source.collection].find({}, projection) as cursor:
            yield from cursor

    def _write_tombstones(self, source: Source, refused: set[bytes]) -> int:
        """Tombstones for what the topic holds and the scan did not see; gives their number."""
        partitions = self._producer.partitions(source.topic)
        gone = stale_keys(self._reader, source.topic, partitions, self._epoch) - refused
        for key in sorted(gone):
            self._documents.remove(source.topic, key.decode(), self._version, self._at)
        return len(gone)
