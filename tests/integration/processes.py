"""Whether a process has ended, and waiting for a condition."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil

SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds between two looks at a condition
PAUSE_SHARE = 4.0  # a pause in parts of what the look before it took
HANG_SECONDS = 300.0  # the limit of every wait: no machine is that slow, so it only ends what hangs


def has_ended(pid: int) -> bool:
    """Whether a process has ended; a zombie has."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def until(condition: Callable[[], Any], seconds: float = HANG_SECONDS) -> None:
    """Wait until a condition is true; fails when it does not come true."""
    for _ in looks(seconds):
        if condition():
            return
    raise AssertionError("the condition did not come true")


def looks(seconds: float = HANG_SECONDS) -> Iterator[float]:
    """The seconds since the first of the looks at a condition, before each of them; at least one.

    The pause after a look is some times as long as the look: who waits leaves the machine to the others.
    """
    began = time.monotonic()
    elapsed = 0.0
    while True:
        yield elapsed
        took = time.monotonic() - began - elapsed
        if took + elapsed >= seconds:
            return
        time.sleep(min(max(SHORTEST_PAUSE, PAUSE_SHARE * took), LONGEST_PAUSE))
        elapsed = time.monotonic() - began
