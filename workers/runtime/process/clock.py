"""The one place where the clock is read, and how far a time from outside may be ahead of it."""

import time

AHEAD_MS = 3_600_000  # how far a time from outside may be ahead of our clock, by default


def now_ms() -> int:
    """The time now, in epoch milliseconds (UTC)."""
    return time.time_ns() // 1_000_000


def not_ahead(at: int, wall: int, ahead_ms: int) -> int:
    """A time from outside, in epoch ms; one that is further ahead of `wall` than the bound counts as now."""
    return at if at <= wall + ahead_ms else wall


def looks_like_seconds(at: int, wall: int) -> bool:
    """Whether a time from outside, in epoch ms, would be near `wall` if it were in seconds."""
    return wall // 2 < at * 1000 < wall * 2
