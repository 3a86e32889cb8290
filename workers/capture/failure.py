"""The error that ends capture, and the waits while MongoDB is unreachable."""

import threading

import structlog

from workers.runtime.process.backoff import Backoff

log = structlog.get_logger()


class CaptureError(RuntimeError):
    """Capture cannot go on; the text is one line with the reason."""


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


def error_line(error: Exception) -> str:
    """The driver's error in one line, without the state of its connection pools."""
    lines = str(error).splitlines()
    return lines[0].partition(" (configured timeouts")[0][:300] if lines else type(error).__name__
