"""The life of capture: a position, a snapshot when the position is of no use, then the stream."""

import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any, TypeVar

import structlog
from bson import Timestamp
from pymongo.database import Database
from pymongo.errors import PyMongoError

from schemas.control import SourcePosition
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

USELESS_SNAPSHOTS = 5  # in a row, whose history was lost before the stream was reached
T = TypeVar("T")
log = structlog.get_logger()


class Stopped(Exception):
    """Capture was asked to stop while it waited."""


class Session:
    """Captures one database into the document topics. The epoch grows with every snapshot that is begun."""

    def __init__(
        self, settings: Settings, sources: Sources, db: Database[dict[str, Any]], producer: SyncProducer
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._db = db
        self._producer = producer
        self._mapping = sources.digest(settings.mongo_database)
        self._watermarks = Watermarks(producer, sources.topics, settings.kairos_tick_ms)
        self._position = SourcePosition(source=SOURCE, epoch=0)
        self._useless = 0

    def run(self, stop: threading.Event) -> None:
        """Capture until stopped; raises CaptureError."""
        with reading(self._settings) as reader:
            reason = self._load(reader)
        try:
            while not stop.is_set():
                reason = self._round(reason, stop)
        except Stopped:
            log.info("stopped", epoch=self._position.epoch)

    def _load(self, reader: Reader) -> str | None:
        """Read the position; gives the reason why a snapshot is needed, None when the stream can go on."""
        found = read_position(reader, self._producer)
        if found is None:
            # a lost position must not let versions go back
            epochs = [
                highest_epoch(reader, topic, self._producer.partitions(topic))
                for topic in self._sources.topics
            ]
            self._position = SourcePosition(source=SOURCE, epoch=max(epochs))
            return "there is no position yet"
        self._position = found
        if found.token is None or not found.snapshot_done:
            return "the last snapshot did not finish"
        if found.mapping != self._mapping:
            return "the database or the mapping has changed"
        return None

    def _round(self, reason: str | None, stop: threading.Event) -> str | None:
        """A snapshot if there is a reason, then the stream; gives the reason for the next snapshot."""
        try:
            with closing(self._snapshot(reason, stop) if reason else self._resume(stop)) as feed:
                follower = StreamingPhase(
                    feed, self._sources.captured, self._producer, self._watermarks, self._position
                )
                try:
                    again = follower.follow(stop)
                finally:
                    self._position = follower.position
        except HistoryLost as lost:
            again = str(lost)
            self._count_useless(again)
        return again

    def _count_useless(self, reason: str) -> None:
        """Give up when the log of changes is too short for a snapshot to be taken meanwhile."""
        self._useless = 0 if self._position.snapshot_done else self._useless + 1
        if self._useless > USELESS_SNAPSHOTS:
            raise CaptureError(f"{USELESS_SNAPSHOTS} snapshots in a row were of no use: {reason}")

    def _resume(self, stop: threading.Event) -> ChangeStreamReader:
        log.info("resumed", epoch=self._position.epoch)
        now = self._reach(lambda: server_time(self._db), stop)
        return ChangeStreamReader(self._db, self._sources.captured, now, token=self._position.token)

    def _snapshot(self, reason: str, stop: threading.Event) -> ChangeStreamReader:
        """Open the stream, then read everything: no change falls between the two."""
        self._position = SourcePosition(source=SOURCE, epoch=self._position.epoch + 1, mapping=self._mapping)
        log.info("snapshot begins", epoch=self._position.epoch, reason=reason)
        # said and acknowledged before any record of the epoch, so that no epoch is used twice
        write_position(self._producer, self._position, now_ms())
        self._producer.flush()
        now = self._reach(lambda: server_time(self._db), stop)
        start = Timestamp(now.cluster.time, now.cluster.inc + 1)
        feed = ChangeStreamReader(self._db, self._sources.captured, now, start=start)
        try:
            self._reach(feed.open, stop)
            with reading(self._settings) as reader:
                snapshot = Snapshot(
                    reader, self._db, self._producer, self._watermarks, self._position.epoch, now
                )
                if not snapshot.take(self._sources.captured, stop):
                    raise Stopped
        except BaseException:
            feed.close()
            raise
        return feed

    def _reach(self, call: Callable[[], T], stop: threading.Event) -> T:
        """The result of a call to MongoDB, tried again while the connection is lost."""
        backoff = Backoff()
        while not stop.is_set():
            try:
                return call()
            except PyMongoError as error:
                if not is_connection_loss(error):
                    raise CaptureError(f"MongoDB refuses: {error}") from error
                wait_after(error, backoff, stop)
        raise Stopped
