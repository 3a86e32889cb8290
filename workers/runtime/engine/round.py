"""A round: some records of one partition go through the stage, and what it wants done comes out.

Every record is stepped once, every touched key is encoded once, at the end. What fails (a step, an encoding,
a view, a size, a timer) may leave a state half changed, or be an earlier record's fault: then the round is
undone and goes again, with those keys settled after every record. There a step that fails leaves the state as
it was, and the record becomes a dead letter. So the outcome is always that of rounds of one record.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from schemas.control import Watermark
from workers.runtime.dead_letters.writing import Reason, TooLarge, reason_of
from workers.runtime.engine.due_timers import DueTimers
from workers.runtime.engine.encode import check_size, effects_of, encode_outputs, encode_view, report
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.entry import Delivery, Entry, record_of
from workers.runtime.engine.rejections import Refused
from workers.runtime.engine.round_result import Pending, RetryIsolated, RoundResult, Stop
from workers.runtime.engine.state_header import CLOCK_KEY, POISON_KEY, check_key, check_time
from workers.runtime.kafka.headers import WATERMARK_KEY, is_watermark
from workers.runtime.kafka.records import FetchedRecord
from workers.runtime.stage import EffectResult, Message, Record, TimerFired, no_timer, no_view, record_key


class Round:
    """One round of one engine: `feed` as often as wanted, `settle`, `close`; after effects `resume`, `close`.

    The keys in `careful` are settled after every record, and all of a stage whose effects cannot be undone.
    """

    def __init__(self, engine: Engine, careful: frozenset[bytes] = frozenset()) -> None:
        self.engine = engine
        self.stage = engine.stage
        self.work = RoundResult()
        self.entries: dict[bytes, Entry] = {}
        self._careful = careful
        self._acts, self._timed = engine.stage.act is not None, engine.stage.timer is not no_timer
        self._touched: dict[bytes, Entry] = {}
        self._unarmed: dict[bytes, Entry] = {}  # their timers may have moved
        self._failed: set[bytes] = set()
        self._waking = DueTimers(engine)
        self.refused = Refused(engine)

    @property
    def stop(self) -> Stop | None:
        """Where the round was broken off because of too many dead letters."""
        return self.refused.stop

    @property
    def more(self) -> tuple[str, int] | None:
        """Where the next round has to begin (topic, offset of a watermark); None: all was read."""
        return None if self.stop else self._waking.more

    def feed(self, topic: str, records: Sequence[FetchedRecord]) -> Iterator[None]:
        """Put a topic's records through the stage, in order, up to `stop` or `more`; yields after timers."""
        decode, key_of, engine, entries = self.stage.inputs[topic], self.stage.key, self.engine, self.entries
        own_key = key_of is record_key
        for raw in records:
            if self.refused.stop is not None:
                return
            engine.offset = raw.offset
            if raw.key == WATERMARK_KEY and is_watermark(raw.headers):
                yield from self._watermark(topic, raw)
                if self.more is not None:
                    return
                continue
            reason: Reason | None = None
            try:
                value = None if raw.value is None else decode(raw.value)
                reason = "key"
                record = record_of(topic, engine.partition, raw, value, engine.now)
                key = check_key(raw.key if own_key else key_of(record).encode())  # type: ignore[arg-type]
            except Exception as error:
                self._dead(raw, topic, reason or reason_of(error), error)
                continue
            self.refused.used()
            self._hear(entries.get(key) or self._open(key), record, raw, topic)

    def _hear(self, entry: Entry, record: Record, raw: FetchedRecord, topic: str) -> None:
        """Put a record through the stage, unless that was done before."""
        if entry.topic != topic:
            entry.topic_id, entry.topic = self.engine.check_topic(topic, entry.topic_id), topic
        if raw.offset <= entry.offset:
            self.work.skipped += 1
            return
        entry.offset, entry.muted = raw.offset, False
        if not entry.heard:
            self._say(entry, record, raw, topic)
            return
        try:
            entry.state, emitted = self.stage.step(entry.state, record)
            if emitted:
                entry.outputs += encode_outputs(self.engine, Delivery(record, raw, topic), emitted)
            entry.raw = raw
            if self._timed:
                self._unarmed[entry.key] = entry
        except Exception:
            self._fail(entry)

    def resume(self, results: Sequence[tuple[Pending, Any, int]]) -> None:
        """Tell the stage the results of its effects: (pending, result, time at which it ended)."""
        self.work = RoundResult()
        for pending, result, now in results:
            entry = self.entries[pending.key]
            assert entry.raw is not None
            waiting, entry.deferred, entry.effects = entry.deferred, [], []
            done = EffectResult(pending.key.decode(), pending.request, result, now)
            for said in [Delivery(done, entry.raw, entry.topic), *waiting]:
                self._say(entry, *said)

    def settle(self) -> Iterator[None]:
        """Encode what was touched, key by key; to be gone through before `close`."""
        for entry in self._touched.values():
            try:
                if entry.heard and entry.raw is not None:
                    self._settle(entry, entry.raw)
            except Exception:
                self._fail(entry)
            yield

    def close(self) -> RoundResult:
        """What the round wants done; nothing is kept before all has succeeded. Raises Unsettled."""
        self._arm()
        if self._failed:
            raise RetryIsolated(self._failed)
        for key, entry in self._touched.items():
            self._keep(key, entry)
        self._touched = {}
        self._change(POISON_KEY, self.refused.stored())
        if self._waking.clock is not None and not self.work.effects:
            # the clock comes last: where it is stored, everything before it is, and nothing is ticked again
            self._change(CLOCK_KEY, self._waking.clock)
        if not self._acts:
            self.entries = {}  # decoded states are many times as large as their bytes
        return self.work

    def undo(self) -> None:
        """Leave the engine as it was before the round."""
        self._waking.undo()
        for key in self.entries:
            self.engine.rearm(key)

    def _watermark(self, topic: str, raw: FetchedRecord) -> Iterator[None]:
        try:
            mark = Watermark.loads(raw.value or b"")
            check_time(mark.at)
        except ValueError as error:
            self._dead(raw, topic, reason_of(error), error)
            return
        if self._timed and not self.engine.has_heard(topic, raw.offset):
            self._arm()
            for key in self._waking.wake(topic, raw, mark):
                self._tick(key, topic, raw, mark)
                yield
        if self.stage.reports and not self.engine.fired_timers:
            self.work.reports.append(report(self.engine, topic, raw))

    def _tick(self, key: bytes, topic: str, raw: FetchedRecord, mark: Watermark) -> None:
        entry = self._unarmed[key] = self.entries.get(key) or self._open(key)
        if raw.offset > entry.offset:
            entry.offset = raw.offset
            tick = TimerFired(entry.key.decode(), self.engine.now or 0, tuple(mark.waiting))
            self._say(entry, tick, raw, topic)

    def _open(self, key: bytes) -> Entry:
        careful = self._acts or key in self._careful
        entry = self.entries[key] = Entry(self.stage, key, self.engine.store.get(key), careful)
        return entry

    def _say(self, entry: Entry, message: Message, raw: FetchedRecord, topic: str) -> None:
        """Tell an entry something, with care for its state where that is asked for."""
        if entry.effects:
            entry.deferred.append(Delivery(message, raw, topic))
            return
        self._touched[entry.key] = self._unarmed[entry.key] = entry
        if entry.key in self._failed:
            return
        try:
            entry.state, emitted = self.stage.step(entry.state, message)
            written = encode_outputs(self.engine, Delivery(message, raw, topic), emitted) if emitted else []
            if entry.careful:
                entry.armed(self.stage)
                self._settle(entry, raw)
        except Exception as error:
            self._fail(entry)
            if entry.careful:
                self._lose(entry, Delivery(message, raw, topic), error)
            return
        entry.raw, entry.topic, entry.heard = raw, topic, not entry.careful
        if emitted:
            entry.outputs += written
            entry.ask(effects_of(self.stage, entry.key, emitted), raw.offset)

    def _fail(self, entry: Entry) -> None:
        """Make a round go again that has not been careful with a key."""
        if not entry.careful:
            entry.heard = False
            self._failed.add(entry.key)

    def _lose(self, entry: Entry, said: Delivery, error: Exception) -> None:
        """Make a dead letter of a message, and go on from the state before it."""
        ticked = said.message.key if isinstance(said.message, TimerFired) else None
        if ticked is None:
            self.refused.not_used()
        reason: Reason = "too-large" if isinstance(error, TooLarge) else "step"
        self._dead(said.raw, said.topic, reason, error, ticked)
        entry.back(self.stage)
        entry.muted = entry.muted or ticked is not None

    def _settle(self, entry: Entry, raw: FetchedRecord) -> None:
        """Encode a key and what is to be seen of it; the entry changes only when all of it has succeeded."""
        stage, state = self.stage, entry.state
        body, view = None, entry.view  # what a state knows of its last change is lost with its bytes
        if state is not None:
            body = stage.codec.encode(state)
            check_size(body)
            if stage.view is not no_view and (seen := stage.view(state)):
                view = encode_view(self.engine, entry.key, seen, raw)
        entry.body, entry.view = body, view

    def _arm(self) -> None:
        """Set the timers of the keys to which something was said."""
        for key, entry in self._unarmed.items() if self._timed else ():
            if key in self._failed:
                continue
            try:
                entry.timer = entry.armed(self.stage)
                self.engine.set_timer(key, entry.timer)
            except Exception:
                if entry.careful:
                    raise
                self._fail(entry)
        self._unarmed.clear()

    def _keep(self, key: bytes, entry: Entry) -> None:
        self.work.outputs += entry.outputs + entry.view
        self.work.effects += entry.effects
        entry.outputs, entry.view = [], []
        self._change(key, None if entry.body is None else entry.pack(entry.body))

    def _change(self, key: bytes, stored: bytes | None) -> None:
        if self.engine.keep(key, stored):
            self.work.changes[key] = stored

    def _dead(
        self, raw: FetchedRecord, topic: str, reason: Reason, error: Exception, ticked: str | None = None
    ) -> None:
        self.work.outputs.append(self.refused.letter(raw, topic, reason, error, ticked))
        self.work.dead[reason] = self.work.dead.get(reason, 0) + 1
