"""A tiny stage that shows the engine's promises: sums, timers, effects, and steps that fail on demand."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

import msgspec

from schemas.control import Watermark
from schemas.model import Model
from workers.runtime.codec import StructCodec
from workers.runtime.kafka.headers import WATERMARK_KEY, cloud_headers, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.stage import Action, Effect, EffectResult, Output, Record, Stage, StepMessage, TimerFired

Trouble = Literal["step", "view", "timer", "encode", "big-state", "big-output"]


class Add(Model):
    """A record: add `n`, set the timer to `due`, fail in a certain way, ask for an effect."""

    n: int = 0
    due: int | None = None
    trouble: Trouble | None = None
    tick_trouble: bool = False
    act: bool = False


class Sum(msgspec.Struct, array_like=True):
    """The state: a sum, the next timer, what was applied, and the record whose effect is pending."""

    total: int = 0
    due: int | None = None
    seen: list[str] = []
    trouble: str | None = None
    tick_trouble: bool = False
    lease: int | None = None


class SumCodec(StructCodec[Sum]):
    """Encodes a sum, or fails when its state says so."""

    def encode(self, state: Sum, /) -> bytes:
        """Encode, or raise when `trouble` is `encode`."""
        if state.trouble == "encode":
            raise TypeError("cannot be encoded")
        return super().encode(state) + (b"x" * 900_001 if state.trouble == "big-state" else b"")


def step(state: Sum | None, message: StepMessage) -> tuple[Sum | None, Sequence[Action]]:
    """Apply a record, a fired timer or the result of an effect."""
    state = state or Sum()
    if isinstance(message, TimerFired):
        return on_timer(state, message)
    if isinstance(message, EffectResult):
        state.lease = None
        state.seen.append(f"done {message.result}")
        return state, [Output("emails", message.key, f"{message.result}".encode(), id=f"{message.request}")]
    return on_record(state, message)


def on_timer(state: Sum, fired: TimerFired) -> tuple[Sum | None, Sequence[Action]]:
    """Write the watermark, and disarm the timer unless sources are missing."""
    state.seen.append(f"tick {fired.watermark} {','.join(fired.waiting)}".strip())
    if state.tick_trouble:
        raise RuntimeError("told to fail on a tick")
    if not fired.waiting:
        state.due = None
    return state, [Output("send-decisions", fired.key, b"%d" % fired.watermark)]


def on_record(state: Sum, record: Record) -> tuple[Sum | None, Sequence[Action]]:
    """Add a record to the sum; a tombstone removes the state."""
    if record.value is None:
        return None, [Output("job-signals", record.key, b"gone")]
    add: Add = record.value
    effect = Effect(f"{record.key}/{record.offset}")
    if state.lease == record.offset:
        return state, [effect]  # read again after a crash: only the effect is still to be done
    state.total += add.n
    state.seen.append(f"add {add.n} at {record.watermark}")
    state.due = add.due if add.due is not None else state.due
    state.trouble, state.tick_trouble = add.trouble or state.trouble, add.tick_trouble
    if add.trouble == "step":
        raise RuntimeError("told to fail")
    size = 900_001 if add.trouble == "big-output" else 1
    actions: list[Action] = [Output("job-signals", record.key, b"%d" % add.n * size)]
    if add.act:
        state.lease = record.offset
        actions.append(effect)
    return state, actions


def timer(state: Sum) -> int | None:
    """The timer of a state."""
    if state.trouble == "timer":
        raise RuntimeError("no timer")
    return state.due


def view(state: Sum) -> Sequence[Output]:
    """The sum as a record."""
    if state.trouble == "view":
        raise RuntimeError("no view")
    return [Output("enriched-profiles", "sum", b"%d" % state.total)]


def tiny(act: Callable[[Any], Awaitable[Any]] | None = None, reports: bool = False) -> Stage[Sum]:
    """The tiny stage."""
    return Stage("tiny", {"inbox": Add.loads}, SumCodec(Sum), step, timer, view, act=act, reports=reports)


def raw(
    offset: int, key: str | None, value: Add | bytes | None, version: tuple[int, int] | None = None
) -> ConsumerRecord:
    """A record of partition 0 of the inbox; its time is 1000 + offset."""
    data = value.dumps() if isinstance(value, Model) else value
    headers = cloud_headers("kairos.inbox.v1", "/test", f"{offset}", 1000 + offset, version)
    return ConsumerRecord(
        "inbox", 0, offset, key.encode() if key else None, data, 1000 + offset, tuple(headers)
    )


def mark(offset: int, at: int, wall: int | None = None, waiting: Sequence[str] = ()) -> ConsumerRecord:
    """A watermark in partition 0 of the inbox."""
    value = Watermark(at=at, wall=at if wall is None else wall, waiting=list(waiting)).dumps()
    headers = tuple(watermark_headers("/test", at))
    return ConsumerRecord("inbox", 0, offset, WATERMARK_KEY, value, 1000 + offset, headers)


def written_to(written: Sequence[ProducerRecord], topic: str) -> list[tuple[str, bytes | None]]:
    """Key and value of the records written to a topic."""
    return [((record.key or b"").decode(), record.value) for record in written if record.topic == topic]


def ids(written: Sequence[ProducerRecord], *, views: bool = False) -> list[str]:
    """The ids of records, without those of the views, which depend on how batches are cut."""
    return [
        dict(record.headers)["ce_id"].decode()
        for record in written
        if views or record.topic != "enriched-profiles"
    ]
