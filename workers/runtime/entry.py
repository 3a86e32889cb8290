"""One key while a round is processed: its state, what was said to it, and what it says."""

from collections.abc import Callable
from typing import Any, NamedTuple

from workers.runtime.head import NEVER, NO_OFFSET, NO_TOPIC, check_time, pack, unpack
from workers.runtime.stage import Done, Message, Record, Stage, Tick
from workers.runtime.work import Pending
from workers.wire.headers import version_of
from workers.wire.records import RawRecord, Written


def record_of(topic: str, raw: RawRecord, value: Any, now: int | None) -> Record:
    """A record as a stage gets it; ValueError when it has no key, or none that is text."""
    if raw.key is None:
        raise ValueError("the record has no key")
    version = version_of(raw.headers) or (0, raw.offset)
    return Record(topic, raw.partition, raw.offset, raw.key.decode(), value, version, raw.timestamp, now)


class Said(NamedTuple):
    """A message, and the record (with its topic's name) that brought it."""

    message: Message
    raw: RawRecord
    topic: str


class Entry:
    """The state of one key, decoded.

    `body` is what it takes to go back: the state's bytes, and in `messages` what was said to it since
    (records as they came: decoded ones take too much memory); `raw` and `topic` brought the last of them.
    `offset` is the high-water mark, `timer` the one that is armed, `first_timer` the one at the round's
    beginning. `muted`: its timer has failed and stays silent until the next record. While an effect is
    pending, the record that asked for it is not done: `safe_offset` is stored.
    """

    __slots__ = (
        "body", "deferred", "effects", "first_timer", "key", "messages", "muted", "offset", "outputs", "raw",
        "safe_offset", "state", "timer", "topic", "topic_id", "view",
    )  # fmt: skip

    def __init__(self, stage: Stage[Any], key: bytes, stored: bytes | None) -> None:
        self.key = key
        self.topic_id, self.offset, self.timer = NO_TOPIC, NO_OFFSET, NEVER
        self.body: bytes | None = None
        if stored is not None:
            (self.topic_id, self.offset, self.timer), self.body = unpack(stored)
        self.state: Any = None if self.body is None else stage.codec.decode(self.body)
        self.first_timer, self.safe_offset = self.timer, self.offset
        self.messages: list[RawRecord | Tick | Done] = []
        self.raw: RawRecord
        self.topic = ""
        self.outputs: list[Written] = []
        self.view: list[Written] = []
        self.effects: list[Pending] = []
        self.deferred: list[Said] = []
        self.muted = False

    def armed(self, stage: Stage[Any]) -> int:
        """The timer of the state, NEVER when there is none; ValueError for one that is no time."""
        time = None if self.state is None or self.muted else stage.timer(self.state)
        return NEVER if time is None else check_time(time)

    def back(self, stage: Stage[Any], again: Callable[[str, RawRecord], Record]) -> None:
        """Return to the state before a message that failed: the bytes, and what was said since again."""
        self.state = None if self.body is None else stage.codec.decode(self.body)
        for said in self.messages:
            message = said if isinstance(said, Tick | Done) else again(self.topic, said)
            self.state, _ = stage.step(self.state, message)

    def ask(self, effects: list[Pending]) -> None:
        """Take the effects that the last message asked for; until they are done, it may come again."""
        self.effects = effects
        if effects:
            self.safe_offset = self.raw.offset - 1

    def pack(self, body: bytes) -> bytes:
        """The bytes to store."""
        return pack(self.topic_id, self.safe_offset if self.effects else self.offset, self.timer, body)
