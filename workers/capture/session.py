"""The life of capture: read the position, take a snapshot if one is needed, then stream changes."""

import threading
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

import structlog
from bson import Timestamp
from pymongo.database import Database
from pymongo.errors import PyMongoError

from schemas.control import SourcePosition
from schemas.model import RawDocument
from workers.capture.change_stream import ChangeStreamReader, HistoryLost
from workers.capture.deletion_guard import DeletionGuard
from workers.capture.document_writer import ChangeTime, DocumentWriter
from workers.capture.failure import CaptureError, is_transient, wait_after
from workers.capture.position import SOURCE, read_position, write_position
from workers.capture.resume_token import is_ahead
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
from workers.capture.streaming import StreamingPhase
from workers.capture.topic_scan import highest_epoch, reading
from workers.capture.version import version_at
from workers.capture.watermarks import Watermarks
from workers.product.sources import Sources
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings

MAX_WASTED_SNAPSHOTS = 5  # in a row whose history was lost before the stream was saved once
T = TypeVar("T")
log = structlog.get_logger()


class Stopped(Exception):
    """Capture was asked to stop while it was waiting or scanning."""


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

    def run(self, stop: threading.Event) -> None:
        """Capture until stopped; raises CaptureError."""
        try:
            snapshot_reason = self._load_position(stop)
            while not stop.is_set():
                snapshot_reason = self._run_cycle(snapshot_reason, stop)
        except Stopped:
            log.info("stopped", epoch=self._position.epoch)

    def _load_position(self, stop: threading.Event) -> str | None:
        """Read the saved position; returns the reason for a snapshot, None when the stream can be resumed."""
        with reading(self._settings) as reader:
            position = read_position(reader)
            if position is None:
                # versions must not go back although the position is lost
                epochs = [
                    highest_epoch(reader, topic, self._producer.partitions(topic))
                    for topic in self._sources.topics
                ]
                self._position = SourcePosition(source=SOURCE, epoch=max(epochs))
                return "there is no position yet"
        self._position = position
        if position.token is None or not position.snapshot_done:
            return "the last snapshot did not finish"
        if position.mapping != self._mapping:
            return "the database or the mapping has changed"
        return self._other_server(position, stop)

    def _other_server(self, position: SourcePosition, stop: threading.Event) -> str | None:
        """The reason for a snapshot when a position is another server's, else None."""
        server = self._call_mongo(lambda: server_identity(self._db), stop)
        known = ServerIdentity(position.server_name, position.server_id)
        if known.differs(server):
            return f"MongoDB is another server: {server}, the position is of {known}"
        if is_ahead(position.token, self._call_mongo(self._committed_time, stop)):
            return "MongoDB is behind the position: it is another server, or was restored from a backup"
        if server.merged(known) != known:  # a position of a version that did not know its server
            self._position = position.model_copy(update=server.merged(known).fields())
        return None

    def _run_cycle(self, snapshot_reason: str | None, stop: threading.Event) -> str | None:
        """Take a snapshot if there is a reason, then stream; returns the reason for the next snapshot."""
        try:
            stream = self._take_snapshot(snapshot_reason, stop) if snapshot_reason else self._resume()
            with closing(stream):
                streaming = StreamingPhase(
                    stream,
                    self._sources.captured,
                    self._producer,
                    self._documents,
                    self._watermarks,
                    ServerClock(
                        lambda: server_time(self._db),
                        self._call_mongo(lambda: server_time(self._db), stop),
                    ),
                    self._position,
                    lambda position: self._other_server(position, stop),
                )
                try:
                    return streaming.run(stop)
                finally:
                    self._position = streaming.position
        except HistoryLost as lost:
            self._check_snapshot_was_of_use(str(lost))
            return str(lost)

    def _check_snapshot_was_of_use(self, reason: str) -> None:
        """Raise CaptureError when the oplog is repeatedly too short for a snapshot to end in time."""
        self._wasted_snapshots = 0 if self._position.snapshot_done else self._wasted_snapshots + 1
        if self._wasted_snapshots > MAX_WASTED_SNAPSHOTS:
            raise CaptureError(f"{MAX_WASTED_SNAPSHOTS} snapshots in a row were of no use: {reason}")

    def _resume(self) -> ChangeStreamReader:
        log.info("resumed", epoch=self._position.epoch)
        return ChangeStreamReader(self._db, self._sources.captured, token=self._position.token)

    def _take_snapshot(self, reason: str, stop: threading.Event) -> ChangeStreamReader:
        """Open the stream, then scan all collections: so no change is missed between scan and stream."""
        server = self._call_mongo(lambda: server_identity(self._db), stop)
        self._position = SourcePosition(
            source=SOURCE, epoch=self._position.epoch + 1, mapping=self._mapping, **server.fields()
        )
        log.info("snapshot begins", epoch=self._position.epoch, reason=reason)
        # written and acknowledged before any record of the epoch, so that no epoch is used twice
        write_position(self._producer, self._position, now_ms())
        self._producer.flush()
        with reading(self._settings) as reader:
            guard = self._guard(reader, stop)
            guard.check(self._sources.captured, stop)
            began = self._call_mongo(lambda: server_time(self._db), stop)
            committed = self._call_mongo(self._committed_time, stop)
            start = Timestamp(committed.time, committed.inc + 1)
            stream = ChangeStreamReader(self._db, self._sources.captured, start=start)
            try:
                self._call_mongo(stream.open, stop)
                at = self._watermarks.assign_timestamp(began.wall_ms)
                time = ChangeTime(version_at(self._position.epoch, committed), at, began.wall_ms)
                self._scan(reader, guard, time, stop)
            except BaseException:
                stream.close()
                raise
        return stream

    def _scan(self, reader: Reader, guard: DeletionGuard, time: ChangeTime, stop: threading.Event) -> None:
        snapshot = Snapshot(reader, self._db, self._producer, self._documents, self._watermarks, guard, time)
        if not snapshot.run(self._sources.captured, stop):
            raise Stopped

    def _committed_time(self) -> Timestamp:
        return committed_time(self._db, self._sources.captured[0].collection)

    def _guard(self, reader: Reader, stop: threading.Event) -> DeletionGuard:
        return DeletionGuard(
            reader,
            self._producer,
            self._db,
            lambda: self._call_mongo(lambda: collection_kinds(self._db), stop),
            self._mapping,
            self._settings.kairos_max_deleted_share,
        )

    def _call_mongo(self, call: Callable[[], T], stop: threading.Event) -> T:
        """Return the result of a call to MongoDB, repeated while the connection is lost."""
        backoff = Backoff()
        while not stop.is_set():
            try:
                return call()
            except PyMongoError as error:
                if not is_transient(error):
                    raise CaptureError(f"MongoDB refuses: {error}") from error
                wait_after(error, backoff, stop)
        raise Stopped
