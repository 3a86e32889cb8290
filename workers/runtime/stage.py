"""A stage is a row of pure functions; this file holds its vocabulary, and does not depend on Kafka.

    step(state, message) -> (state, outputs)     # no clock, no network
    timer(state) -> time | None                  # when to be called although nothing arrives
    view(state) -> outputs                       # the latest values, once per touched key and batch

All times are epoch milliseconds. `step` may change the state it was given in place, and must return it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from schemas.model import Model, Version

S = TypeVar("S")
Decoder = Callable[[bytes], Any]


class Record(msgspec.Struct, frozen=True, gc=False):  # made for every record: half the time of a tuple
    """One record of an input topic, decoded (`value` None: a deletion).

    `version` comes from the header `kairos_version`; a record without one uses (0, offset). `at` is the
    time of the record, `watermark` the partition's watermark when it is read (None: none seen yet).
    `is_first_reading`: there is none because sources are read for the first time, as a watermark has said.
    """

    topic: str
    partition: int
    offset: int
    key: str
    value: Any
    version: Version
    at: int
    watermark: int | None = None
    is_first_reading: bool = False


class TimerFired(NamedTuple):
    """A watermark has passed the key's timer. `waiting` names the sources that are not ready.

    `paused` are the watermark's pauses.
    """

    key: str
    watermark: int
    waiting: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()


class EffectResult(NamedTuple):
    """The result of an effect that the stage asked for, and the time at which it ended."""

    key: str
    request: Any
    result: Any
    ended_at: int


class Output(NamedTuple):
    """A record to be written. `value` None is a deletion; `id` defaults to the position of the input."""

    topic: str
    key: str
    value: Model | bytes | None
    version: Version | None = None
    id: str | None = None


class ContentError(ValueError):
    """What a decoder raises for bytes that it can read, and whose content it refuses (reason `schema`)."""


class TooLarge(ValueError):
    """A state or an output is larger than a record may be (reason `too-large`)."""


class Irregularity(NamedTuple):
    """What is counted of a record, by its topic and `kind`: it is used in part, or not at all."""

    kind: str


class Measured(NamedTuple):
    """What is measured when all that a round has caused is acknowledged: labels, and since when it took.

    `since` is epoch milliseconds; None: how long it took says nothing.
    """

    what: tuple[str, ...]
    since: int | None = None


class Effect(NamedTuple):
    """Something to be done once in the world, with whatever `act` needs to do it."""

    request: Any


StepMessage = Record | TimerFired | EffectResult
Action = Output | Effect | Irregularity | Measured


class Codec(Protocol[S]):
    """Turns a state into bytes and back; equal states give equal bytes."""

    def encode(self, state: S, /) -> bytes:
        """The bytes of a state."""

    def decode(self, data: bytes, /) -> S:
        """The state of some bytes; raises ValueError for bytes of another version."""


def record_key(record: Record) -> str:
    """The key of a state is the key of the record, by default."""
    return record.key


def no_timer(state: Any) -> int | None:
    """A stage without timers."""
    return None


def no_view(state: Any) -> Sequence[Output]:
    """A stage whose outputs all come from its steps."""
    return ()


def not_measured(measured: Measured, now: int) -> None:
    """A stage that measures nothing of its own."""


def never_provisional(result: Any) -> bool:
    """A stage of which every result of an effect is stored, whenever it comes."""
    return False


@dataclass(frozen=True)
class Stage(Generic[S]):
    """One keyed stage.

    `name` is part of the changelog's name, so it is an interface. `inputs` maps a topic to its decoder,
    which raises ValueError (pydantic's ValidationError is one). `key` names the state that a record
    concerns. A state of None is no state. A stage that `reports` tells how far it has read, when
    everything before is acknowledged. `act` performs effects beside the partition's other records, at most
    `width` at once, those of a `lane` (by request) one after the other; such a stage does not report. While
    `most_open` of them are open the worker takes no more records. `is_provisional` says of a result that it
    only leads to the next effect: when partitions leave, it is forgotten, and its effect asked for again.
    `measure` is called with what steps measured and our clock (epoch milliseconds).
    `any_time` are the topics whose records count as read now, instead of becoming dead letters, when no date
    can name their timestamps.
    """

    name: str
    inputs: Mapping[str, Decoder]
    codec: Codec[S]
    step: Callable[[S | None, StepMessage], tuple[S | None, Sequence[Action]]]
    timer: Callable[[S], int | None] = no_timer
    view: Callable[[S], Sequence[Output]] = no_view
    key: Callable[[Record], str] = record_key
    reports: bool = False
    any_time: frozenset[str] = frozenset()
    act: Callable[[Any], Awaitable[Any]] | None = None
    width: int = 8
    most_open: int = 256
    lane: Callable[[Any], str] | None = None
    is_provisional: Callable[[Any], bool] = never_provisional
    measure: Callable[[Measured, int], None] = not_measured

    def __post_init__(self) -> None:
        """Raise ValueError for a stage that reports how far it has read although its effects may be open."""
        if self.act is not None and self.reports:
            raise ValueError(f"stage {self.name}: effects are open when it reports how far it has read")
