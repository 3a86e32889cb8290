"""The clock of the embedded services, which know nothing of ours."""

import time


def epoch_seconds() -> int:
    """The time in whole seconds since 1970."""
    return int(time.time())


def epoch_ms() -> int:
    """The time in whole milliseconds since 1970."""
    return time.time_ns() // 1_000_000
