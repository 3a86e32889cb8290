"""The life of capture: read the position, take a snapshot if one is needed, then stream changes."""

import threading
from contextlib import closing

import structlog

from schemas.control import SourcePosition
from workers.capture.change_stream import ChangeStreamReader, HistoryLost
from workers.capture.failure import CaptureError, call_mongo
from workers.capture.position import read_position
from workers.capture.resume_token import is_ahead, place_of
from workers.capture.server import (
    ServerIdentity,
    committed_time,
    server_identity,
    server_time,
)
from workers.capture.server_clock import ServerClock
from workers.capture.snapshot_phase import SessionParts, SnapshotPhase
from workers.capture.streaming import SnapshotReason, StreamingPhase
from workers.capture.topic_scan import highest_epoch, reading
from workers.runtime.process.stopped import Stopped

MAX_WASTED_SNAPSHOTS = 5  # in a row whose history was lost before the stream was saved once
log = structlog.get_logger()


class Session:
    """Captures one database into the document topics. Each snapshot that begins has the next epoch."""

    def __init__(self, parts: SessionParts) -> None:
        self._parts = parts
        self._source, self._db = parts.source, parts.db
        self._position = SourcePosition(source=parts.source.name, epoch=0)
        self._phase: SnapshotPhase | StreamingPhase | None = None
        self._wasted_snapshots = 0
        self._read_at: dict[str, int] = {}  # of each topic the cluster time of its last snapshot

    @property
    def position(self) -> SourcePosition:
        """The position that is stored, whichever phase stores it."""
        return self._position if self._phase is None else self._phase.position

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
        with reading(self._parts.settings) as reader:
            position = read_position(reader, self._source.name)
            if position is None or position.mapping != self._source.mapping:
                # versions must not go back although the position is lost, or topics come from another source
                epochs = [
                    highest_epoch(reader, topic, self._parts.producer.partitions(topic))
                    for topic in self._source.topics
                ]
                known = position.epoch if position else 0
                self._position = SourcePosition(source=self._source.name, epoch=max(known, *epochs))
                return SnapshotReason(
                    "the database or the mapping has changed" if position else "there is no position yet"
                )
        self._position = position
        if position.scan is None and (position.token is None or not position.snapshot_done):
            return SnapshotReason("the last snapshot did not finish")
        return self._other_server(position, stop)

    def _other_server(self, position: SourcePosition, stop: threading.Event) -> SnapshotReason | None:
        """The reason for a snapshot when a position is another server's, else None."""
        server = call_mongo(lambda: server_identity(self._db), stop)
        known = ServerIdentity(position.server_name, position.server_id)
        if known.differs(server):
            return SnapshotReason(f"MongoDB is another server: {server}, the position is of {known}")
        if is_ahead(
            place_of(position),
            call_mongo(lambda: committed_time(self._db, self._source.sources[0].collection), stop),
        ):
            return SnapshotReason(
                "MongoDB is behind the position: it is another server, or was restored from a backup"
            )
        if server.merged(known) != known:  # a position of a version that did not know its server
            self._position = position.model_copy(update=server.merged(known).fields())
        return None

    def _run_cycle(self, reason: SnapshotReason | None, stop: threading.Event) -> SnapshotReason | None:
        """Take a snapshot if there is a reason, then stream; returns the reason for the next snapshot."""
        try:
            with closing(self._open(reason, stop)) as stream:
                streaming = self._phase = StreamingPhase(
                    stream,
                    self._source.sources,
                    self._parts.producer,
                    self._parts.documents,
                    self._parts.watermarks,
                    ServerClock(
                        lambda: server_time(self._db),
                        call_mongo(lambda: server_time(self._db), stop),
                    ),
                    self._position,
                    lambda position: self._other_server(position, stop),
                    self._read_at,
                    self._parts.requests,
                )
                try:
                    return streaming.run(stop)
                finally:
                    self._position, self._phase = streaming.position, None
        except HistoryLost as lost:
            self._check_snapshot_was_of_use(str(lost))
            return SnapshotReason(str(lost))

    def _check_snapshot_was_of_use(self, reason: str) -> None:
        """Raise CaptureError when the oplog is repeatedly too short for a snapshot to end in time."""
        self._wasted_snapshots = 0 if self._position.snapshot_done else self._wasted_snapshots + 1
        if self._wasted_snapshots > MAX_WASTED_SNAPSHOTS:
            raise CaptureError(f"{MAX_WASTED_SNAPSHOTS} snapshots in a row were of no use: {reason}")

    def _open(self, reason: SnapshotReason | None, stop: threading.Event) -> ChangeStreamReader:
        """The stream behind a snapshot, which is begun if there is a reason, or where it was left."""
        if reason is not None or self._position.scan is not None:
            snapshot = self._phase = SnapshotPhase(self._parts, self._position)
            try:
                if reason is not None:
                    snapshot.begin(reason, stop)
                stream = snapshot.take(stop)
            finally:
                self._position, self._phase = snapshot.position, None
            self._read_at |= snapshot.read_at
            return stream
        log.info("resumed", epoch=self._position.epoch)
        return ChangeStreamReader(self._db, self._source.sources, token=self._position.token)
