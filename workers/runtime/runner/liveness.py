"""Ends a worker that may have been replaced, or that no broker answers any more."""

import asyncio
import os
import time
from collections.abc import Callable

import structlog

from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.process import exits

HEARTBEAT_SECONDS = 0.2
log = structlog.get_logger()


class Liveness:
    """Watches that this process keeps running, and that its group and a broker answer.

    `session_seconds` is the group's session: half of it without a turn of the event loop, or without a
    heartbeat, and another worker may own the partitions by the time a delivery that begins now is over.
    `heartbeat_age` gives the seconds since the group last answered.
    """

    def __init__(self, session_seconds: float, heartbeat_age: Callable[[], float]) -> None:
        self._session_seconds = session_seconds
        self._heartbeat_age = heartbeat_age
        self._turn_at: float | None = None  # monotonic seconds
        self._beat_at: float | None = None

    def exit_if_fenced(self) -> None:
        """End the process when half a session has passed without a turn or a heartbeat."""
        self._exit_if_older(self._heartbeat_age())

    def exit_if_stalled(self) -> None:
        """End the process when half a session has passed without a turn of the event loop."""
        self._exit_if_older(0.0)

    def _exit_if_older(self, unheard_seconds: float) -> None:
        stalled = 0.0 if self._turn_at is None else time.monotonic() - self._turn_at
        seconds = max(unheard_seconds, stalled)
        if seconds > self._session_seconds / 2:
            log.error("stood still for too long, leaving without a commit", seconds=round(seconds, 1))
            os._exit(exits.FENCED)

    def stalled(self) -> str | None:
        """Why the process should be started again: its event loop did not turn for a session.

        To be asked by another thread; a loop that never comes back does not end the process itself.
        """
        seconds = 0.0 if self._beat_at is None else time.monotonic() - self._beat_at
        return f"the event loop stands since {seconds:.0f} s" if seconds > self._session_seconds else None

    async def beat(self) -> None:
        """Show for ever that the event loop runs, from the start of the worker on."""
        while True:
            self._beat_at = time.monotonic()
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def note_turns(self) -> None:
        """Note for ever that the event loop runs."""
        while True:
            self.exit_if_stalled()
            self._turn_at = time.monotonic()
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def watch_broker(self, producer: BatchProducer) -> None:
        """Poll a broker for ever, also while there is nothing to write; raises ConnectionError."""
        answered_at = time.monotonic()
        while True:
            if await producer.answers():
                answered_at = time.monotonic()
            elif time.monotonic() - answered_at > self._session_seconds:
                raise ConnectionError(f"no broker has answered for {self._session_seconds:.0f} s")
            await asyncio.sleep(self._session_seconds / 5)
