"""A thread that runs beside a block, and whose failure is not lost; how long a thread has its turn."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

END_SECONDS = 5.0
TURN_SECONDS = 0.001


@contextmanager
def background(name: str, run: Callable[[], None], stop: threading.Event) -> Iterator[None]:
    """Run something in a thread while the block runs; it must end when `stop` is set.

    `stop` is set when either ends. A failure of the thread is raised at the end, as a RuntimeError.
    """
    failures: list[Exception] = []

    def caught() -> None:
        try:
            run()
        except Exception as error:
            failures.append(error)
        finally:
            stop.set()

    thread = threading.Thread(target=caught, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(END_SECONDS)
    if failures:
        raise RuntimeError(f"the {name} ended") from failures[0]


@contextmanager
def short_turns() -> Iterator[None]:
    """Let threads that compute give way five times as often as usual while the block runs.

    Every answer of a socket waits for its turn when another thread computes, such as a list of jobs.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
