"""How long to wait after a failure: twice as long after each one in a row, and when it is enough."""

import time
from collections.abc import Callable

FIRST_DELAY, MAX_DELAY, GIVE_UP_SECONDS = 0.1, 5.0, 60.0


class Backoff:
    """Counts failures in a row. All is in seconds; `clock` gives some that only grow."""

    def __init__(
        self,
        give_up: float = GIVE_UP_SECONDS,
        first: float = FIRST_DELAY,
        longest: float = MAX_DELAY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._give_up, self._first, self._longest, self._clock = give_up, first, longest, clock
        self.reset()

    def reset(self) -> None:
        """All is well: the next failure is a first one."""
        self._since: float | None = None
        self._delay = self._first
        self.lasted = 0.0

    def failed(self) -> float:
        """How long to wait after one more failure; `lasted` is the time since the first of the row."""
        now = self._clock()
        self._since = now if self._since is None else self._since
        self.lasted = now - self._since
        delay, self._delay = self._delay, min(2 * self._delay, self._longest)
        return delay

    @property
    def exhausted(self) -> bool:
        """Whether the failures have gone on for too long."""
        return self.lasted > self._give_up
