"""The errors that end capture, and the waits for those errors of MongoDB that pass by themselves."""

import threading
from collections.abc import Callable
from typing import TypeVar

import structlog
from pymongo.errors import OperationFailure, PyMongoError

from workers.capture.refusals import read_refusal
from workers.product.mongo_errors import error_line, is_transient
from workers.product.mongo_refusals import refusal, said
from workers.runtime.process import exits
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.stopped import Stopped

T = TypeVar("T")
log = structlog.get_logger()


class CaptureError(RuntimeError):
    """Capture cannot go on; the text is one line with the reason. `code` is the exit code."""

    code = 1


class RefusedError(CaptureError):
    """Capture cannot go on, and no restart mends it: somebody has to decide or to correct a setting."""

    code = exits.REFUSED


class PoisonedError(CaptureError):
    """Too many documents became dead letters: somebody has to look at them first."""

    code = exits.POISONED


def delay_after(error: Exception, backoff: Backoff) -> float:
    """Seconds to wait after a failure of MongoDB; raises CaptureError when the backoff is exhausted."""
    delay = backoff.failed()
    if backoff.exhausted:
        raise CaptureError(f"MongoDB is lost since {backoff.lasted:.0f} s: {error_line(error)}") from error
    return delay


def wait_after(error: Exception, backoff: Backoff, stop: threading.Event) -> None:
    """Log a failure of MongoDB and wait, at most until `stop` is set; raises CaptureError."""
    delay = delay_after(error, backoff)
    log.warning("waiting for MongoDB", error=error_line(error), in_seconds=delay)
    stop.wait(delay)


def call_mongo(call: Callable[[], T], stop: threading.Event) -> T:
    """The result of a call to MongoDB, repeated while it is lost; raises CaptureError and Stopped."""
    backoff = Backoff()
    while not stop.is_set():
        try:
            return call()
        except PyMongoError as error:
            if not is_transient(error):
                raise CaptureError(refusal_line(error)) from error
            wait_after(error, backoff, stop)
    raise Stopped


def refusal_line(error: PyMongoError) -> str:
    """The line for what MongoDB refuses for good."""
    if not isinstance(error, OperationFailure):
        return f"MongoDB refuses: {error_line(error)}"
    text = said(error.details, str(error))
    return refusal(error.code, text) or f"MongoDB refuses: {text}"


def unreadable_line(error: PyMongoError, database: str, collection: str) -> str:
    """The line for a collection that MongoDB refuses to read."""
    code, details = (error.code, error.details) if isinstance(error, OperationFailure) else (None, None)
    return read_refusal(code, said(details, str(error)), database, collection)
