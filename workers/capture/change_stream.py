"""One change stream over all mapped collections of a database, reopened at its resume token."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import structlog
from bson import Timestamp
from pymongo.change_stream import ChangeStream
from pymongo.database import Database
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from schemas.model import RawDocument
from workers.capture.failure import CaptureError, RefusedError
from workers.capture.refusals import (
    FATAL,
    SPLIT_STAGE,
    history_line,
    is_final,
    is_unknown_stage,
    stream_refusal,
)
from workers.product.mongo_errors import is_transient
from workers.product.mongo_refusals import said
from workers.product.sources import Source

SPLIT: Mapping[str, Any] = {SPLIT_STAGE: {}}
READ_AGAIN = "a part of a large change did not come: it is read again from its beginning"
FRAGMENT_MS = 10_000  # for the next part of a change; all parts lie ready on the server
EVENT_FIELDS = ("operationType", "ns", "to", "documentKey._id", "clusterTime", "wallTime")
T = TypeVar("T")
log = structlog.get_logger()


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
    when that is not possible, CaptureError when the server refuses. A change that is too large for one answer
    comes in parts from a server that can split it, and is returned when it is whole. `token` stays before it
    until a later one comes: at that of a part the server splits it again, and not always the same way.
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
        self._splits = True  # until the server does not know how
        self._start = start
        self._stream: ChangeStream[RawDocument] | None = None
        self._pending: RawDocument | None = None  # a change that came while the stream was opened
        self._part_token: Any = None  # of the last part of a change, while no later token has come

    @property
    def has_buffered(self) -> bool:
        """Whether the driver has already received the next change."""
        # the driver's change stream asks its cursor the same; it has no public name
        return self._stream is not None and self._stream._cursor._has_next()

    def open(self) -> None:
        """Open the stream, which makes the server read up to now; a change that comes is for `next`."""
        if self._stream is None:
            self._stream = self._close_on_error(self._watch)
            self._pending = self._read_whole(1)

    def next(self, wait_ms: int) -> RawDocument | None:
        """Return the next change, or None when none came within `wait_ms`."""
        self.open()
        change, self._pending = self._pending, None
        change = change or self._read_whole(wait_ms)
        if self._stream is not None:
            token = self._stream.resume_token
            if token and token != self._part_token:
                self.token, self._part_token = dict(token), None
        return change

    def close(self) -> None:
        """Close the stream, if it is open."""
        stream = self._stream
        self._stream = None
        self._pending = None
        self._part_token = None
        if stream is not None:
            stream.close()

    def _watch(self) -> ChangeStream[RawDocument]:
        """Open a stream that splits large changes, or one that does not where the server cannot."""
        start: dict[str, Any] = {"resume_after": self.token}
        if self.token is None:
            start = {"start_at_operation_time": self._start}
        try:
            stages = [*self._pipeline, SPLIT] if self._splits else self._pipeline
            return self._db.watch(stages, full_document="updateLookup", **start)
        except OperationFailure as error:
            if not self._splits or not is_unknown_stage(error.code, str(error)):
                raise
        self._splits = False
        stream = self._watch()
        log.info("this server cannot split changes of more than 16 MB (MongoDB 6.0.9, 7.0 and later can)")
        return stream

    def _read_whole(self, wait_ms: int) -> RawDocument | None:
        """The next change, put together if it comes in parts."""
        change = self._read(wait_ms)
        if change is None or "splitEvent" not in change:
            return change
        parts: list[RawDocument] = []
        part: RawDocument | None = change
        while part is not None and follows(parts, part):
            parts.append(part)
            self._part_token = part["_id"]
            if is_last(part):
                return joined(parts)
            part = self._read(max(wait_ms, FRAGMENT_MS))
        # the driver goes on in the middle of a change, which may come in other parts by then
        self.close()
        raise AutoReconnect(READ_AGAIN)

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
            is_within = self._part_token is not None
            self.close()
            if is_within and error.code == FATAL:  # the driver went on at a part
                raise AutoReconnect(READ_AGAIN) from error
            if lost := history_line(error.code or 0, with_token=self.token is not None):
                raise HistoryLost(lost) from error
            if is_transient(error):
                raise
            kind = RefusedError if is_final(error.code) else CaptureError
            text = stream_refusal(error.code, said(error.details, str(error)), self._db.name)
            raise kind(text) from error
        except PyMongoError:
            self.close()
            raise


def is_last(part: RawDocument) -> bool:
    """Whether a part is the last one of its change."""
    return bool(part["splitEvent"]["fragment"] == part["splitEvent"]["of"])


def follows(parts: Sequence[RawDocument], next_: RawDocument) -> bool:
    """Whether a change is the next part of one of which these parts have come."""
    split = next_.get("splitEvent") or {}
    of = parts[-1]["splitEvent"]["of"] if parts else split.get("of")
    return split.get("fragment") == len(parts) + 1 and split.get("of") == of


def joined(parts: Sequence[RawDocument]) -> RawDocument:
    """The change of all its parts: each has some of its fields."""
    fields = {name: value for part in parts for name, value in part.items() if name != "splitEvent"}
    return fields | {"_id": parts[-1]["_id"]}
