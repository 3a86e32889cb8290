"""Reads collections once, under a new epoch, and writes tombstones for deleted documents."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from pymongo.database import Database

from schemas.model import RawDocument
from workers.capture.collection_scan import documents_after, scan_collection
from workers.capture.deletion_guard import DeletionGuard
from workers.capture.document_writer import ChangeTime, DocumentWriter
from workers.capture.progress import Progress
from workers.capture.scan_report import reported
from workers.capture.server import estimated_count
from workers.capture.topic_scan import left_over, size
from workers.capture.watermarks import Watermarks
from workers.product.mapping import document_key, is_left_out
from workers.product.sources import Source
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.sync_producer import SyncProducer

log = structlog.get_logger()


@dataclass
class ScanResult:
    """How many documents were written, left out by `where`, and refused; and the keys of the refused ones."""

    written: int = 0
    left_out: int = 0
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
        progress: Progress,
    ) -> None:
        self._reader = reader
        self._db = db
        self._producer = producer
        self._documents = documents
        self._watermarks = watermarks
        self._guard = guard
        self._time = time
        self._progress = progress

    def run(self, sources: tuple[Source, ...], stop: threading.Event) -> bool:
        """Scan the collections one after the other; False when it was stopped. Raises CaptureError."""
        for source in sources:
            was_empty = size(self._reader, source.topic) == 0
            with self._producer.gathering():
                scan = self._scan(source, stop)
            if scan is None:
                return False
            # in an empty topic is nothing but what was just written, unless there is more than that
            is_ours = was_empty and size(self._reader, source.topic) == scan.written
            deleted = 0 if is_ours else self._write_tombstones(source, scan.refused_keys)
            self._producer.flush()
            self._watermarks.emit([source.topic], self._time.at)
            self._progress.finished(source.topic)
            if scan.left_out and not scan.written:
                log.warning("`where` leaves out all documents", topic=source.topic, documents=scan.left_out)
            log.info(
                "snapshot of a topic",
                topic=source.topic,
                epoch=self._time.version[0],
                documents=scan.written,
                left_out=scan.left_out,
                refused=scan.refused,
                gone=deleted,
            )
        self._guard.done()
        return True

    def _scan(self, source: Source, stop: threading.Event) -> ScanResult | None:
        """Write a collection from the place on that was reached; None when it was stopped.

        The place does not move behind a refused document: its key must be known when the topic is complete.
        Of what `where` leaves out nothing is written: as the scan does not see it, it is deleted at the end.
        """
        result = ScanResult()
        last = self._progress.after(source.topic)
        behind = None if last is None else documents_after(last)
        found = scan_collection(self._db, source.collection, source.roots, stop, after=behind)
        for document in reported(
            found, "scanning a collection", source.collection, self._about(source, last)
        ):
            if is_left_out(source, document):
                result.left_out += 1
            elif self._documents.write(source, document, self._time):
                result.written += 1
            else:
                result.refused += 1
                try:
                    result.refused_keys.add(document_key(source, document["_id"]))
                except Exception:
                    continue  # without a key there is nothing of it in the topic
            if not result.refused:
                last = document["_id"]
                self._progress.reached_if_due(last)
        if last is not None:
            self._progress.reached(last)
        self._producer.flush()  # the place itself, too
        return None if stop.is_set() else result

    def _about(self, source: Source, last: Any | None) -> Callable[[], int | None]:
        """Asks about how many documents are left to scan; nobody knows how many are behind the last one."""
        return lambda: estimated_count(self._db, source.collection) if last is None else None

    def _write_tombstones(self, source: Source, refused_keys: set[str]) -> int:
        """Write tombstones for the keys in the topic that the scan did not see; returns their number."""
        partitions = self._producer.partitions(source.topic)
        left = left_over(self._reader, source.topic, partitions, self._time.version[0])
        deleted = left.stale - refused_keys
        self._guard.check_found(source, len(deleted), len(left.stale) + left.replaced)
        for key in sorted(deleted):
            self._documents.write_tombstone(source.topic, key, self._time)
        return len(deleted)
