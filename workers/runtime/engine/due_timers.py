"""Which timers fire in a round: a watermark may reach all of them, and a round has a limit."""

from schemas.control import Watermark
from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.records import FetchedRecord

MAX_FIRED = 10_000  # timers of one round: each key is decoded, and takes some 10 KB with its outputs


class DueTimers:
    """The watermarks of one round of an engine, and the timers that they fire.

    `clock` holds the bytes to store when the round has ended, None: nothing new. `unfinished` is the
    watermark (topic, offset) at which the next round has to begin: not all of its timers have fired yet.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._clock_before_round = engine.clock_state()
        self._fired_before_round = engine.fired_timers
        self._clock_before_watermark = self._clock_before_round
        self._clock_of_watermark = b""
        self._disarmed: list[bytes] = []
        self._fired = 0
        self.clock: bytes | None = None
        self.unfinished: tuple[str, int] | None = None

    def fire(self, raw: FetchedRecord, mark: Watermark) -> list[bytes]:
        """Advance the partition's watermark; the keys to process now, as many as the round has room for.

        Call `finish` when they are processed.
        """
        engine = self._engine
        self._clock_before_watermark = engine.clock_state()
        self._clock_of_watermark = engine.advance_watermark(raw.offset, mark)
        due = engine.fired_timers
        if not due:
            due = engine.pop_due(mark.wall if mark.waiting else mark.at)
            self._disarmed += due
        room = MAX_FIRED - self._fired
        now, engine.fired_timers = due[:room], due[room:]
        self._fired += len(now)
        return now

    def finish(self, topic: str, raw: FetchedRecord) -> None:
        """Keep the watermark if all of its timers have fired; else step back from it, for the next round."""
        if self._engine.fired_timers:
            self._engine.restore_clock(self._clock_before_watermark)
            self.unfinished = topic, raw.offset
        else:
            self.clock = self._clock_of_watermark

    def rollback(self) -> None:
        """Restore the engine's clock and timers as they were before the round, for keys not opened in it."""
        self._engine.restore_clock(self._clock_before_round)
        self._engine.fired_timers = self._fired_before_round
        for key in self._disarmed:
            self._engine.rearm(key)
