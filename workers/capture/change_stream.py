"""One change stream over all mapped collections of a database, reopened where it was left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bson import Timestamp
from pymongo.change_stream import ChangeStream
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, CursorNotFound, OperationFailure, PyMongoError

from schemas.model import RawDocument, to_epoch_ms
from workers.capture.failure import CaptureError
from workers.product.sources import Source
from workers.runtime.process.clock import now_ms

# the log is too short, the token or the stream is of no use any more, an event is too large to be read
LOST = {136: "CappedPositionLost", 260: "InvalidResumeToken", 280: "ChangeStreamFatalError"}
LOST |= {286: "ChangeStreamHistoryLost", 10334: "BSONObjectTooLarge"}
UNREADABLE_TOKEN = {9: "FailedToParse", 50811: "a resume token of another kind"}
EVENT_FIELDS = ("operationType", "ns", "to", "documentKey._id", "clusterTime", "wallTime")


class HistoryLost(Exception):
    """The stream cannot go on from where it was left; the text says why. A new snapshot is needed."""


@dataclass(frozen=True)
class ServerTime:
    """A point in the server's history: cluster time, epoch ms, and how far its clock is ahead of ours."""

    cluster: Timestamp
    wall: int
    ahead_ms: int


def server_time(db: Database[RawDocument]) -> ServerTime:
    """The server's present; raises CaptureError for a server without change streams."""
    reply = db.command("hello")
    cluster, wall = reply.get("operationTime"), reply.get("localTime")
    if not isinstance(cluster, Timestamp) or wall is None:
        raise CaptureError("MongoDB tells no operationTime: change streams need a replica set")
    # taken after the reply, so that the server's time is never thought later than it is
    return ServerTime(cluster, to_epoch_ms(wall), to_epoch_ms(wall) - now_ms())


def is_connection_loss(error: PyMongoError) -> bool:
    """Whether trying again may help."""
    if isinstance(error, ConnectionFailure | CursorNotFound):
        return True
    return isinstance(error, OperationFailure) and error.has_error_label("ResumableChangeStreamError")


def pipeline(sources: tuple[Source, ...]) -> list[Mapping[str, Any]]:
    """Only changes of the mapped collections, and of their documents only what is mapped."""
    names = {"$in": [source.collection for source in sources]}
    exhausted = {"operationType": {"$in": ["dropDatabase", "invalidate"]}}
    roots = sorted({root for source in sources for root in source.roots})
    fields = [*EVENT_FIELDS, *(f"fullDocument.{root}" for root in roots)]
    return [
        {"$match": {"$or": [{"ns.coll": names}, {"to.coll": names}, exhausted]}},
        {"$project": dict.fromkeys(fields, 1)},
    ]


class ChangeStreamReader:
    """Gives changes in the order of the database. `token` is the place after the last one that was given.

    Any PyMongoError leaves the feed closed; the next call opens it again at the same place. HistoryLost says
    that this is not possible.
    """

    def __init__(
        self,
        db: Database[RawDocument],
        sources: tuple[Source, ...],
        now: ServerTime,
        *,
        token: RawDocument | None = None,
        start: Timestamp | None = None,
    ) -> None:
        self.token = token
        self.now = now
        self._db = db
        self._pipeline = pipeline(sources)
        self._start = start
        self._stream: ChangeStream[RawDocument] | None = None
        self._first: RawDocument | None = None

    @property
    def more(self) -> bool:
        """Whether the next change is here already."""
        # the driver's change stream asks its cursor the same; it has no public name
        return self._stream is not None and self._stream._cursor._has_next()

    def open(self) -> None:
        """Open the stream and read as far as the server is; a change that comes is kept for `next`."""
        if self._stream is None:
            self.now = server_time(self._db)
            where: dict[str, Any] = {"resume_after": self.token}
            if self.token is None:
                where = {"start_at_operation_time": self._start}
            self._stream = self._guard(
                lambda: self._db.watch(self._pipeline, full_document="updateLookup", **where)
            )
            self._first = self._read(1)

    def next(self, wait_ms: int) -> RawDocument | None:
        """The next change, None when there was none for so long."""
        self.open()
        change, self._first = self._first, None
        change = change or self._read(wait_ms)
        if self._stream is not None:
            token = self._stream.resume_token
            self.token = dict(token) if token else self.token
        return change

    def close(self) -> None:
        """Give the stream back."""
        stream, self._stream, self._first = self._stream, None, None
        if stream is not None:
            stream.close()

    def _read(self, wait_ms: int) -> RawDocument | None:
        stream = self._stream
        assert stream is not None
        # the driver sets the wait of a stream once, when it is opened
        stream._cursor._max_await_time_ms = wait_ms
        change: RawDocument | None = self._guard(stream.try_next)
        return change

    def _guard(self, call: Any) -> Any:
        try:
            return call()
        except OperationFailure as error:
            self.close()
            known = LOST | (UNREADABLE_TOKEN if self.token else {})
            if error.code in known:
                raise HistoryLost(f"error {error.code}, {known[error.code]}") from error
            raise
        except PyMongoError:
            self.close()
            raise
