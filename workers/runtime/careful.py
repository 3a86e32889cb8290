"""The careful second way through a round, for one key: message by message, to leave out only what fails.

A record may turn out to be poison after watermarks were passed on its account. So ticks are found anew
here, from the timers that the key has without it: the outcome is that of batches of one record.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from workers.runtime.encode import check_size, effects_of, encode_outputs, encode_view
from workers.runtime.entry import Entry, Said, armed
from workers.runtime.head import NEVER
from workers.runtime.stage import Stage, Tick
from workers.wire.records import RawRecord, Written


class Mark(NamedTuple):
    """A watermark of a round: what brought it, up to when timers are due (`limit`), and what a tick says."""

    raw: RawRecord
    topic: str
    limit: int
    now: int
    waiting: tuple[str, ...]

    def tick(self, key: bytes, turn: int) -> Said:
        """The tick of a key; `turn` counts the round's watermarks, this one included."""
        return Said(Tick(key.decode(), self.now, self.waiting), self.raw, self.topic, turn)


class Failure(NamedTuple):
    """A message that could not be used, and why."""

    said: Said
    error: Exception


class Careful:
    """Steps a key's messages from its state before; `run` gives those that failed."""

    def __init__(self, stage: Stage[Any], entry: Entry, marks: Sequence[Mark]) -> None:
        self._stage = stage
        self._entry = entry
        self._marks = marks
        self._timer = entry.armed
        self._view: list[Written] = []
        self._failures: list[Failure] = []

    def run(self) -> list[Failure]:
        """Leave in the entry the state after everything that succeeded, and what it said."""
        entry = self._entry
        messages = entry.messages + entry.deferred
        entry.forget()
        entry.offset = entry.seen
        for event in self._events(messages):
            entry.offset = max(entry.offset, event.raw.offset)
            if entry.effects:
                entry.deferred.append(event)  # behind an effect everything waits, as on the fast way
            else:
                self._take(event)
        entry.ready += self._view
        entry.state = None if entry.body is None else self._stage.codec.decode(entry.body)
        entry.armed, entry.seen, entry.passed = self._timer, entry.offset, len(self._marks)
        return self._failures

    def _events(self, messages: list[Said]) -> Iterator[Said]:
        """The messages with the ticks found anew; ticks of watermarks before the state stay as they are."""
        entry, passed = self._entry, self._entry.passed
        kept = [said for said in messages if said.ticked is None or said.turn <= passed]
        for turn, mark in enumerate(self._marks[passed:], passed + 1):
            while kept and kept[0].turn < turn:
                yield kept.pop(0)
            if self._timer <= mark.limit and mark.raw.offset > entry.seen:
                yield mark.tick(entry.key, turn)
        yield from kept

    def _take(self, said: Said) -> None:
        entry = self._entry
        try:
            self._step(said)
        except Exception as error:
            self._failures.append(Failure(said, error))
            entry.muted = said.ticked is not None
            self._timer = NEVER if entry.muted else self._timer_of(entry.body)
        else:
            entry.last, entry.muted = said, False

    def _step(self, said: Said) -> None:
        stage, entry = self._stage, self._entry
        before = None if entry.body is None else stage.codec.decode(entry.body)
        state, emitted = stage.step(before, said.message)
        ready = encode_outputs(stage, said, emitted)
        body, view, timer = None, [], armed(stage, state)
        if state is not None:
            body = stage.codec.encode(state)
            check_size(body)
            view = encode_view(stage, entry.key, stage.view(state), said)
        entry.body, self._timer = body, timer
        entry.ready += ready
        entry.ask(said, effects_of(stage, entry.key, emitted))
        self._view = view or self._view  # what a state knows of its last change is lost with its bytes

    def _timer_of(self, body: bytes | None) -> int:
        return NEVER if body is None else armed(self._stage, self._stage.codec.decode(body))
