"""Something that a process can do without for a while: when it fails it is left alone, and said once."""

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger()


class Outage:
    """Whether something that failed may be asked again; a line when it fails, another when it is back.

    `what` names it in the lines. After a failure it is left alone for `seconds`; `clock` is monotonic.
    """

    def __init__(self, what: str, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._seconds = seconds
        self._clock = clock
        self._until: float | None = None

    @property
    def lasts(self) -> bool:
        """Whether it is left alone."""
        return self._until is not None and self._clock() < self._until

    def failed(self, error: str) -> None:
        """It failed, and why in one line; of failures in a row the first is said."""
        if self._until is None:
            log.warning(f"{self._what}: lost", error=error)
        self._until = self._clock() + self._seconds

    def answered(self) -> None:
        """It did what it was asked."""
        if self._until is not None:
            log.info(f"{self._what}: back")
            self._until = None
