"""Reads every mapped collection once, under a new epoch, and writes tombstones for deleted documents."""

import threading
from dataclasses import dataclass, field

import structlog
from pymongo.database import Database

from schemas.model import RawDocument
from workers.capture.collection_scan import scan_collection
from workers.capture.deletion_guard import DeletionGuard
from workers.capture.document_writer import ChangeTime, DocumentWriter
from workers.capture.topic_scan import left_over
from workers.capture.watermarks import Watermarks
from workers.product.mapping import document_key
from workers.product.sources import Source
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.sync_producer import SyncProducer

log = structlog.get_logger()


@dataclass
class ScanResult:
    """How many documents of a collection were written and refused, and the keys of the refused ones."""

    written: int = 0
    refused: int = 0
    refused_keys: set[str] = field(default_factory=set)


class Snapshot:
    """One snapshot. All its records have the version of the time before it began, so any change is later."""

    def __init__(
        self,
        reader: Reader,
        db: Database[RawDocument],
        producer: SyncProducer,
        documents: DocumentWriter,
        watermarks: Watermarks,
        guard: DeletionGuard,
        time: ChangeTime,
    ) -> None:
        self._reader = reader
        self._db = db
        self._producer = producer
        self._documents = documents
        self._watermarks = watermarks
        self._guard = guard
        self._time = time

    def run(self, sources: tuple[Source, ...], stop: threading.Event) -> bool:
        """Scan the collections one after the other; False when it was stopped. Raises CaptureError."""
        for source in sources:
            scan = self._scan(source, stop)
            if scan is None:
                return False
            self._producer.flush()
            deleted = self._write_tombstones(source, scan.refused_keys)
            self._producer.flush()
            self._watermarks.emit([source.topic], self._time.at)
            log.info(
                "snapshot of a topic",
                topic=source.topic,
                epoch=self._time.version[0],
                documents=scan.written,
                refused=scan.refused,
                gone=deleted,
            )
        self._guard.done()
        return True

    def _scan(self, source: Source, stop: threading.Event) -> ScanResult | None:
        result = ScanResult()
        for document in scan_collection(self._db, source.collection, source.roots, stop):
            if self._documents.write(source, document, self._time):
                result.written += 1
            else:
                result.refused += 1
                try:
                    result.refused_keys.add(document_key(source, document["_id"]))
                except Exception:
                    continue  # without a key there is nothing of it in the topic
        return None if stop.is_set() else result

    def _write_tombstones(self, source: Source, refused_keys: set[str]) -> int:
        """Write tombstones for the keys in the topic that the scan did not see; returns their number."""
        partitions = self._producer.partitions(source.topic)
        left = left_over(self._reader, source.topic, partitions, self._time.version[0])
        deleted = left.stale - refused_keys
        self._guard.check_found(source, len(deleted), len(left.stale) + left.replaced)
        for key in sorted(deleted):
            self._documents.write_tombstone(source.topic, key, self._time)
        return len(deleted)
