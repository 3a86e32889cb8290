"""A worker whose clock is wrong: `python -m tests.integration.skewed_worker NAME`.

AHEAD_FILE names a file with the seconds by which the clock is ahead; it is read again all the time.
"""

# ruff: noqa: TID251 - this is where a test bends the clock

import os
import sys
import time
from pathlib import Path

AHEAD_FILE = "KAIROS_TEST_AHEAD_FILE"
READ_SECONDS = 0.1


def skew_clock(file: Path, read_seconds: float = READ_SECONDS) -> None:
    """Let `time.time` and `time.time_ns` be ahead by what the file says."""
    real_time, real_ns, monotonic = time.time, time.time_ns, time.monotonic
    ahead, read_at = 0, -read_seconds

    def seconds() -> int:
        nonlocal ahead, read_at
        if monotonic() - read_at > read_seconds:
            read_at = monotonic()
            ahead = int(file.read_text() or ahead)
        return ahead

    time.time = lambda: real_time() + seconds()
    time.time_ns = lambda: real_ns() + seconds() * 1_000_000_000


if __name__ == "__main__":
    skew_clock(Path(os.environ[AHEAD_FILE]))
    from workers.cli import kairos

    kairos(["worker", sys.argv[1], "--with-parent"])
