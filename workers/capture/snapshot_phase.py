"""Begins a snapshot of a database, and takes it: the stream is open before the first collection is read."""

import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import structlog
from bson import Timestamp
from pymongo.database import Database

from schemas.control import SnapshotPlace, SourcePosition
from schemas.model import RawDocument
from workers.capture.change_stream import ChangeStreamReader
from workers.capture.databases import SourceDatabase
from workers.capture.deletion_guard import DeletionGuard
from workers.capture.document_writer import ChangeTime, DocumentWriter
from workers.capture.failure import call_mongo
from workers.capture.other_positions import OtherPositions
from workers.capture.position import write_position
from workers.capture.progress import Progress
from workers.capture.server import collection_kinds, committed_time, server_identity, server_time
from workers.capture.snapshot import Snapshot
from workers.capture.snapshot_requests import SnapshotRequests, answered_record
from workers.capture.streaming import SnapshotReason
from workers.capture.topic_scan import reading
from workers.capture.version import as_number, as_timestamp, version_at
from workers.capture.watermarks import Watermarks
from workers.product.sources import Source
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.metrics.sources import CAPTURE_SNAPSHOT_TOPICS, CAPTURE_SNAPSHOTS
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.process.stopped import Stopped

log = structlog.get_logger()


class SessionParts(NamedTuple):
    """What the phases of one database's session share; `db` reads what a majority has."""

    settings: Settings
    source: SourceDatabase
    db: Database[RawDocument]
    producer: SyncProducer
    documents: DocumentWriter
    watermarks: Watermarks
    others: OtherPositions
    requests: SnapshotRequests


class SnapshotPhase:
    """One snapshot. `position` is the one that is stored, `read_at` the cluster time of each topic read."""

    def __init__(self, parts: SessionParts, position: SourcePosition) -> None:
        self._parts = parts
        self._source, self._db, self._producer = parts.source, parts.db, parts.producer
        self._topics_left = CAPTURE_SNAPSHOT_TOPICS.labels(parts.source.name)
        self.position = position
        self.read_at: Mapping[str, int] = {}

    def begin(self, reason: SnapshotReason, stop: threading.Event) -> None:
        """Check what a snapshot would delete, and store its beginning as the position, under the next epoch.

        One of some topics alone keeps the stream's place, where the changes of the others go on. Raises
        CaptureError and Stopped.
        """
        server = call_mongo(lambda: server_identity(self._db), stop)
        topics, epoch = self._topics_of(reason, stop), self.position.epoch + 1
        log.info("snapshot begins", epoch=epoch, reason=reason.text, topics=[*topics] or "all")
        with reading(self._parts.settings) as reader:
            self._guard(reader, stop).check(self._captured(topics), stop)
        self._parts.others.forget()
        began = call_mongo(lambda: server_time(self._db), stop)
        collection = self._source.sources[0].collection
        committed = as_number(call_mongo(lambda: committed_time(self._db, collection), stop))
        self.position = SourcePosition(
            source=self._source.name,
            epoch=epoch,
            token=self.position.token if topics else None,
            mapping=self._source.mapping,
            scan=SnapshotPlace(
                time=committed,
                wall=began.wall_ms,
                topics=[source.topic for source in self._captured(topics)],
            ),
            **server.fields(),
        )
        # written and acknowledged before any record of the epoch, so that no epoch is used twice
        write_position(self._producer, self.position, now_ms())
        self._producer.flush()
        self._answer_requests()
        CAPTURE_SNAPSHOTS.labels(self._source.name).inc()

    def take(self, stop: threading.Event) -> ChangeStreamReader:
        """Open the stream, then scan what is left: so no change is missed between scan and stream.

        Raises CaptureError, HistoryLost and Stopped.
        """
        scan = self.position.scan
        assert scan is not None
        committed = as_timestamp(scan.time)
        stream = ChangeStreamReader(
            self._db,
            self._source.sources,
            token=self.position.token,
            start=Timestamp(committed.time, committed.inc + 1),
        )
        try:
            call_mongo(stream.open, stop)
            at = self._parts.watermarks.assign_timestamp(scan.wall)
            time = ChangeTime(version_at(self.position.epoch, committed), at, scan.wall)
            self._scan(scan, time, stop)
        except BaseException:
            stream.close()
            raise
        return stream

    def _scan(self, scan: SnapshotPlace, time: ChangeTime, stop: threading.Event) -> None:
        log.info("scanning", epoch=self.position.epoch, topics=scan.topics, goes_on=scan.after is not None)
        progress, parts = Progress(self._producer, self.position), self._parts
        self._topics_left.set_function(lambda: topics_left(progress.position))
        try:
            with reading(parts.settings) as reader:
                guard = self._guard(reader, stop)
                snapshot = Snapshot(
                    reader, self._db, self._producer, parts.documents, parts.watermarks, guard, time, progress
                )
                left = tuple(source for source in self._source.sources if source.topic in scan.topics)
                if not snapshot.run(left, stop):
                    raise Stopped
        finally:
            self.position = progress.position
        self.read_at = dict.fromkeys(scan.topics, scan.time)

    def _answer_requests(self) -> None:
        """Take back the requests for this snapshot, which has begun."""
        assert self.position.scan is not None
        topics = self._parts.requests.among(self.position.scan.topics)
        for topic in topics:
            self._producer.send(answered_record(topic, now_ms()))
        self._producer.flush()
        self._parts.requests.answered(topics)

    def _topics_of(self, reason: SnapshotReason, stop: threading.Event) -> tuple[str, ...]:
        """The topics of a snapshot, none for all: those of the reason, and those whose collection is missing.

        A dropped database is dropped collection by collection, and is to be asked about once.
        """
        if not reason.topics:
            return ()
        kinds = call_mongo(lambda: collection_kinds(self._db), stop)
        missing = [s.topic for s in self._source.sources if kinds is not None and s.collection not in kinds]
        return tuple(dict.fromkeys((*reason.topics, *missing)))

    def _captured(self, topics: Sequence[str]) -> tuple[Source, ...]:
        captured = self._source.sources
        return tuple(source for source in captured if source.topic in topics) if topics else captured

    def _guard(self, reader: Reader, stop: threading.Event) -> DeletionGuard:
        return DeletionGuard(
            reader,
            self._producer,
            self._db,
            lambda: call_mongo(lambda: collection_kinds(self._db), stop),
            self._source.name,
            self._source.mapping,
            self._parts.settings.kairos_max_deleted_share,
        )


def topics_left(position: SourcePosition) -> int:
    """How many topics a snapshot has not completed, 0 without one."""
    return len(position.scan.topics) if position.scan else 0
