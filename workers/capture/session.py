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
from workers.capture.change_stream import ChangeStreamReader, HistoryLost, is_connection_loss, server_time
from workers.capture.failure import CaptureError, wait_after
from workers.capture.position import SOURCE, read_position, write_position
from workers.capture.snapshot import Snapshot
from workers.capture.streaming import StreamingPhase
from workers.capture.topic_scan import highest_epoch, reading
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
        self, settings: Settings, sources: Sources, db: Database[RawDocument], producer: SyncProducer
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._db = db
        self._producer = producer
        self._mapping = sources.digest(settings.mongo_database)
        self._watermarks = Watermarks(producer, sources.topics, settings.kairos_tick_ms)
        self._position = SourcePosition(source=SOURCE, epoch=0)
        self._wasted_snapshots = 0

    def run(self, stop: threading.Event) -> None:
        """Capture until stopped; raises CaptureError."""
        with reading(self._settings) as reader:
            snapshot_reason = self._load_position(reader)
        try:
            while not stop.is_set():
                snapshot_reason = self._run_cycle(snapshot_reason, stop)
        except Stopped:
            log.info("stopped", epoch=self._position.epoch)

    def _load_position(self, reader: Reader) -> str | None:
        """Read the saved position; returns the reason for a snapshot, None when the stream can be resumed."""
        position = read_position(reader, self._producer)
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
        return None

    def _run_cycle(self, snapshot_reason: str | None, stop: threading.Event) -> str | None:
        """Take a snapshot if there is a reason, then stream; returns the reason for the next snapshot."""
        try:
            stream = self._take_snapshot(snapshot_reason, stop) if snapshot_reason else self._resume(stop)
            with closing(stream):
                streaming = StreamingPhase(
                    stream, self._sources.captured, self._producer, self._watermarks, self._position
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

    def _resume(self, stop: threading.Event) -> ChangeStreamReader:
        log.info("resumed", epoch=self._position.epoch)
        now = self._call_mongo(lambda: server_time(self._db), stop)
        return ChangeStreamReader(self._db, self._sources.captured, now, token=self._position.token)

    def _take_snapshot(self, reason: str, stop: threading.Event) -> ChangeStreamReader:
        """Open the stream, then scan all collections: so no change is missed between scan and stream."""
        self._position = SourcePosition(source=SOURCE, epoch=self._position.epoch + 1, mapping=self._mapping)
        log.info("snapshot begins", epoch=self._position.epoch, reason=reason)
        # written and acknowledged before any record of the epoch, so that no epoch is used twice
        write_position(self._producer, self._position, now_ms())
        self._producer.flush()
        now = self._call_mongo(lambda: server_time(self._db), stop)
        start = Timestamp(now.cluster.time, now.cluster.inc + 1)
        stream = ChangeStreamReader(self._db, self._sources.captured, now, start=start)
        try:
            self._call_mongo(stream.open, stop)
            with reading(self._settings) as reader:
                snapshot = Snapshot(
                    reader, self._db, self._producer, self._watermarks, self._position.epoch, now
                )
                if not snapshot.run(self._sources.captured, stop):
                    raise Stopped
        except BaseException:
            stream.close()
            raise
        return stream

    def _call_mongo(self, call: Callable[[], T], stop: threading.Event) -> T:
        """Return the result of a call to MongoDB, repeated while the connection is lost."""
        backoff = Backoff()
        while not stop.is_set():
            try:
                return call()
            except PyMongoError as error:
                if not is_connection_loss(error):
                    raise CaptureError(f"MongoDB refuses: {error}") from error
                wait_after(error, backoff, stop)
        raise Stopped
