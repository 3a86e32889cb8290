"""Reads a collection in the order of `_id`; a scan whose cursor is lost goes on after its last document."""

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import structlog
from pymongo.database import Database
from pymongo.errors import PyMongoError

from schemas.model import RawDocument
from workers.capture.failure import CaptureError, unreadable_line, wait_after
from workers.product.mongo_errors import is_transient
from workers.runtime.process.backoff import Backoff

UNDECODED = "\ufffd"  # what stands in a text for bytes that are no UTF-8
log = structlog.get_logger()


def scan_collection(
    db: Database[RawDocument],
    collection: str,
    fields: Iterable[str],
    stop: threading.Event,
    backoff: Backoff | None = None,
    after: RawDocument | None = None,
) -> Iterator[RawDocument]:
    """Every document of a collection with these fields, by `_id`; ends early when `stop` is set.

    A document may come twice. `backoff` counts the failures since the last document that was read; `after` is
    a filter as of `documents_after`, to begin behind a document. Raises CaptureError when MongoDB refuses, or
    is lost for too long.
    """
    backoff, after = backoff or Backoff(), after or {}
    projection = dict.fromkeys(fields, 1)
    while not stop.is_set():
        try:
            with db[collection].find(after, projection).sort("_id", 1) as cursor:
                for document in cursor:
                    backoff.reset()
                    after = documents_after(document["_id"])
                    yield document
                    if stop.is_set():
                        return
            return
        except PyMongoError as error:
            if not is_transient(error):
                raise CaptureError(unreadable_line(error, db.name, collection)) from error
            wait_after(error, backoff, stop)
            log.info("the scan goes on", collection=collection, from_its_beginning=not after)


def documents_after(last_id: Any) -> RawDocument:
    """The filter for the documents behind an id, in the order of `sort("_id", 1)`.

    An aggregation's comparison orders ids of different types as a sort does, where a query's `$gt` finds
    those of one type only. An id that could not be decoded exactly gives the filter for all documents.
    """
    if UNDECODED in repr(last_id):
        return {}
    return {"$expr": {"$gt": ["$_id", {"$literal": last_id}]}}
