"""One key while a round is processed: its state, what was said to it, and what it says."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from workers.runtime.head import NEVER, NO_OFFSET, NO_TOPIC, pack, unpack
from workers.runtime.stage import Emission, Message, Stage
from workers.runtime.work import Pending, RawRecord, Written


class Said(NamedTuple):
    """A message, and the record (with its topic's name) that brought it."""

    message: Message
    raw: RawRecord
    topic: str


class Entry:
    """The state of one key, decoded.

    `body` and `messages` are what it takes to go back: the state's bytes before, and what was said since.
    `offset` is the high-water mark; `safe_offset` the one to store while an effect is pending.
    """

    __slots__ = (
        "body", "deferred", "effects", "failed", "key", "last", "messages", "muted", "offset", "outputs",
        "ready", "safe_offset", "state", "timer", "topic_id",
    )  # fmt: skip

    def __init__(self, stage: Stage[Any], key: bytes, stored: bytes | None) -> None:
        self.key = key
        self.topic_id, self.offset, self.timer = NO_TOPIC, NO_OFFSET, NEVER
        self.body: bytes | None = None
        if stored is not None:
            (self.topic_id, self.offset, self.timer), self.body = unpack(stored)
        self.state: Any = None if self.body is None else stage.codec.decode(self.body)
        self.safe_offset = self.offset
        self.messages: list[Said] = []
        self.last: Said | None = None
        self.outputs: list[tuple[Said, Sequence[Emission]]] = []
        self.ready: list[Written] = []
        self.effects: list[Pending] = []
        self.deferred: list[Said] = []
        self.failed = False
        self.muted = False

    def pack(self, body: bytes) -> bytes:
        """The bytes to store: while an effect is pending, the record that asked for it is not yet done."""
        return pack(self.topic_id, self.safe_offset if self.effects else self.offset, self.timer, body)
