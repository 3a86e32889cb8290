"""The database's clock, measured again and again, and the line that says how far it is from ours."""

from collections.abc import Callable

import structlog

from workers.capture.server import ServerTime
from workers.capture.watermarks import monotonic_ms

MEASURE_MS = 10_000
SKEW_MS = 60_000  # a larger difference between the clocks is told
log = structlog.get_logger()


class ServerClock:
    """Estimates the server's wall clock between two measurements, without reading ours.

    `ask` asks the server for its time; `clock` is monotonic, in ms. Make one with the first measurement.
    """

    def __init__(
        self, ask: Callable[[], ServerTime], first: ServerTime, clock: Callable[[], float] = monotonic_ms
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._told = 0
        self._observe(first)

    def now_ms(self) -> int:
        """The server's time now, in epoch ms, never estimated too late."""
        return self._time.wall_at(self._clock())

    def measure_if_due(self) -> None:
        """Ask the server for its time, if the last answer is old."""
        if self._clock() - self._time.asked_at >= MEASURE_MS:
            self._observe(self._ask())

    def _observe(self, time: ServerTime) -> None:
        self._time = time
        direction = skew_of(time.ahead_ms)
        if direction != self._told:
            text = skew_line(time.ahead_ms)
            (log.warning if direction else log.info)(text)
        self._told = direction


def skew_of(ahead_ms: int) -> int:
    """1 when the database's clock is too far ahead of ours, -1 when it is too far behind, else 0."""
    return 0 if abs(ahead_ms) <= SKEW_MS else 1 if ahead_ms > 0 else -1


def skew_line(ahead_ms: int) -> str:
    """One line on how far, and in which direction, the database's clock is from ours, and what follows."""
    seconds = f"{abs(ahead_ms) / 1000:,.0f} s"
    if skew_of(ahead_ms) == 0:
        return f"the clocks of MongoDB and of this machine agree again, to {seconds}"
    if ahead_ms > 0:
        return (
            f"MongoDB's clock is {seconds} ahead of this machine's: one of them is wrong; "
            "times that are ahead by more than KAIROS_AHEAD_SECONDS count as now"
        )
    return (
        f"MongoDB's clock is {seconds} behind this machine's: one of them is wrong; "
        "nothing is decided while it is behind by more than KAIROS_STALE_SECONDS"
    )
