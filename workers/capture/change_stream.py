"""One change stream over all mapped collections of a database, reopened at its resume token."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bson import Timestamp
from pymongo.change_stream import ChangeStream
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from schemas.model import RawDocument
from workers.product.sources import Source

# error codes after which the stream cannot go on: the oplog no longer reaches back to the token, the token or
# the stream is unusable, an event is too large to be read
HISTORY_LOST_CODES = {
    136: "CappedPositionLost",
    260: "InvalidResumeToken",
    280: "ChangeStreamFatalError",
    286: "ChangeStreamHistoryLost",
    10334: "BSONObjectTooLarge",
}
UNREADABLE_TOKEN_CODES = {9: "FailedToParse", 50811: "a resume token of another kind"}
EVENT_FIELDS = ("operationType", "ns", "to", "documentKey._id", "clusterTime", "wallTime")
T = TypeVar("T")


class HistoryLost(Exception):
    """The stream cannot be resumed at its token; the text is the reason. A new snapshot is needed."""


def pipeline(sources: tuple[Source, ...]) -> list[Mapping[str, Any]]:
    """Select the changes of the mapped collections, and of their documents the mapped fields only."""
    collections = {"$in": [source.collection for source in sources]}
    stream_ends = {"operationType": {"$in": ["dropDatabase", "invalidate"]}}
    roots = sorted({root for source in sources for root in source.roots})
    fields = [*EVENT_FIELDS, *(f"fullDocument.{root}" for root in roots)]
    return [
        {"$match": {"$or": [{"ns.coll": collections}, {"to.coll": collections}, stream_ends]}},
        {"$project": dict.fromkeys(fields, 1)},
    ]


class ChangeStreamReader:
    """Reads changes in the order of the database. `token` is the resume token after the last one returned.

    Any PyMongoError closes the stream, and the next call opens it again at `token`; HistoryLost is raised
    when that is not possible.
    """

    def __init__(
        self,
        db: Database[RawDocument],
        sources: tuple[Source, ...],
        *,
        token: RawDocument | None = None,
        start: Timestamp | None = None,
    ) -> None:
        self.token = token
        self._db = db
        self._pipeline = pipeline(sources)
        self._start = start
        self._stream: ChangeStream[RawDocument] | None = None
        self._pending: RawDocument | None = None  # a change that came while the stream was opened

    @property
    def has_buffered(self) -> bool:
        """Whether the driver has already received the next change."""
        # the driver's change stream asks its cursor the same; it has no public name
        return self._stream is not None and self._stream._cursor._has_next()

    def open(self) -> None:
        """Open the stream, which makes the server read up to now; a change that comes is for `next`."""
        if self._stream is None:
            start: dict[str, Any] = {"resume_after": self.token}
            if self.token is None:
                start = {"start_at_operation_time": self._start}
            self._stream = self._close_on_error(
                lambda: self._db.watch(self._pipeline, full_document="updateLookup", **start)
            )
            self._pending = self._read(1)

    def next(self, wait_ms: int) -> RawDocument | None:
        """Return the next change, or None when none came within `wait_ms`."""
        self.open()
        change, self._pending = self._pending, None
        change = change or self._read(wait_ms)
        if self._stream is not None:
            token = self._stream.resume_token
            self.token = dict(token) if token else self.token
        return change

    def close(self) -> None:
        """Close the stream, if it is open."""
        stream = self._stream
        self._stream = None
        self._pending = None
        if stream is not None:
            stream.close()

    def _read(self, wait_ms: int) -> RawDocument | None:
        stream = self._stream
        assert stream is not None
        # the driver has no option for the wait after a stream was opened
        stream._cursor._max_await_time_ms = wait_ms
        return self._close_on_error(stream.try_next)

    def _close_on_error(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except OperationFailure as error:
            self.close()
            codes = HISTORY_LOST_CODES | (UNREADABLE_TOKEN_CODES if self.token else {})
            if error.code in codes:
                raise HistoryLost(f"error {error.code}, {codes[error.code]}") from error
            raise
        except PyMongoError:
            self.close()
            raise
