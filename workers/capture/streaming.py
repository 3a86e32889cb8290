"""Reads the change stream: writes each change to its topic, emits watermarks, then saves the position."""

import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pymongo.errors import PyMongoError

from schemas.control import SourcePosition
from schemas.model import RawDocument, to_epoch_ms
from workers.capture.change_stream import ChangeStreamReader
from workers.capture.document_writer import WORKER, ChangeTime, DocumentWriter
from workers.capture.failure import CaptureError, wait_after
from workers.capture.position import write_position
from workers.capture.server_clock import ServerClock
from workers.capture.snapshot_requests import SnapshotRequests
from workers.capture.version import as_number, version_at
from workers.capture.watermarks import Watermarks, monotonic_ms
from workers.product.mongo_errors import is_transient
from workers.product.sources import Source
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.clock import now_ms
from workers.runtime.process.irregular import TIMESTAMP_AHEAD, IrregularCounter

SAVE_MS = 1_000  # between two positions while changes come
IDLE_SAVE_MS = 10_000  # between two positions of an idle source, whose token must not grow too old
WRITES = ("insert", "update", "replace")
NEEDS_SNAPSHOT = ("drop", "rename", "dropDatabase", "invalidate")


class SnapshotReason(NamedTuple):
    """Why a snapshot is needed, and of which topics alone; none stands for all."""

    text: str
    topics: tuple[str, ...] = ()


class StreamingPhase:
    """Streams changes until it is stopped or a new snapshot is needed.

    `other_server` says why a position is another server's, None when it is not; it is asked when a connection
    is back that was lost. `read_at` is the cluster time, as a number, of each topic's last snapshot,
    `requests` are those of people for new ones.
    """

    def __init__(
        self,
        changes: ChangeStreamReader,
        sources: tuple[Source, ...],
        producer: SyncProducer,
        documents: DocumentWriter,
        watermarks: Watermarks,
        server_clock: ServerClock,
        position: SourcePosition,
        other_server: Callable[[SourcePosition], SnapshotReason | None],
        read_at: Mapping[str, int],
        requests: SnapshotRequests,
    ) -> None:
        self._changes = changes
        self._sources = {source.collection: source for source in sources}
        self._producer = producer
        self._documents = documents
        self._watermarks = watermarks
        self._server_clock = server_clock
        self._other_server = other_server
        self._read_at = read_at
        self._requests = requests
        self._irregular = IrregularCounter(WORKER)
        self._backoff = Backoff()
        self._unsaved = False
        self._saved_at = -float("inf")
        self.position = position

    def run(self, stop: threading.Event) -> SnapshotReason | None:
        """Stream until stopped (None) or until a new snapshot is needed (the reason).

        Raises CaptureError, and HistoryLost when the stream cannot be resumed.
        """
        while not stop.is_set():
            if reason := self._poll(stop):
                return reason
        self._save_position()
        self._producer.flush()
        return None

    def _poll(self, stop: threading.Event) -> SnapshotReason | None:
        """Read at most one change; returns the reason for a new snapshot, else None."""
        try:
            self._server_clock.measure_if_due()
            asked_at = self._server_clock.now_ms()
            change = self._changes.next(self._watermarks.wait_ms())
        except PyMongoError as error:
            self._wait_after(error, stop)
            return None
        if self._backoff.failures and (reason := self._other_server(self.position)):
            return reason
        self._backoff.reset()
        if change is None:
            self._watermarks.on_idle(asked_at)
        elif reason := self._apply(change):
            return reason
        self._watermarks.emit_if_due(backlog=self._changes.has_buffered)
        self._save_position_if_due()
        return self._requested()

    def _requested(self) -> SnapshotReason | None:
        """The reason that a request of somebody is, None without one."""
        topics = self._requests.among(source.topic for source in self._sources.values())
        return self._of_topics("somebody asked for it", topics) if topics else None

    def _of_topics(self, text: str, topics: tuple[str, ...]) -> SnapshotReason:
        """The reason for a snapshot of some topics alone, behind which the stream goes on where it is."""
        self.position = self.position.model_copy(update={"token": self._changes.token})
        return SnapshotReason(text, topics)

    def _wait_after(self, error: PyMongoError, stop: threading.Event) -> None:
        if not is_transient(error):
            raise CaptureError(f"MongoDB refuses the change stream: {error}") from error
        wait_after(error, self._backoff, stop)

    def _apply(self, change: RawDocument) -> SnapshotReason | None:
        """Write a change to its topic; returns the reason for a new snapshot, else None."""
        operation = change["operationType"]
        collection = change.get("ns", {}).get("coll")
        if operation in NEEDS_SNAPSHOT:
            return self._reason(operation, change)
        source = self._sources.get(collection)
        if source is None or operation not in (*WRITES, "delete"):
            return None
        changed_at = changed_at_ms(change)
        at = self._watermarks.assign_timestamp(changed_at)
        if at < changed_at:
            self._irregular.add(source.topic, TIMESTAMP_AHEAD, 1, now_ms())
        time = ChangeTime(version_at(self.position.epoch, change["clusterTime"]), at, changed_at)
        document = change.get("fullDocument")
        if operation == "delete":
            self._documents.write_deletion(source, change["documentKey"].get("_id"), time)
        elif document:
            self._documents.write(source, document, time)
        else:
            return None  # the document was deleted since; the change that deleted it follows
        self._watermarks.on_change(at)
        self._unsaved = True
        return None

    def _reason(self, operation: str, change: RawDocument) -> SnapshotReason | None:
        """The reason that a change of whole collections is, None when they were read since it happened."""
        names = [change.get(place, {}).get("coll") for place in ("ns", "to")]
        topics = tuple(self._sources[name].topic for name in names if name in self._sources)
        happened = as_number(change["clusterTime"])
        all_topics = [source.topic for source in self._sources.values()]
        is_over = all(self._read_at.get(topic, 0) >= happened for topic in topics or all_topics)
        if is_over and operation != "invalidate":  # which ends the stream itself
            return None
        text = f"{operation} of {names[0] or 'the database'}"
        return self._of_topics(text, topics) if topics else SnapshotReason(text)

    def _save_position_if_due(self) -> None:
        interval = SAVE_MS if self._unsaved else IDLE_SAVE_MS
        if monotonic_ms() - self._saved_at >= interval:
            self._save_position()

    def _save_position(self) -> None:
        token = self._changes.token
        if token is None or (token == self.position.token and self.position.snapshot_done):
            return
        done = {"token": token, "snapshot_done": True, "scan": None}
        self.position = self.position.model_copy(update=done)
        write_position(self._producer, self.position, now_ms())
        self._saved_at = monotonic_ms()
        self._unsaved = False


def changed_at_ms(change: RawDocument) -> int:
    """The time of a change in epoch ms; servers before 6.0 have it in seconds only."""
    wall = change.get("wallTime")
    return to_epoch_ms(wall) if wall is not None else int(change["clusterTime"].time) * 1000
