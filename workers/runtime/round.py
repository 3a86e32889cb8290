"""A round: some records of one partition go through the stage, and what it wants done comes out.

The fast path steps optimistically. When anything about a key fails (its step, its view, its encoding, its
size), that key alone is taken back to its state before and stepped record by record (`careful`); the record
that fails becomes a dead letter and leaves the state as it was.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from schemas.control import Watermark
from workers.runtime.careful import Careful, Mark
from workers.runtime.dead_letters import Reason, TooLarge, dead_letter, reason_of
from workers.runtime.encode import check_size, effects_of, encode_outputs, encode_view, report
from workers.runtime.engine import Engine
from workers.runtime.entry import Entry, Said, armed
from workers.runtime.head import CLOCK_KEY, NEVER, check_key, check_time
from workers.runtime.stage import Done, Record, no_timer, no_view
from workers.runtime.work import Pending, Work
from workers.wire.headers import WATERMARK_KEY, is_watermark, version_of
from workers.wire.records import RawRecord

Groups = Iterable[tuple[str, Sequence[RawRecord]]]  # (topic, its records in order)


class Round:
    """One round of one engine: `feed` as often as you like, then `close`; after effects `resume`, `close`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.stage = engine.stage
        self.entries: dict[bytes, Entry] = {}
        self.touched: dict[bytes, Entry] = {}
        self.unsettled: dict[bytes, Entry] = {}
        self.work = Work()
        self.clock: bytes | None = None
        self.marks: list[Mark] = []

    def feed(self, topic: str, records: Iterable[RawRecord]) -> None:
        """Put the records of one input topic through the stage, in their order."""
        decode = self.stage.inputs[topic]
        for raw in records:
            if raw.key == WATERMARK_KEY and is_watermark(raw.headers):
                self._watermark(topic, raw)
                continue
            try:
                value = None if raw.value is None else decode(raw.value)
            except Exception as error:
                self._dead(raw, topic, reason_of(error), error)
                continue
            self._record(topic, raw, value)

    def resume(self, results: Sequence[tuple[Pending, Any, int]]) -> None:
        """Tell the stage the results of its effects: (pending, result, time at which it ended)."""
        self.work = Work()
        for pending, result, now in results:
            entry = self.entries[pending.key]
            waiting, entry.deferred, entry.effects = entry.deferred, [], []
            assert entry.last is not None
            done = Done(pending.key.decode(), pending.request, result, now)
            self._say(entry, entry.last._replace(message=done))
            for later in waiting:
                self._say(entry, later)

    def close(self) -> Work:
        """What the round wants done; every touched key is encoded once."""
        for entry in list(self.unsettled.values()):
            self._settle(entry)
        self.unsettled.clear()
        for entry in self.touched.values():
            try:
                self._finish(entry)
            except Exception:
                self._redo(entry)
                self._set_timer(entry)
                self._finish(entry)
        self.touched = {}
        if self.clock is not None and not self.work.effects:
            # the clock comes last: where it is stored, everything before it is, and nothing is ticked again
            self.work.changes[CLOCK_KEY] = self.clock
        return self.work

    def _record(self, topic: str, raw: RawRecord, value: Any) -> None:
        try:
            if raw.key is None:
                raise ValueError("the record has no key")
            version = version_of(raw.headers) or (0, raw.offset)
            record = Record(
                topic,
                raw.partition,
                raw.offset,
                raw.key.decode(),
                value,
                version,
                raw.timestamp,
                self.engine.now,
            )
            key = check_key(self.stage.key(record).encode())
        except Exception as error:
            self._dead(raw, topic, "key", error)
            return
        entry = self._open(key)
        topic_id = self.engine.check_topic(topic, entry.topic_id)
        if raw.offset <= entry.offset:
            self.work.skipped += 1
            return
        entry.offset, entry.topic_id, entry.muted = raw.offset, topic_id, False
        self._say(entry, Said(record, raw, topic, len(self.marks)))

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
        self.clock = self.engine.advance(raw.offset, mark)
        for entry in list(self.unsettled.values()):
            self._settle(entry)
        self.unsettled.clear()
        limit = mark.wall if mark.waiting else mark.at
        self._tick(Mark(raw, topic, limit, self.engine.now or 0, tuple(mark.waiting)))

    def _tick(self, mark: Mark) -> None:
        self.marks.append(mark)
        for key in self.engine.due(mark.limit):
            entry = self._open(key)
            self.unsettled[key] = entry
            if mark.raw.offset > entry.offset:
                entry.offset = mark.raw.offset
                self._say(entry, mark.tick(key, len(self.marks)))

    def _open(self, key: bytes) -> Entry:
        entry = self.entries.get(key)
        if entry is None:
            entry = self.entries[key] = Entry(self.stage, key, self.engine.store.get(key))
        return entry

    def _say(self, entry: Entry, said: Said) -> None:
        self.touched[entry.key] = self.unsettled[entry.key] = entry
        if entry.effects:
            entry.deferred.append(said)
            return
        entry.messages.append(said)
        entry.last = said
        if entry.failed:
            return
        try:
            entry.state, emitted = self.stage.step(entry.state, said.message)
        except Exception:
            entry.failed = True
            return
        if emitted:
            entry.outputs.append((said, emitted))
            entry.ask(said, effects_of(self.stage, entry.key, emitted))

    def _settle(self, entry: Entry) -> None:
        if entry.failed:
            self._redo(entry)
        try:
            self._set_timer(entry)
        except Exception:
            self._redo(entry)
            self._set_timer(entry)

    def _set_timer(self, entry: Entry) -> None:
        entry.timer = NEVER if entry.muted else armed(self.stage, entry.state)
        self.engine.set_timer(entry.key, entry.timer)

    def _finish(self, entry: Entry) -> None:
        """Encode a key; nothing of it is kept in the work before all of it has succeeded."""
        said = [
            written
            for where, emitted in entry.outputs
            for written in encode_outputs(self.stage, where, emitted)
        ]
        body = None if entry.state is None else self.stage.codec.encode(entry.state)
        if body is not None:
            check_size(body)
            if self.stage.view is not no_view and entry.messages:
                said += encode_view(self.stage, entry.key, self.stage.view(entry.state), entry.messages[-1])
        self.work.outputs += entry.ready + said
        self.work.effects += entry.effects
        if body is not None:
            self.work.changes[entry.key] = self.engine.store[entry.key] = entry.pack(body)
        elif self.engine.store.pop(entry.key, None) is not None:
            self.work.changes[entry.key] = None
        entry.ready, entry.outputs, entry.messages = [], [], []
        entry.body, entry.armed, entry.seen, entry.passed = body, entry.timer, entry.offset, len(self.marks)

    def _redo(self, entry: Entry) -> None:
        """Go the careful way from the state before; what fails becomes a dead letter."""
        for said, error in Careful(self.stage, entry, self.marks).run():
            reason: Reason = "too-large" if isinstance(error, TooLarge) else "step"
            self._dead(said.raw, said.topic, reason, error, said.ticked)

    def _dead(
        self, raw: RawRecord, topic: str, reason: Reason, error: Exception, key: str | None = None
    ) -> None:
        self.work.outputs.append(dead_letter(raw, topic, self.engine.worker, reason, error, key))
        self.work.dead[reason] = self.work.dead.get(reason, 0) + 1


def process(engine: Engine, groups: Groups) -> Work:
    """One round of an engine over some records, for a stage without effects."""
    current = Round(engine)
    for topic, records in groups:
        current.feed(topic, records)
    return current.close()
