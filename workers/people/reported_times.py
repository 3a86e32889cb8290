"""Times that others report, bounded by what can be true. All times are epoch milliseconds.

A report says when a mail was sent, or failed; a message of the product says when it was sent. Senders have
wrong clocks, leave out zones, or write year 1 for "no date". What is reported has happened, so a time later
than `now`, the time at which the report was read, counts as `now`.
"""

from schemas.fact_base import YEAR_3000

YEAR_1900 = -2_208_988_800_000  # an earlier time is no date
FAR_AHEAD_MS = 3_600_000  # less may be the delay of the fleet's time
YEAR_2000 = 946_684_800_000


def is_believable(at: int | None, now: int) -> bool:
    """Whether a reported time can be true: it is not None, not before 1900, and not after `now`.

    A `now` before 2000 is that of a clock that was never set, and bounds nothing.
    """
    return at is not None and YEAR_1900 <= at < YEAR_3000 and (at <= now or now < YEAR_2000)


def bounded(at: int, now: int) -> int:
    """A reported time if it can be true, else `now`."""
    return at if is_believable(at, now) else now


def is_far_from(at: int, now: int) -> bool:
    """Whether a reported time is so wrong that it is counted: before 2000, or an hour or more after `now`."""
    return at < YEAR_2000 or at - now >= FAR_AHEAD_MS
