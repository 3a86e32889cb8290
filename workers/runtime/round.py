"""A round: some records of one partition go through the stage, and what it wants done comes out.

Every record is stepped once, every touched key is encoded once, at the end. A step that fails leaves the
key's state as it was, and the record becomes a dead letter. What fails at the end (the encoding, the view,
the size, the timer) may be any record's fault: then the round is undone and goes again, with those keys
settled after every single record. So the outcome is always that of rounds of one record.
"""

from collections.abc import Collection, Sequence
from typing import Any

from schemas.control import Watermark
from workers.letters.writing import Reason, TooLarge, dead_letter, reason_of
from workers.runtime.encode import check_size, effects_of, encode_outputs, encode_view, report
from workers.runtime.engine import Engine
from workers.runtime.entry import Entry, Said, record_of
from workers.runtime.head import CLOCK_KEY, NO_OFFSET, POISON_KEY, check_key, check_time
from workers.runtime.stage import Done, Message, Record, Tick, no_timer, no_view, record_key
from workers.runtime.work import Pending, Stop, Work
from workers.wire.headers import WATERMARK_KEY, is_watermark
from workers.wire.records import RawRecord, Written


class Unsettled(Exception):
    """Something at the end of a round failed for these keys."""

    def __init__(self, keys: Collection[bytes]) -> None:
        self.keys = frozenset(keys)


