"""The life of capture: read the position, take a snapshot if one is needed, then stream changes."""

import threading
from collections.abc import Sequence
from contextlib import closing

import structlog
from bson import Timestamp
from pymongo.database import Database

from schemas.control import SnapshotPlace, SourcePosition
from schemas.model import RawDocument
from workers.capture.change_stream import ChangeStreamReader, HistoryLost
from workers.capture.deletion_guard import DeletionGuard
from workers.capture.document_writer import ChangeTime, DocumentWriter
from workers.capture.failure import CaptureError, Stopped, call_mongo
from workers.capture.position import SOURCE, read_position, write_position
from workers.capture.progress import Progress
from workers.capture.resume_token import is_ahead, place_of
from workers.capture.server import (
    MAJORITY,
    ServerIdentity,
    collection_kinds,
    committed_time,
    server_identity,
    server_time,
)
from workers.capture.server_clock import ServerClock
from workers.capture.snapshot import Snapshot
from workers.capture.streaming import SnapshotReason, StreamingPhase
from workers.capture.topic_scan import highest_epoch, reading
from workers.capture.version import as_number, as_timestamp, version_at
from workers.capture.watermarks import Watermarks
from workers.product.sources import Source, Sources
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings

MAX_WASTED_SNAPSHOTS = 5  # in a row whose history was lost before the stream was saved once
log = structlog.get_logger()


