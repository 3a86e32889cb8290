"""Whether a process has ended, and waiting for a condition."""

import time
from collections.abc import Callable

import psutil

HANG_SECONDS = 300.0  # the limit of every wait: no machine is that slow, so it only ends what hangs


def has_ended(pid: int) -> bool:
    """Whether a process has ended; a zombie has."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def until(condition: Callable[[], bool], seconds: float = HANG_SECONDS) -> None:
    """Wait until a condition is true; fails when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.02)
