"""Looks now and then how much history is left behind the position of a source, also while it is held up."""

import threading
from collections.abc import Callable

import structlog
from bson import Timestamp
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from schemas.control import SourcePosition
from schemas.model import RawDocument
from workers.capture.failure import CaptureError
from workers.capture.history import History, alarm_line, is_alarming
from workers.capture.resume_token import place_of
from workers.capture.server import server_time
from workers.product.mongo_errors import is_transient
from workers.runtime.metrics.sources import CAPTURE_HISTORY_AT, CAPTURE_POSITION_AT, CAPTURE_SERVER_AT

LOOK_SECONDS = 10.0
REPEAT_LOOKS = 30  # looks between two lines of a lasting alarm
UNKNOWN = float("nan")
log = structlog.get_logger()


class HistoryWatch:
    """Sets the metrics of a source, and warns before history is lost. `position` gives the stored one."""

    def __init__(
        self, source: str, db: Database[RawDocument], position: Callable[[], SourcePosition]
    ) -> None:
        self._source, self._db, self._position = source, db, position
        self._alarmed = 0  # looks in a row

    def run(self, stop: threading.Event) -> None:
        """Look until stopped. A server that does not answer is told by others."""
        with structlog.contextvars.bound_contextvars(source=self._source):
            while not stop.wait(LOOK_SECONDS):
                try:
                    self.look()
                except (PyMongoError, CaptureError):
                    continue

    def look(self) -> None:
        """Look once; raises PyMongoError and CaptureError."""
        history = history_of(self._db, self._position())
        if history is None:
            return
        CAPTURE_POSITION_AT.labels(self._source).set(history.place)
        CAPTURE_SERVER_AT.labels(self._source).set(history.newest)
        CAPTURE_HISTORY_AT.labels(self._source).set(UNKNOWN if history.oldest is None else history.oldest)
        if not is_alarming(history):
            if self._alarmed:
                log.info("the position is near enough to MongoDB again", seconds_behind=history.lag)
            self._alarmed = 0
            return
        if self._alarmed % REPEAT_LOOKS == 0:
            log.warning(alarm_line(history))
        self._alarmed += 1


def history_of(db: Database[RawDocument], position: SourcePosition) -> History | None:
    """How much history is left behind a position; None without a place whose time is known.

    Raises PyMongoError and CaptureError.
    """
    place = place_of(position)
    if place is None:
        return None
    return History(place.time, server_time(db).cluster.time, oldest_change(db))


def oldest_change(db: Database[RawDocument]) -> int | None:
    """The cluster time, in seconds, of the oldest change in the oplog; None when it cannot be known.

    It takes the right to read `local.oplog.rs`, and a replica set that is asked itself, without a router.
    """
    try:
        first = db.client["local"]["oplog.rs"].find_one({}, {"ts": 1}, sort=[("$natural", 1)])
    except OperationFailure as error:
        if is_transient(error):
            raise
        return None
    oldest = (first or {}).get("ts")
    return oldest.time if isinstance(oldest, Timestamp) else None
