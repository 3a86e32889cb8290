"""A round: some records of one partition go through the stage, and what it wants done comes out.

Every record is stepped once, every touched key is encoded once, at the end. A failure (a step, an encoding, a
view, a size, a timer) may leave a state half changed, or have been caused by an earlier record. So on failure
the round is rolled back and retried; failing keys are encoded after every record. There a step that fails
leaves the state as it was, and the record becomes a dead letter: the outcome is that of rounds of one record.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schemas.control import Watermark
from workers.runtime.dead_letters.writing import reason_of
from workers.runtime.engine.due_timers import DueTimers
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.entry import record_of
from workers.runtime.engine.keyed_states import SLICE, KeyedStates
from workers.runtime.engine.rejections import Rejections
from workers.runtime.engine.round_result import PendingEffect, RoundResult, Stop
from workers.runtime.engine.state_header import CLOCK_KEY, POISON_KEY, check_key, check_time
from workers.runtime.engine.times import (
    WATERMARK_AHEAD,
    bounded,
    bounded_mark,
    earliest_time,
    irregular_time,
    latest_time,
)
from workers.runtime.kafka.headers import WATERMARK_KEY, is_watermark
from workers.runtime.kafka.records import FetchedRecord
from workers.runtime.stage import no_timer, record_key


class Round:
    """One round of one engine: `feed` as often as wanted, `encode_states`, `close`.

    When effects have ended: `settle`, `close`. The keys in `isolated` are encoded after every record.
    """

    def __init__(self, engine: Engine, isolated: frozenset[bytes] = frozenset()) -> None:
        self.engine = engine
        self.stage = engine.stage
        self.result = RoundResult()
        self._rejections = Rejections(engine)
        self._states = KeyedStates(engine, self.result, self._rejections, isolated)
        self._timers = DueTimers(engine)
        self._has_timers = engine.stage.timer is not no_timer

    @property
    def stop(self) -> Stop | None:
        """Where the round ended early because of too many dead letters."""
        return self._rejections.stop

    @property
    def unfinished(self) -> tuple[str, int] | None:
        """Where the next round has to begin (topic, offset of a watermark); None: all was read."""
        return None if self.stop else self._timers.unfinished

    def feed(self, topic: str, records: Sequence[FetchedRecord]) -> Iterator[None]:
        """Process a topic's records in order, up to `stop` or `unfinished`; yields now and then."""
        engine, rejections, on_record = self.engine, self._rejections, self._states.on_record
        decode, key_of = self.stage.inputs[topic], self.stage.key
        key_is_own = key_of is record_key
        earliest, latest = earliest_time(engine.wall), latest_time(engine.wall, engine.ahead_ms)
        watermark = engine.time_within(latest)
        for raw in records:
            if rejections.stop is not None:
                return
            engine.offset = raw.offset
            if not earliest <= raw.timestamp <= latest:
                try:
                    raw = bounded(raw, engine.wall, topic in self.stage.any_time)
                    self.result.note(topic, irregular_time(raw))
                except ValueError as error:
                    rejections.reject(self.result, raw, topic, "schema", error)
                    continue
            if raw.key == WATERMARK_KEY and is_watermark(raw.headers):
                yield from self._on_watermark(topic, raw)
                if self.unfinished is not None:
                    return
                self.result.control[topic] = self.result.control.get(topic, 0) + 1
                watermark = engine.time_within(latest)
                continue
            try:
                value = None if raw.value is None else decode(raw.value)
            except Exception as error:
                rejections.reject(self.result, raw, topic, reason_of(error), error)
                continue
            try:
                record = record_of(topic, engine.partition, raw, value, watermark, engine.is_first_reading)
                key = check_key(raw.key if key_is_own else key_of(record).encode())  # type: ignore[arg-type]
            except Exception as error:
                rejections.reject(self.result, raw, topic, "key", error)
                continue
            rejections.count_used()
            on_record(key, record, raw, topic)

    def encode_states(self) -> Iterator[None]:
        """Encode the states that are not encoded yet; yields now and then, to be exhausted before `close`."""
        return self._states.encode()

    def close(self) -> RoundResult:
        """What the round wants done; changes the engine only if all has succeeded. Raises RetryIsolated."""
        states = self._states
        states.arm_timers()
        states.collect()
        states.store(POISON_KEY, self._rejections.store())
        if (clock := self.engine.clock_to_store(self._timers.clock)) is not None:
            states.store(CLOCK_KEY, clock)
        self.result.offset = self.engine.offset
        return self.result

    def settle(self, results: Iterable[tuple[PendingEffect, Any, int]]) -> None:
        """Give the stage the results of effects: (effect, result, time at which it ended)."""
        for effect, result, ended_at in results:
            self._states.on_effect_result(effect, result, ended_at)

    def rollback(self) -> None:
        """Leave the engine as it was before the round."""
        self._timers.rollback()
        for key in self._states.entries:
            self.engine.rearm(key)

    def _on_watermark(self, topic: str, raw: FetchedRecord) -> Iterator[None]:
        try:
            claimed = Watermark.loads(raw.value or b"")
            check_time(claimed.at)
        except Exception as error:
            self._rejections.reject(self.result, raw, topic, reason_of(error), error)
            return
        mark = bounded_mark(claimed, self.engine.wall, self.engine.ahead_ms)
        if mark is not claimed:
            self.result.note(topic, [WATERMARK_AHEAD])
        if self._has_timers and not self.engine.has_observed(topic, raw.offset):
            self._states.arm_timers()
            for number, key in enumerate(self._timers.fire(raw, mark), 1):
                self._states.on_timer(key, mark, raw, topic)
                if number % SLICE == 0:
                    yield
            self._timers.finish(topic, raw)
        if self.stage.reports and not self.engine.fired_timers:
            self.result.marks[topic] = max(mark.at, self.result.marks.get(topic, mark.at))
