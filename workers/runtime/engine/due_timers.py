"""Whom the watermarks of a round wake. One may wake everybody, and a round cannot hold everybody at once."""

from collections.abc import Iterator

from schemas.control import Watermark
from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.records import FetchedRecord

DUE = 10_000  # keys that are woken in one round: decoded, with what they say, each takes some 10 KB


class DueTimers:
    """The time in one round of an engine.

    `clock` is to be stored when the round has ended, None: nothing. Not everybody has heard of the watermark
    at `more` (topic, offset): there the next round has to begin.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._before, self._late = engine.time(), engine.fired_timers
        self._due: list[bytes] = []  # their timers are out of the engine
        self._woken = 0
        self.clock: bytes | None = None
        self.more: tuple[str, int] | None = None

    def wake(self, topic: str, raw: FetchedRecord, mark: Watermark) -> Iterator[bytes]:
        """The keys that are due at a watermark, as many as a round takes; the clock waits for the last."""
        engine, before = self._engine, self._engine.time()
        clock = engine.advance(raw.offset, mark)
        due = engine.fired_timers
        if not due:
            self._due += (due := engine.due(mark.wall if mark.waiting else mark.at))
        room = DUE - self._woken
        due, engine.fired_timers = due[:room], due[room:]
        self._woken += len(due)
        yield from due
        if engine.fired_timers:
            engine.set_time(before)
            self.more = topic, raw.offset
        else:
            self.clock = clock

    def undo(self) -> None:
        """Leave the engine's time and timers as they were before the round, for keys not decoded in it."""
        self._engine.set_time(self._before)
        self._engine.fired_timers = self._late
        for key in self._due:
            self._engine.rearm(key)