class Round:
    """One round of one engine: `feed` as often as you like, then `close`; after effects `resume`, `close`.

    The keys in `careful` are settled after every record; those of a stage with effects always are, because
    an effect cannot be undone.
    """

    def __init__(self, engine: Engine, careful: frozenset[bytes] = frozenset()) -> None:
        self.engine = engine
        self.stage = engine.stage
        self.work = Work()
        self.entries: dict[bytes, Entry] = {}
        self._careful = set(careful)
        self._always = engine.stage.act is not None
        self._touched: dict[bytes, Entry] = {}
        self._unsettled: dict[bytes, Entry] = {}  # their timers may have moved
        self._before = engine.time()
        self._times = [(NO_OFFSET, engine.now)]  # the partition's time behind each watermark
        self._clock: bytes | None = None
        self._poison, self._good = engine.poison, 0
        self.stop: Stop | None = None

    def feed(self, topic: str, records: Sequence[RawRecord]) -> None:
        """Put the records of one input topic through the stage, in their order. Raises Unsettled.

        Nothing is read behind a dead letter that exceeds the limit: `stop` then says where that is.
        """
        decode = self.stage.inputs[topic]
        topic_id = self.engine.topic_id(topic)
        own_key = self.stage.key is record_key
        for raw in records:
            if self.stop is not None:
                return
            self.engine.offset = raw.offset
            if raw.key == WATERMARK_KEY and is_watermark(raw.headers):
                self._watermark(topic, raw)
                continue
            try:
                value = None if raw.value is None else decode(raw.value)
            except Exception as error:
                self._dead(raw, topic, reason_of(error), error)
                continue
            try:
                record = record_of(topic, raw, value, self.engine.now)
                key = check_key(raw.key if own_key else self.stage.key(record).encode())  # type: ignore[arg-type]
            except Exception as error:
                self._dead(raw, topic, "key", error)
                continue
            self._good += 1
            entry = self.entries.get(key) or self._open(key)
            if entry.topic_id != topic_id:
                entry.topic_id = self.engine.check_topic(topic, entry.topic_id)
            if raw.offset <= entry.offset:
                self.work.skipped += 1
                continue
            entry.offset, entry.muted = raw.offset, False
            self._say(entry, record, raw, topic)

    def resume(self, results: Sequence[tuple[Pending, Any, int]]) -> None:
        """Tell the stage the results of its effects: (pending, result, time at which it ended)."""
        self.work = Work()
        for pending, result, now in results:
            entry = self.entries[pending.key]
            waiting, entry.deferred, entry.effects = entry.deferred, [], []
            done = Done(pending.key.decode(), pending.request, result, now)
            for said in [Said(done, entry.raw, entry.topic), *waiting]:
                self._say(entry, *said)

    def close(self) -> Work:
        """What the round wants done; nothing is kept before all has succeeded. Raises Unsettled."""
        self._arm()
        failed = {key for key, entry in self._touched.items() if not self._settles(entry)}
        if failed:
            raise Unsettled(failed)
        for key, entry in self._touched.items():
            self._keep(key, entry)
        self._touched = {}
        self._count()
        if self._clock is not None and not self.work.effects:
            # the clock comes last: where it is stored, everything before it is, and nothing is ticked again
            self._change(CLOCK_KEY, self._clock)
        return self.work

    def _count(self) -> None:
        """Keep the counts of dead letters for as long as there is something to remember."""
        self._poison, self._good = self._poison.good(self._good), 0
        stored = self.engine.count(self._poison)
        if stored is not None or POISON_KEY in self.engine.store:
            self._change(POISON_KEY, stored)

    def undo(self) -> None:
        """Leave the engine as it was before the round."""
        self.engine.set_time(self._before)
        for key, entry in self.entries.items():
            self.engine.set_timer(key, entry.first_timer)

    def _watermark(self, topic: str, raw: RawRecord) -> None:
        try:
            mark = Watermark.loads(raw.value or b"")
            check_time(mark.at)
        except ValueError as error:
            self._dead(raw, topic, reason_of(error), error)
            return
        if self.stage.reports:
            self.work.reports.append(report(self.stage, topic, raw))
        if self.stage.timer is no_timer or self.engine.has_heard(topic, raw.offset):
            return
        self._clock = self.engine.advance(raw.offset, mark)
        self._times.append((raw.offset, self.engine.now))
        self._arm()
        keys = self.engine.due(mark.wall if mark.waiting else mark.at)
        due = [self.entries.get(key) or self._open(key) for key in keys]  # all, so that all can be undone
        self._unsettled = {entry.key: entry for entry in due}
        for entry in due:
            if raw.offset > entry.offset:
                entry.offset = raw.offset
                tick = Tick(entry.key.decode(), self.engine.now or 0, tuple(mark.waiting))
                self._say(entry, tick, raw, topic)

    def _open(self, key: bytes) -> Entry:
        entry = self.entries[key] = Entry(self.stage, key, self.engine.store.get(key))
        return entry

    def _say(self, entry: Entry, message: Message, raw: RawRecord, topic: str) -> None:
        if entry.effects:
            entry.deferred.append(Said(message, raw, topic))
            return
        self._touched[entry.key] = self._unsettled[entry.key] = entry
        if entry.topic != topic and not self._settles(entry):
            raise Unsettled({entry.key})
        try:
            state, emitted = self.stage.step(entry.state, message)
            written = encode_outputs(self.engine, Said(message, raw, topic), emitted) if emitted else []
            entry.state = state
            if self._always or entry.key in self._careful:
                entry.armed(self.stage)
                self._settle(entry, raw)
            else:
                entry.messages.append(raw if isinstance(message, Record) else message)
        except Exception as error:
            self._failed(entry, Said(message, raw, topic), error)
            return
        entry.raw, entry.topic = raw, topic
        if emitted:
            entry.outputs += written
            entry.ask(effects_of(self.stage, entry.key, emitted))

    def _failed(self, entry: Entry, said: Said, error: Exception) -> None:
        """Make a dead letter of the message, and go on from the state before it, more carefully."""
        ticked = said.message.key if isinstance(said.message, Tick) else None
        if ticked is None:
            self._good = max(0, self._good - 1)  # it was counted when it came
        reason: Reason = "too-large" if isinstance(error, TooLarge) else "step"
        self._dead(said.raw, said.topic, reason, error, ticked)
        entry.back(self.stage, self._again)
        entry.muted = entry.muted or ticked is not None
        if not self._settles(entry):
            raise Unsettled({entry.key})
        self._careful.add(entry.key)

    def _again(self, topic: str, raw: RawRecord) -> Record:
        """A record as it was given to the stage before."""
        value = None if raw.value is None else self.stage.inputs[topic](raw.value)
        now = next(now for offset, now in reversed(self._times) if offset < raw.offset)
        return record_of(topic, raw, value, now)

    def _settle(self, entry: Entry, raw: RawRecord) -> None:
        """Encode a key and what is to be seen of it; the entry changes only when all of it has succeeded."""
        stage, state = self.stage, entry.state
        body, view = None, list[Written]()
        if state is not None:
            body = stage.codec.encode(state)
            check_size(body)
            if stage.view is not no_view:
                view = encode_view(self.engine, entry.key, stage.view(state), raw)
        entry.body, entry.messages = body, []
        entry.view = view or entry.view  # what a state knows of its last change is lost with its bytes

    def _settles(self, entry: Entry) -> bool:
        try:
            if entry.messages:
                self._settle(entry, entry.raw)
        except Exception:
            return False
        return True

    def _arm(self) -> None:
        """Set the timers of the keys to which something was said."""
        for key, entry in self._unsettled.items():
            try:
                entry.timer = entry.armed(self.stage)
            except Exception:
                raise Unsettled({key}) from None
            self.engine.set_timer(key, entry.timer)
        self._unsettled = {}

    def _keep(self, key: bytes, entry: Entry) -> None:
        self.work.outputs += entry.outputs
        self.work.outputs += entry.view
        self.work.effects += entry.effects
        stored = None if entry.body is None else entry.pack(entry.body)
        if stored is not None or key in self.engine.store:
            self._change(key, stored)
        entry.outputs, entry.view = [], []

    def _change(self, key: bytes, stored: bytes | None) -> None:
        if stored is None:
            del self.engine.store[key]
        else:
            self.engine.store[key] = stored
        self.work.changes[key] = stored

    def _dead(
        self, raw: RawRecord, topic: str, reason: Reason, error: Exception, key: str | None = None
    ) -> None:
        self.work.outputs.append(dead_letter(raw, topic, self.engine.worker, reason, error, key))
        self.work.dead[reason] = self.work.dead.get(reason, 0) + 1
        self._poison, self._good = self._poison.good(self._good).dead(self.engine.limit), 0
        if self._poison.verdict:
            self.stop = Stop(topic, raw, reason, self._poison.verdict)
