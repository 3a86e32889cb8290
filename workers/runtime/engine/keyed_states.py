"""The states of the keys that a round has touched, and how messages are applied to them."""

from collections.abc import Iterator
from typing import Any

from schemas.control import Watermark
from workers.runtime.dead_letters.writing import Reason
from workers.runtime.engine.encode import check_state, effects_of, encode_outputs, encode_view
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.entry import DIRTY, ENCODED, FAILED, UNTOUCHED, Delivery, Entry
from workers.runtime.engine.rejections import Rejections
from workers.runtime.engine.round_result import PendingEffect, RetryIsolated, RoundResult
from workers.runtime.engine.state_header import NEVER
from workers.runtime.kafka.records import FetchedRecord
from workers.runtime.stage import EffectResult, Record, StepMessage, TimerFired, TooLarge, no_timer, no_view

SLICE = 100  # records, timers or states after which whoever drives a round may do something else


class KeyedStates:
    """Applies messages to states, and collects what they cause in `result`.

    The keys in `isolated` are encoded after every message, and so are all keys of a stage with effects, since
    an effect cannot be rolled back.
    """

    def __init__(
        self, engine: Engine, result: RoundResult, rejections: Rejections, isolated: frozenset[bytes]
    ) -> None:
        self.entries: dict[bytes, Entry] = {}
        self.result = result
        self._engine = engine
        self._stage = engine.stage
        self._rejections = rejections
        self._isolated = isolated
        self._has_effects = engine.stage.act is not None
        self._has_timers = engine.stage.timer is not no_timer
        self._touched: list[Entry] = []  # in the order of their first message
        self._unarmed: dict[bytes, Entry] = {}  # whose timers may have moved
        self._failed: list[bytes] = []

    def on_record(self, key: bytes, record: Record, raw: FetchedRecord, topic: str) -> None:
        """Apply a record, unless its offset shows that this was done before."""
        entry = self.entries.get(key) or self._open(key)
        if entry.topic != topic:
            entry.topic_id, entry.topic = self._engine.check_topic(topic, entry.topic_id), topic
        if raw.offset <= entry.offset:
            self.result.skipped += 1
            return
        entry.offset, entry.timer_disabled = raw.offset, False
        if entry.status is DIRTY:
            self._process_fast(entry, record, raw, topic)
        else:
            self._process(entry, record, raw, topic)

    def on_timer(self, key: bytes, mark: Watermark, raw: FetchedRecord, topic: str) -> None:
        """Apply a fired timer, unless the state has seen the watermark before."""
        entry = self._unarmed[key] = self.entries.get(key) or self._open(key)
        if raw.offset > entry.offset:
            entry.offset = raw.offset
            time, waiting, paused = self._engine.watermark or 0, tuple(mark.waiting), tuple(mark.paused)
            fired = TimerFired(entry.key.decode(), time, waiting, paused)
            self._process(entry, fired, raw, topic)

    def on_effect_result(self, effect: PendingEffect, result: Any, ended_at: int) -> None:
        """Apply the result of an effect; after the last one of its key, the messages that had to wait."""
        entry = self.entries.get(effect.key) or self._open(effect.key)
        assert entry.raw is not None
        entry.effects.remove(effect)
        message = EffectResult(effect.key.decode(), effect.request, result, ended_at)
        self._apply(entry, message, entry.raw, entry.topic)
        deferred, entry.deferred = entry.deferred, []
        for delivery in deferred:
            self._process(entry, *delivery)

    def encode(self) -> Iterator[None]:
        """Encode the states that are not encoded yet, yielding after every slice of them."""
        for number, entry in enumerate(self._touched, 1):
            if entry.status is DIRTY and entry.raw is not None:
                try:
                    self._encode(entry, entry.raw)
                except Exception:
                    self._retry_isolated(entry)
            if number % SLICE == 0:
                yield

    def arm_timers(self) -> None:
        """Arm the timers of the keys that were processed."""
        for key, entry in self._unarmed.items() if self._has_timers else ():
            if entry.status is FAILED:
                continue
            try:
                entry.timer = entry.next_timer(self._stage)
                # while an effect is open the timer rests: it would fire at every watermark, for nothing
                self._engine.set_timer(key, NEVER if entry.effects else entry.timer)
            except Exception:
                if entry.isolated:
                    raise
                self._retry_isolated(entry)
        self._unarmed.clear()

    def collect(self) -> None:
        """Move outputs and effects into the result, bytes into the engine. Raises RetryIsolated before."""
        if self._failed:
            raise RetryIsolated(self._failed)
        for entry in self._touched:
            self.result.outputs += entry.outputs + entry.view
            self.result.effects += entry.asked
            entry.asked = []
            entry.outputs, entry.view = [], []
            entry.status = UNTOUCHED
            self.store(entry.key, None if entry.body is None else entry.pack(entry.body))
            if self._has_effects:
                self._engine.keep_open(entry)
        self._touched = []
        self.entries = {}  # decoded states are many times as large as their bytes

    def store(self, key: bytes, stored: bytes | None) -> None:
        """Put bytes into the engine, and into the result for the changelog."""
        if self._engine.put(key, stored):
            self.result.changes[key] = stored

    def _open(self, key: bytes) -> Entry:
        if (entry := self._engine.open.get(key)) is not None:
            self.entries[key] = entry
            return entry
        isolated = self._has_effects or key in self._isolated
        stored = self._engine.store.get(key)
        entry = self.entries[key] = Entry(self._stage, key, stored, isolated)
        if stored is None:
            entry.offset = entry.safe_offset = self._engine.applied_offset()
        return entry

    def _process_fast(self, entry: Entry, record: Record, raw: FetchedRecord, topic: str) -> None:
        """Step a state again that was stepped in this round, and is encoded at its end."""
        try:
            entry.state, actions = self._stage.step(entry.state, record)
            if actions:
                entry.outputs += encode_outputs(self._engine, Delivery(record, raw, topic), actions)
                self.result.note(topic, actions)
        except Exception:
            self._retry_isolated(entry)
            return
        entry.raw = raw
        if self._has_timers:
            self._unarmed[entry.key] = entry

    def _process(self, entry: Entry, message: StepMessage, raw: FetchedRecord, topic: str) -> None:
        """Step a state. An isolated one is encoded at once; a failure makes its message a dead letter."""
        if entry.effects:
            entry.deferred.append(Delivery(message, raw, topic))
            self._engine.hold(entry.key, [(topic, raw.offset)])
        else:
            self._apply(entry, message, raw, topic)

    def _apply(self, entry: Entry, message: StepMessage, raw: FetchedRecord, topic: str) -> None:
        """Step a state, as `_process` does where no effect is open."""
        if entry.status is UNTOUCHED:
            entry.status = ENCODED
            self._touched.append(entry)
        self._unarmed[entry.key] = entry
        if entry.status is FAILED:
            return
        try:
            entry.state, actions = self._stage.step(entry.state, message)
            outputs = encode_outputs(self._engine, Delivery(message, raw, topic), actions) if actions else []
            if entry.isolated:
                entry.next_timer(self._stage)  # fails here, where the message is known
                self._encode(entry, raw)
        except Exception as error:
            if entry.isolated:
                self._reject_message(entry, Delivery(message, raw, topic), error)
            else:
                self._retry_isolated(entry)
            return
        entry.raw, entry.topic = raw, topic
        if not entry.isolated:
            entry.status = DIRTY
        if actions:
            self.result.note(topic, actions)
            entry.outputs += outputs
            entry.await_effects(effects_of(self._stage, entry.key, actions), raw.offset)

    def _encode(self, entry: Entry, raw: FetchedRecord) -> None:
        """Encode a state and its view; the entry changes only when both have succeeded."""
        stage, state = self._stage, entry.state
        body, view = None, entry.view  # a deleted state has no view: keep the previous one
        if state is not None:
            body = stage.codec.encode(state)
            check_state(self._engine, entry.key, body)
            if stage.view is not no_view and (outputs := stage.view(state)):
                view = encode_view(self._engine, entry.key, outputs, raw)
        entry.body, entry.view = body, view
        entry.status = ENCODED

    def _retry_isolated(self, entry: Entry) -> None:
        """Have the round retried with a key isolated."""
        if not entry.isolated:
            entry.status = FAILED
            self._failed.append(entry.key)

    def _reject_message(self, entry: Entry, delivery: Delivery, error: Exception) -> None:
        """Make a dead letter of a message, and roll the state back to before it."""
        message, raw, topic = delivery
        timer_key = message.key if isinstance(message, TimerFired) else None
        if timer_key is None:
            self._rejections.uncount_used()
        reason: Reason = "too-large" if isinstance(error, TooLarge) else "step"
        self._rejections.reject(self.result, raw, topic, reason, error, timer_key)
        entry.rollback(self._stage)
        entry.timer_disabled = entry.timer_disabled or timer_key is not None
