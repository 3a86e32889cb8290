"""Reads every mapped collection once, under a new epoch, and writes tombstones for deleted documents."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import structlog
from pymongo.database import Database
from pymongo.errors import PyMongoError

from schemas.model import RawDocument
from workers.capture.change_stream import ServerTime, is_connection_loss
from workers.capture.document_writer import DocumentWriter, printable_id
from workers.capture.failure import CaptureError, wait_after
from workers.capture.topic_scan import stale_keys
from workers.capture.version import version_at
from workers.capture.watermarks import Watermarks
from workers.product.sources import Source
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.backoff import Backoff

log = structlog.get_logger()


@dataclass
class ScanResult:
    """How many documents of a collection were written, and the ids of those that went to the dead letters."""

    written: int = 0
    refused_ids: set[bytes] = field(default_factory=set)


class Snapshot:
    """One snapshot. All its records have the version of the time before it began, so any change is later."""

    def __init__(
        self,
        reader: Reader,
        db: Database[RawDocument],
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
        self._at = watermarks.assign_timestamp(began.wall_ms)
        self._backoff = Backoff()

    def run(self, sources: tuple[Source, ...], stop: threading.Event) -> bool:
        """Scan the collections one after the other; False when it was stopped. Raises CaptureError."""
        for source in sources:
            scan = self._scan_with_retries(source, stop)
            if scan is None:
                return False
            self._producer.flush()
            deleted = self._write_tombstones(source, scan.refused_ids)
            self._producer.flush()
            self._watermarks.emit([source.topic], self._at)
            log.info(
                "snapshot of a topic",
                topic=source.topic,
                epoch=self._epoch,
                documents=scan.written,
                refused=len(scan.refused_ids),
                gone=deleted,
            )
        return True

    def _scan_with_retries(self, source: Source, stop: threading.Event) -> ScanResult | None:
        while not stop.is_set():
            try:
                return self._scan(source, stop)
            except PyMongoError as error:
                if not is_connection_loss(error):
                    raise CaptureError(f"MongoDB refuses to read {source.collection}: {error}") from error
                wait_after(error, self._backoff, stop)
        return None

    def _scan(self, source: Source, stop: threading.Event) -> ScanResult | None:
        result = ScanResult()
        for document in self._read(source):
            if stop.is_set():
                return None
            if self._documents.write(source, document, self._version, self._at):
                result.written += 1
            else:
                result.refused_ids.add(printable_id(source, document.get("_id")).encode())
        self._backoff.reset()
        return result

    def _read(self, source: Source) -> Iterator[RawDocument]:
        projection = dict.fromkeys(source.roots, 1)
        with self._db[source.collection].find({}, projection) as cursor:
            yield from cursor

    def _write_tombstones(self, source: Source, refused_ids: set[bytes]) -> int:
        """Write tombstones for the keys in the topic that the scan did not see; returns their number."""
        partitions = self._producer.partitions(source.topic)
        deleted = stale_keys(self._reader, source.topic, partitions, self._epoch) - refused_ids
        for key in sorted(deleted):
            self._documents.write_tombstone(source.topic, key.decode(), self._version, self._at)
        return len(deleted)
