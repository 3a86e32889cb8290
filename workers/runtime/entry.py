"""One key while a round is processed: its state, what was said to it, and what it says."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from workers.runtime.head import NEVER, NO_OFFSET, NO_TOPIC, check_time, pack, unpack
from workers.runtime.stage import Emission, Message, Stage, Tick
from workers.runtime.work import Pending
from workers.wire.records import RawRecord, Written


def armed(stage: Stage[Any], state: Any) -> int:
    """The timer of a state, NEVER when there is none; ValueError for one that is no time."""
    time = None if state is None else stage.timer(state)
    return NEVER if time is None else check_time(time)


class Said(NamedTuple):
    """A message, and the record (with its topic's name) that brought it.

    `turn` is the number of watermarks that the round had met by then.
    """

    message: Message
    raw: RawRecord
    topic: str
    turn: int = 0

    @property
    def ticked(self) -> str | None:
        """The key whose timer it was; None when it came with a record of the key."""
        return self.message.key if isinstance(self.message, Tick) else None


class Entry:
    """The state of one key, decoded.

    `body`, `armed`, `seen` and `messages` are what it takes to go back: the state's bytes, timer and
    high-water mark before, and what was said since; `passed` counts the round's watermarks up to there.
    `offset` is the high-water mark; `safe_offset` the one to store while an effect is pending.
    """

    __slots__ = (
        "armed", "body", "deferred", "effects", "failed", "key", "last", "messages", "muted", "offset",
        "outputs", "passed", "ready", "safe_offset", "seen", "state", "timer", "topic_id",
    )  # fmt: skip

    def __init__(self, stage: Stage[Any], key: bytes, stored: bytes | None) -> None:
        self.key = key
        self.topic_id, self.offset, self.timer = NO_TOPIC, NO_OFFSET, NEVER
        self.body: bytes | None = None
        if stored is not None:
            (self.topic_id, self.offset, self.timer), self.body = unpack(stored)
        self.state: Any = None if self.body is None else stage.codec.decode(self.body)
        self.seen = self.safe_offset = self.offset
        self.armed, self.passed = self.timer, 0
        self.messages: list[Said] = []
        self.last: Said | None = None
        self.outputs: list[tuple[Said, Sequence[Emission]]] = []
        self.ready: list[Written] = []
        self.effects: list[Pending] = []
        self.deferred: list[Said] = []
        self.failed = False
        self.muted = False

    def ask(self, said: Said, effects: list[Pending]) -> None:
        """Take the effects that a message asked for; until they are done, it may have to come again."""
        self.effects = effects
        if effects:
            self.safe_offset = said.raw.offset - 1

    def forget(self) -> None:
        """Forget what was said since the bytes before."""
        self.messages, self.outputs, self.deferred, self.effects = [], [], [], []
        self.failed = False

    def pack(self, body: bytes) -> bytes:
        """The bytes to store: while an effect is pending, the record that asked for it is not yet done."""
        return pack(self.topic_id, self.safe_offset if self.effects else self.offset, self.timer, body)
