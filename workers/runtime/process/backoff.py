"""Exponential backoff: the delay after each failure in a row, and when to give up."""

import time
from collections.abc import Callable

FIRST_DELAY, MAX_DELAY, GIVE_UP_SECONDS = 0.1, 5.0, 60.0
MAX_JITTER = 0.25  # the share of a delay that jitter may take off


class Backoff:
    """Counts failures in a row. Times are in seconds; `clock` is monotonic.

    The delay starts at `first` and doubles up to `longest`. `jitter` returns a number from 0 to 1, the part
    of MAX_JITTER by which one delay is shortened; without it delays are exact. The backoff is exhausted after
    `attempts` failures in a row, or when the failures have lasted longer than `give_up`.
    """

    def __init__(
        self,
        give_up: float = GIVE_UP_SECONDS,
        first: float = FIRST_DELAY,
        longest: float = MAX_DELAY,
        clock: Callable[[], float] = time.monotonic,
        *,
        attempts: int | None = None,
        jitter: Callable[[], float] | None = None,
    ) -> None:
        self._give_up = give_up
        self._first = first
        self._longest = longest
        self._clock = clock
        self._attempts = attempts
        self._jitter = jitter
        self.reset()

    def reset(self) -> None:
        """Record a success: the next failure is the first one of a row."""
        self._failing_since: float | None = None
        self._delay = self._first
        self.failures = 0
        self.lasted = 0.0

    def failed(self) -> float:
        """Record a failure and return the delay before the next attempt.

        `failures` is then the number of failures in a row, `lasted` the time since the first of them.
        """
        now = self._clock()
        if self._failing_since is None:
            self._failing_since = now
        self.lasted = now - self._failing_since
        self.failures += 1
        delay = self._delay
        self._delay = min(2 * self._delay, self._longest)
        if self._jitter is not None:
            delay *= 1 - MAX_JITTER * self._jitter()
        return delay

    @property
    def exhausted(self) -> bool:
        """Whether the failures were too many or have lasted too long."""
        too_many = self._attempts is not None and self.failures >= self._attempts
        return too_many or self.lasted > self._give_up
