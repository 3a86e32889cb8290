"""The errors that end the process, and how long a lost database is waited for."""

import time
from collections.abc import Callable

FIRST_DELAY = 0.1
LONGEST_DELAY = 5.0
GIVE_UP_SECONDS = 60.0


class CaptureError(RuntimeError):
    """Capture cannot go on; the text is one line that says what is lost and where."""


class Patience:
    """Counts failures in a row: how long to wait after each, and when to give up.

    `clock` gives seconds that only grow.
    """

    def __init__(
        self, give_up_seconds: float = GIVE_UP_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = give_up_seconds
        self._clock = clock
        self._since: float | None = None
        self._delay = FIRST_DELAY

    def failed(self, error: Exception, what: str) -> float:
        """Seconds to wait after one more failure; raises CaptureError when it has gone on for too long."""
        now = self._clock()
        self._since = now if self._since is None else self._since
        if now - self._since > self._limit:
            text = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
            raise CaptureError(f"{what} is lost since {now - self._since:.0f} s: {text}") from error
        delay, self._delay = self._delay, min(2 * self._delay, LONGEST_DELAY)
        return delay

    def worked(self) -> None:
        """It works again: the next failure is a first one."""
        self._since, self._delay = None, FIRST_DELAY
