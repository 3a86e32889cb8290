"""The errors that end the process, and how long a lost database is waited for."""

import threading

import structlog

from workers.runtime.process.backoff import Backoff

log = structlog.get_logger()


class CaptureError(RuntimeError):
    """Capture cannot go on; the text is one line that says what is lost and where."""


def delay_after(error: Exception, backoff: Backoff) -> float:
    """Seconds to wait after MongoDB has failed; raises CaptureError when it has gone on for too long."""
    delay = backoff.failed()
    if backoff.exhausted:
        raise CaptureError(f"MongoDB is lost since {backoff.lasted:.0f} s: {reason(error)}") from error
    return delay


def wait_after(error: Exception, backoff: Backoff, stop: threading.Event) -> None:
    """Say that MongoDB is waited for, and wait, until `stop` is set at the most; raises CaptureError."""
    delay = delay_after(error, backoff)
    log.warning("waiting for MongoDB", error=reason(error), in_seconds=delay)
    stop.wait(delay)


def reason(error: Exception) -> str:
    """An error of the driver in one line, without the state of its pools."""
    lines = str(error).splitlines()
    return lines[0].partition(" (configured timeouts")[0][:300] if lines else type(error).__name__
