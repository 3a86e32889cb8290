"""Looking at processes, and waiting for what they do."""

import time
from collections.abc import Callable

import psutil


def gone(pid: int) -> bool:
    """Whether a process is dead; a zombie is."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait for a condition, or fail."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.02)
