"""One key while a round is processed: its decoded state, and what its messages have caused."""

from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, NamedTuple

from workers.runtime.engine.round_result import PendingEffect
from workers.runtime.engine.state_header import NEVER, NO_OFFSET, NO_TOPIC, check_time, pack, unpack
from workers.runtime.kafka.headers import version_of
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord
from workers.runtime.stage import Record, Stage, StepMessage


def record_of(
    topic: str, partition: int, raw: FetchedRecord, value: Any, watermark: int | None, is_first_reading: bool
) -> Record:
    """A record as a stage gets it; ValueError when it has no key, or none that is text."""
    key, offset = raw.key, raw.offset
    if key is None:
        raise ValueError("the record has no key")
    version = (version_of(raw.headers) if raw.headers else None) or (0, offset)
    return Record(
        topic, partition, offset, key.decode(), value, version, raw.timestamp, watermark, is_first_reading
    )


class Delivery(NamedTuple):
    """A message, and the record (with its topic's name) that brought it."""

    message: StepMessage
    raw: FetchedRecord
    topic: str


class EntryStatus(Enum):
    """Where a key stands in a round."""

    UNTOUCHED = auto()  # no message since the round began
    DIRTY = auto()  # stepped; the state is not encoded yet
    ENCODED = auto()  # the bytes are those of the state
    FAILED = auto()  # the round has to be retried with this key isolated


UNTOUCHED, DIRTY, ENCODED, FAILED = EntryStatus


class Entry:
    """The state of one key, decoded.

    `body` is the last encoding of the state, to roll back to. `raw` brought the last message, None before the
    first. `offset` is the high-water mark, `timer` the one that is armed. An `isolated` key is encoded after
    every message. A timer that failed is disabled (`timer_disabled`) until the next record. While an effect
    is open (in `effects`; `asked` are those of this round), the record that asked for it must come again
    after a crash: then `safe_offset` is stored, and the messages after it are `deferred`.
    """

    __slots__ = (
        "asked", "body", "deferred", "effects", "isolated", "key", "offset", "outputs", "raw", "safe_offset",
        "state", "status", "timer", "timer_disabled", "topic", "topic_id", "view",
    )  # fmt: skip

    def __init__(self, stage: Stage[Any], key: bytes, stored: bytes | None, isolated: bool) -> None:
        self.key = key
        self.isolated = isolated
        self.status = UNTOUCHED
        self.timer_disabled = False
        self.topic_id, self.offset, self.timer = NO_TOPIC, NO_OFFSET, NEVER
        self.body: bytes | None = None
        if stored is not None:
            (self.topic_id, self.offset, self.timer), self.body = unpack(stored)
        self.safe_offset = self.offset
        self.raw: FetchedRecord | None = None
        self.topic = ""
        self.outputs: list[ProducerRecord] = []
        self.view: list[ProducerRecord] = []
        self.effects: list[PendingEffect] = []
        self.asked: list[PendingEffect] = []
        self.deferred: list[Delivery] = []
        self.rollback(stage)

    def rollback(self, stage: Stage[Any]) -> None:
        """Return to the state that was encoded last."""
        self.state: Any = None if self.body is None else stage.codec.decode(self.body)

    def next_timer(self, stage: Stage[Any]) -> int:
        """The timer of the state, NEVER when there is none; ValueError for one that is no time."""
        time = None if self.state is None or self.timer_disabled else stage.timer(self.state)
        return NEVER if time is None else check_time(time)

    def await_effects(self, effects: list[PendingEffect], offset: int) -> None:
        """Note what the message at an offset asked for; until it is done, that message may come again."""
        if effects and not self.effects:
            self.safe_offset = offset - 1
        self.effects += effects
        self.asked += effects

    def held(self) -> Iterator[tuple[str, int]]:
        """The records (topic, offset) that must come again after a crash: of an effect, and deferred."""
        if self.effects and self.raw is not None:
            yield self.topic, self.raw.offset
            for delivery in self.deferred:
                yield delivery.topic, delivery.raw.offset

    def pack(self, body: bytes) -> bytes:
        """The bytes to store."""
        return pack(self.topic_id, self.safe_offset if self.effects else self.offset, self.timer, body)
