"""The errors that end the process, and how long a lost database is waited for."""

from workers.process.patience import Patience


class CaptureError(RuntimeError):
    """Capture cannot go on; the text is one line that says what is lost and where."""


def delay_after(error: Exception, patience: Patience) -> float:
    """Seconds to wait after MongoDB has failed; raises CaptureError when it has gone on for too long."""
    delay = patience.failed()
    if patience.over:
        text = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
        raise CaptureError(f"MongoDB is lost since {patience.lasted:.0f} s: {text}") from error
    return delay
