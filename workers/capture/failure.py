"""The errors that end capture, which errors of MongoDB pass by themselves, and the waits for that."""

import threading
from collections.abc import Callable
from typing import TypeVar

import structlog
from pymongo.errors import ConnectionFailure, CursorNotFound, OperationFailure, PyMongoError

from workers.runtime.process import exits
from workers.runtime.process.backoff import Backoff

# codes of a server, or of a router that does not reach one, after which the same call can succeed; the driver
# makes a ConnectionFailure of most of them, but not of those that a router passes on
TRANSIENT_CODES = {
    6: "HostUnreachable",
    7: "HostNotFound",
    43: "CursorNotFound",
    50: "MaxTimeMSExpired",
    63: "StaleShardVersion",
    89: "NetworkTimeout",
    91: "ShutdownInProgress",
    133: "FailedToSatisfyReadPreference",
    134: "ReadConcernMajorityNotAvailableYet",
    150: "StaleEpoch",
    175: "QueryPlanKilled",  # an index or the collection was changed under the scan
    189: "PrimarySteppedDown",
    202: "NetworkInterfaceExceededTimeLimit",
    234: "RetryChangeStream",
    237: "CursorKilled",
    262: "ExceededTimeLimit",
    9001: "SocketException",
    10058: "LegacyNotPrimary",
    10107: "NotWritablePrimary",
    11600: "InterruptedAtShutdown",
    11601: "Interrupted",
    11602: "InterruptedDueToReplStateChange",
    13388: "StaleConfig",
    13435: "NotPrimaryNoSecondaryOk",
    13436: "NotPrimaryOrSecondary",
}
TRANSIENT_LABELS = ("ResumableChangeStreamError", "RetryableError", "TransientTransactionError")
T = TypeVar("T")
log = structlog.get_logger()


class Stopped(Exception):
    """Capture was asked to stop while it was waiting or scanning."""


class CaptureError(RuntimeError):
    """Capture cannot go on; the text is one line with the reason. `code` is the exit code."""

    code = 1


class RefusedError(CaptureError):
    """Capture cannot go on, and no restart mends it: somebody has to decide or to correct a setting."""

    code = exits.REFUSED


class PoisonedError(CaptureError):
    """Too many documents became dead letters: somebody has to look at them first."""

    code = exits.POISONED


def is_transient(error: PyMongoError) -> bool:
    """Whether the same call can succeed later: connection, cursor or server are lost for a while."""
    if isinstance(error, ConnectionFailure | CursorNotFound):
        return True
    if not isinstance(error, OperationFailure):
        return False
    return error.code in TRANSIENT_CODES or any(error.has_error_label(label) for label in TRANSIENT_LABELS)


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
                raise CaptureError(f"MongoDB refuses: {error}") from error
            wait_after(error, backoff, stop)
    raise Stopped


def error_line(error: Exception) -> str:
    """The driver's error in one line, without the state of its connection pools."""
    lines = str(error).splitlines()
    return lines[0].partition(" (configured timeouts")[0][:300] if lines else type(error).__name__
