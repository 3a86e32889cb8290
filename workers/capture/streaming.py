"""Follows the change stream: each change into its topic, watermarks, and the position behind them."""

import threading
from typing import Any

from pymongo.errors import PyMongoError

from schemas.control import SourcePosition
from schemas.model import to_epoch_ms
from workers.capture.change_stream import ChangeStreamReader, is_connection_loss
from workers.capture.document_writer import DocumentWriter
from workers.capture.failure import CaptureError, wait_after
from workers.capture.position import write_position
from workers.capture.snapshot import version_at
from workers.capture.watermarks import Watermarks, monotonic_ms
from workers.product.sources import Source
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.clock import now_ms

SAVE_MS = 1_000  # between two positions while changes come
IDLE_SAVE_MS = 10_000  # the token of a quiet source must not grow too old
WRITES = ("insert", "update", "replace")
ENDS = ("drop", "rename", "dropDatabase", "invalidate")


class StreamingPhase:
    """Reads the feed until it is stopped or the source must be scanned again."""

    def __init__(
        self,
        feed: ChangeStreamReader,
        sources: tuple[Source, ...],
        producer: SyncProducer,
        watermarks: Watermarks,
        position: SourcePosition,
    ) -> None:
        self._feed = feed
        self._sources = {source.collection: source for source in sources}
        self._producer = producer
        self._documents = DocumentWriter(producer)
        self._watermarks = watermarks
        self._backoff = Backoff()
        self._unsaved = False
        self._saved_at = -float("inf")
        self.position = position

    def follow(self, stop: threading.Event) -> str | None:
        """Go on until stopped (None) or a new snapshot is needed (the reason).

        Raises CaptureError, and HistoryLost when the stream cannot go on.
        """
        while not stop.is_set():
            if reason := self._turn(stop):
                return reason
        self._save()
        self._producer.flush()
        return None

    def _turn(self, stop: threading.Event) -> str | None:
        asked = now_ms() + self._feed.now.ahead_ms
        try:
            change = self._feed.next(self._watermarks.wait_ms())
        except PyMongoError as error:
            self._wait(error, stop)
            return None
        self._backoff.reset()
        if change is None:
            self._watermarks.on_idle(asked)
        elif reason := self._apply(change):
            return reason
        self._watermarks.emit_if_due(backlog=self._feed.more)
        self._save_if_due()
        return None

    def _wait(self, error: PyMongoError, stop: threading.Event) -> None:
        if not is_connection_loss(error):
            raise CaptureError(f"MongoDB refuses the change stream: {error}") from error
        wait_after(error, self._backoff, stop)

    def _apply(self, change: dict[str, Any]) -> str | None:
        kind, collection = change["operationType"], change.get("ns", {}).get("coll")
        if kind in ENDS:
            return f"{kind} of {collection or 'the database'}"
        source = self._sources.get(collection)
        if source is None or kind not in (*WRITES, "delete"):
            return None
        version = version_at(self.position.epoch, change["clusterTime"])
        at = self._watermarks.assign_timestamp(wall_of(change))
        document = change.get("fullDocument")
        if kind == "delete":
            self._documents.delete(source, change["documentKey"].get("_id"), version, at)
        elif document:
            self._documents.put(source, document, version, at)
        else:
            return None  # deleted since; that change is still to come
        self._watermarks.changed(at)
        self._unsaved = True
        return None

    def _save_if_due(self) -> None:
        interval = SAVE_MS if self._unsaved else IDLE_SAVE_MS
        if monotonic_ms() - self._saved_at >= interval:
            self._save()

    def _save(self) -> None:
        token = self._feed.token
        if token is None or (token == self.position.token and self.position.snapshot_done):
            return
        self.position = self.position.model_copy(update={"token": token, "snapshot_done": True})
        write_position(self._producer, self.position, now_ms())
        self._saved_at = monotonic_ms()
        self._unsaved = False


def wall_of(change: dict[str, Any]) -> int:
    """When a change was made, in epoch ms; servers before 6.0 tell seconds only."""
    wall = change.get("wallTime")
    return to_epoch_ms(wall) if wall is not None else int(change["clusterTime"].time) * 1000
