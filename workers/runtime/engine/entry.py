"""One key while a round is processed: its state, and what it says."""

from typing import Any, NamedTuple

from workers.runtime.engine.round_result import Pending
from workers.runtime.engine.state_header import NEVER, NO_OFFSET, NO_TOPIC, check_time, pack, unpack
from workers.runtime.kafka.headers import version_of
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord
from workers.runtime.stage import Message, Record, Stage


def record_of(topic: str, partition: int, raw: FetchedRecord, value: Any, now: int | None) -> Record:
    """A record as a stage gets it; ValueError when it has no key, or none that is text."""
    key, offset = raw.key, raw.offset
    if key is None:
        raise ValueError("the record has no key")
    version = (version_of(raw.headers) if raw.headers else None) or (0, offset)
    return Record(topic, partition, offset, key.decode(), value, version, raw.timestamp, now)


class Delivery(NamedTuple):
    """A message, and the record (with its topic's name) that brought it."""

    message: Message
    raw: FetchedRecord
    topic: str


class Entry:
    """The state of one key, decoded.

    `body` is its bytes when they were made last, to go back to. `raw` brought the last message, None before
    the first. `offset` is the high-water mark, `timer` the one that is armed. `careful`: settled after every
    message; `heard`: something was said and is not settled. `muted`: its timer has failed and stays silent
    until the next record. While an effect is pending, the record that asked for it is not done: `safe_offset`
    is stored.
    """

    __slots__ = (
        "body", "careful", "deferred", "effects", "heard", "key", "muted", "offset", "outputs",
        "raw", "safe_offset", "state", "timer", "topic", "topic_id", "view",
    )  # fmt: skip

    def __init__(self, stage: Stage[Any], key: bytes, stored: bytes | None, careful: bool) -> None:
        self.key, self.careful, self.heard, self.muted = key, careful, False, False
        self.topic_id, self.offset, self.timer = NO_TOPIC, NO_OFFSET, NEVER
        self.body: bytes | None = None
        if stored is not None:
            (self.topic_id, self.offset, self.timer), self.body = unpack(stored)
        self.safe_offset = self.offset
        self.raw: FetchedRecord | None = None
        self.topic = ""
        self.outputs: list[ProducerRecord] = []
        self.view: list[ProducerRecord] = []
        self.effects: list[Pending] = []
        self.deferred: list[Delivery] = []
        self.back(stage)

    def back(self, stage: Stage[Any]) -> None:
        """Return to the state whose bytes were made last."""
        self.state: Any = None if self.body is None else stage.codec.decode(self.body)

    def armed(self, stage: Stage[Any]) -> int:
        """The timer of the state, NEVER when there is none; ValueError for one that is no time."""
        time = None if self.state is None or self.muted else stage.timer(self.state)
        return NEVER if time is None else check_time(time)

    def ask(self, effects: list[Pending], offset: int) -> None:
        """Take what the message at an offset asked for; until it is done, that message may come again."""
        self.effects = effects
        if effects:
            self.safe_offset = offset - 1

    def pack(self, body: bytes) -> bytes:
        """The bytes to store."""
        return pack(self.topic_id, self.safe_offset if self.effects else self.offset, self.timer, body)