class Session:
    """Captures one database into the document topics. Each snapshot that begins has the next epoch."""

    def __init__(
        self,
        settings: Settings,
        sources: Sources,
        db: Database[RawDocument],
        producer: SyncProducer,
        documents: DocumentWriter,
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._db = db.with_options(read_concern=MAJORITY)
        self._producer = producer
        self._documents = documents
        self._mapping = sources.digest(settings.mongo_database)
        self._watermarks = Watermarks(
            producer,
            sources.topics,
            settings.kairos_tick_ms,
            ahead_ms=settings.ahead_ms,
        )
        self._position = SourcePosition(source=SOURCE, epoch=0)
        self._wasted_snapshots = 0
        self._read_at: dict[str, int] = {}  # of each topic the cluster time of its last snapshot

    def run(self, stop: threading.Event) -> None:
        """Capture until stopped; raises CaptureError."""
        try:
            snapshot_reason = self._load_position(stop)
            while not stop.is_set():
                snapshot_reason = self._run_cycle(snapshot_reason, stop)
        except Stopped:
            log.info("stopped", epoch=self._position.epoch)

    def _load_position(self, stop: threading.Event) -> SnapshotReason | None:
        """Read the saved position; returns the reason for a snapshot, None to go on with what it says."""
        with reading(self._settings) as reader:
            position = read_position(reader)
            if position is None:
                # versions must not go back although the position is lost
                epochs = [
                    highest_epoch(reader, topic, self._producer.partitions(topic))
                    for topic in self._sources.topics
                ]
                self._position = SourcePosition(source=SOURCE, epoch=max(epochs))
                return SnapshotReason("there is no position yet")
        self._position = position
        if position.scan is None and (position.token is None or not position.snapshot_done):
            return SnapshotReason("the last snapshot did not finish")
        if position.mapping != self._mapping:
            return SnapshotReason("the database or the mapping has changed")
        return self._other_server(position, stop)

    def _other_server(self, position: SourcePosition, stop: threading.Event) -> SnapshotReason | None:
        """The reason for a snapshot when a position is another server's, else None."""
        server = call_mongo(lambda: server_identity(self._db), stop)
        known = ServerIdentity(position.server_name, position.server_id)
        if known.differs(server):
            return SnapshotReason(f"MongoDB is another server: {server}, the position is of {known}")
        if is_ahead(place_of(position), call_mongo(self._committed_time, stop)):
            return SnapshotReason(
                "MongoDB is behind the position: it is another server, or was restored from a backup"
            )
        if server.merged(known) != known:  # a position of a version that did not know its server
            self._position = position.model_copy(update=server.merged(known).fields())
        return None

    def _run_cycle(self, reason: SnapshotReason | None, stop: threading.Event) -> SnapshotReason | None:
        """Take a snapshot if there is a reason, then stream; returns the reason for the next snapshot."""
        try:
            if reason is not None:
                self._begin_snapshot(reason, stop)
            scan = self._position.scan
            stream = self._resume() if scan is None else self._take_snapshot(scan, stop)
            with closing(stream):
                streaming = StreamingPhase(
                    stream,
                    self._sources.captured,
                    self._producer,
                    self._documents,
                    self._watermarks,
                    ServerClock(
                        lambda: server_time(self._db),
                        call_mongo(lambda: server_time(self._db), stop),
                    ),
                    self._position,
                    lambda position: self._other_server(position, stop),
                    self._read_at,
                )
                try:
                    return streaming.run(stop)
                finally:
                    self._position = streaming.position
        except HistoryLost as lost:
            self._check_snapshot_was_of_use(str(lost))
            return SnapshotReason(str(lost))

    def _check_snapshot_was_of_use(self, reason: str) -> None:
        """Raise CaptureError when the oplog is repeatedly too short for a snapshot to end in time."""
        self._wasted_snapshots = 0 if self._position.snapshot_done else self._wasted_snapshots + 1
        if self._wasted_snapshots > MAX_WASTED_SNAPSHOTS:
            raise CaptureError(f"{MAX_WASTED_SNAPSHOTS} snapshots in a row were of no use: {reason}")

    def _resume(self) -> ChangeStreamReader:
        log.info("resumed", epoch=self._position.epoch)
        return ChangeStreamReader(self._db, self._sources.captured, token=self._position.token)

    def _begin_snapshot(self, reason: SnapshotReason, stop: threading.Event) -> None:
        """Check what a snapshot would delete, and store its beginning as the position, under the next epoch.

        One of some topics alone keeps the stream's place, where the changes of the others go on.
        """
        server = call_mongo(lambda: server_identity(self._db), stop)
        topics, epoch = self._topics_of(reason, stop), self._position.epoch + 1
        log.info("snapshot begins", epoch=epoch, reason=reason.text, topics=[*topics] or "all")
        with reading(self._settings) as reader:
            self._guard(reader, stop).check(self._captured(topics), stop)
        began = call_mongo(lambda: server_time(self._db), stop)
        committed = as_number(call_mongo(self._committed_time, stop))
        self._position = SourcePosition(
            source=SOURCE,
            epoch=epoch,
            token=self._position.token if topics else None,
            mapping=self._mapping,
            scan=SnapshotPlace(
                time=committed,
                wall=began.wall_ms,
                topics=[source.topic for source in self._captured(topics)],
            ),
            **server.fields(),
        )
        # written and acknowledged before any record of the epoch, so that no epoch is used twice
        write_position(self._producer, self._position, now_ms())
        self._producer.flush()

    def _topics_of(self, reason: SnapshotReason, stop: threading.Event) -> tuple[str, ...]:
        """The topics of a snapshot, none for all: those of the reason, and those whose collection is missing.

        A dropped database is dropped collection by collection, and is to be asked about once.
        """
        if not reason.topics:
            return ()
        kinds = call_mongo(lambda: collection_kinds(self._db), stop)
        missing = [s.topic for s in self._sources.captured if kinds is not None and s.collection not in kinds]
        return tuple(dict.fromkeys((*reason.topics, *missing)))

    def _captured(self, topics: Sequence[str]) -> tuple[Source, ...]:
        captured = self._sources.captured
        return tuple(source for source in captured if source.topic in topics) if topics else captured

    def _take_snapshot(self, scan: SnapshotPlace, stop: threading.Event) -> ChangeStreamReader:
        """Open the stream, then scan what is left: so no change is missed between scan and stream."""
        committed = as_timestamp(scan.time)
        stream = ChangeStreamReader(
            self._db,
            self._sources.captured,
            token=self._position.token,
            start=Timestamp(committed.time, committed.inc + 1),
        )
        try:
            call_mongo(stream.open, stop)
            at = self._watermarks.assign_timestamp(scan.wall)
            time = ChangeTime(version_at(self._position.epoch, committed), at, scan.wall)
            self._scan(scan, time, stop)
        except BaseException:
            stream.close()
            raise
        return stream

    def _scan(self, scan: SnapshotPlace, time: ChangeTime, stop: threading.Event) -> None:
        log.info("scanning", epoch=self._position.epoch, topics=scan.topics, goes_on=scan.after is not None)
        progress = Progress(self._producer, self._position)
        try:
            with reading(self._settings) as reader:
                guard = self._guard(reader, stop)
                snapshot = Snapshot(
                    reader, self._db, self._producer, self._documents, self._watermarks, guard, time, progress
                )
                left = tuple(source for source in self._sources.captured if source.topic in scan.topics)
                if not snapshot.run(left, stop):
                    raise Stopped
        finally:
            self._position = progress.position
        self._read_at |= dict.fromkeys(scan.topics, scan.time)

    def _committed_time(self) -> Timestamp:
        return committed_time(self._db, self._sources.captured[0].collection)

    def _guard(self, reader: Reader, stop: threading.Event) -> DeletionGuard:
        return DeletionGuard(
            reader,
            self._producer,
            self._db,
            lambda: call_mongo(lambda: collection_kinds(self._db), stop),
            self._mapping,
            self._settings.kairos_max_deleted_share,
        )
