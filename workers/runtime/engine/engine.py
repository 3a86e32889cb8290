"""The engine: what one partition of one stage keeps between rounds. It does no I/O; both runners use it."""

import heapq
from collections.abc import Iterable, Mapping
from typing import Any

from schemas.control import Watermark
from workers.runtime.dead_letters.limit import DlqLimit, DlqLimitState
from workers.runtime.engine.entry import Entry
from workers.runtime.engine.held_offsets import HeldOffsets
from workers.runtime.engine.round_result import PendingEffect
from workers.runtime.engine.state_header import (
    CLOCK_KEY,
    NEVER,
    NO_OFFSET,
    NO_TOPIC,
    OWNER_KEY,
    POISON_KEY,
    RESERVED_KEYS,
    pack,
    timer_of,
    unpack,
)
from workers.runtime.engine.times import latest_time
from workers.runtime.kafka.sizes import SizeLimits
from workers.runtime.process.clock import AHEAD_MS
from workers.runtime.stage import Stage

StagePartition = tuple[str, int]  # stage, partition
ClockState = tuple[int | None, int, bytes]  # watermark, and the offset and topic id of its record
NO_LIMIT = DlqLimit(run=2**31, share=1.0)


class TopicRecreated(RuntimeError):
    """A state was made from another topic of the same name: its offsets mean nothing now."""


class Engine:
    """State, timers and watermark of one partition of one stage.

    `store` holds the bytes of every key, as the changelog does; after it was filled by a recovery,
    `rebuild` must be called; `bytes` is how many there are. `topic_ids` are the first 8 bytes of the input
    topics' ids. `generation` grows whenever the partition gets a new owner; `registered`: it is in the
    changelog. `offset` is the last input offset that was read. `watermark` is None before the first.
    `fired_timers`: timers fired but not yet processed; the round was full. `poison` counts the dead letters
    against the `limit`. `sizes` has the sizes that topics take, `changelog` is where the states go. `wall`
    is our own clock when the round began (epoch milliseconds; None in memory): it bounds the times that
    records claim, and letters carry it. `open` has the keys with effects that have not ended; while there
    are any, the clock is kept in `unsaved_clock`.
    """

    def __init__(
        self,
        stage: Stage[Any],
        worker: str,
        partition: int,
        topic_ids: Mapping[str, bytes] | None = None,
        store: dict[bytes, bytes] | None = None,
        limit: DlqLimit = NO_LIMIT,
        sizes: SizeLimits | None = None,
        changelog: str = "",
        ahead_ms: int = AHEAD_MS,
    ) -> None:
        self.stage = stage
        self.worker = worker
        self.partition = partition
        self.topic_ids = topic_ids or {}
        self.store: dict[bytes, bytes] = {} if store is None else store
        self.limit = limit
        self.sizes = SizeLimits() if sizes is None else sizes
        self.changelog = changelog
        self.ahead_ms = ahead_ms
        self.wall: int | None = None
        self.poison = DlqLimitState()
        self.generation, self.registered = 0, False
        self.offset = NO_OFFSET
        self.watermark: int | None = None
        self._clock_offset, self._clock_topic = NO_OFFSET, NO_TOPIC
        self.open: dict[bytes, Entry] = {}
        self._held = HeldOffsets()
        self.unsaved_clock: bytes | None = None
        self._timers: dict[bytes, int] = {}
        self._heap: list[tuple[int, bytes]] = []
        self.rebuild()

    def rebuild(self) -> None:
        """Find the watermark and the timers in the store, from the fixed heads alone."""
        clock = self.store.get(CLOCK_KEY)
        if clock is not None:
            head, body = unpack(clock)
            self._clock_topic, self._clock_offset = head.topic_id, head.offset
            self.watermark = int.from_bytes(body, "big", signed=True) if body else None
        if (poison := self.store.get(POISON_KEY)) is not None:
            self.poison = DlqLimitState.unpack(unpack(poison)[1])
        self.bytes = sum(len(key) + len(stored) for key, stored in self.store.items())
        times = ((key, timer_of(stored)) for key, stored in self.store.items())
        self._timers = {key: time for key, time in times if time != NEVER}
        self._heap = [(time, key) for key, time in self._timers.items()]
        heapq.heapify(self._heap)
        self.fired_timers: list[bytes] = []

    @property
    def is_first_reading(self) -> bool:
        """Whether watermarks have come, all without a time: sources are read for the first time."""
        return self.watermark is None and self._clock_offset != NO_OFFSET

    def topic_id(self, topic: str) -> bytes:
        """The id of an input topic, NO_TOPIC in memory."""
        return self.topic_ids.get(topic, NO_TOPIC)

    def check_topic(self, topic: str, known: bytes) -> bytes:
        """The id of a topic; raises TopicRecreated when a state was made from another topic of that name."""
        actual = self.topic_id(topic)
        if known not in (NO_TOPIC, actual):
            raise TopicRecreated(
                f"topic {topic} was deleted and created again since the state of stage {self.stage.name} was "
                f"written; delete the stage's changelog to begin anew"
            )
        return actual

    def has_observed(self, topic: str, offset: int) -> bool:
        """Whether the watermark at an offset was applied before; raises TopicRecreated."""
        self._clock_topic = self.check_topic(topic, self._clock_topic)
        return offset <= self._clock_offset

    def applied_offset(self) -> int:
        """Up to which offset all records are in the states: that of the stored watermark, which comes last.

        Of a state that was removed only this is known. NO_OFFSET with several inputs, whose offsets differ.
        """
        return self._clock_offset if len(self.stage.inputs) == 1 else NO_OFFSET

    def time_within(self, latest: int) -> int | None:
        """The partition's watermark; None before the first, and for one that is later than `latest`.

        Such a one is left, until the next, by a clock of ours that was fast and was corrected.
        """
        return None if self.watermark is None or self.watermark > latest else self.watermark

    def advance_watermark(self, offset: int, mark: Watermark) -> bytes:
        """Advance the partition's watermark; the bytes to store for it.

        It goes back only from a time that is too far ahead of our clock, which was corrected since.
        """
        self.watermark = self.time_within(latest_time(self.wall, self.ahead_ms))
        if not mark.waiting:
            self.watermark = max(self.watermark or 0, mark.at)
        self._clock_offset = offset
        body = b"" if self.watermark is None else self.watermark.to_bytes(8, "big", signed=True)
        return pack(self._clock_topic, offset, NEVER, body)

    def register_owner(self) -> dict[bytes, bytes | None]:
        """What an owner stores before its first output, so that the next owner's generation is higher."""
        self.registered = True
        self.put(OWNER_KEY, pack(NO_TOPIC, NO_OFFSET, NEVER, b""))
        return {OWNER_KEY: self.store[OWNER_KEY]}

    def size(self) -> int:
        """How many keys have a state."""
        return len(self.store) - sum(key in self.store for key in RESERVED_KEYS)

    def store_poison(self, poison: DlqLimitState) -> bytes | None:
        """Set the counts of dead letters; the bytes to store, None when there is nothing to remember."""
        self.poison = poison
        if not (poison.run or poison.bad or poison.bad_before):
            return None
        return pack(NO_TOPIC, NO_OFFSET, NEVER, poison.pack())

    def put(self, key: bytes, stored: bytes | None) -> bool:
        """Store the bytes of a key (None: remove it); False when there was nothing to remove."""
        before = self.store.pop(key, None) if stored is None else self.store.get(key)
        self.bytes -= 0 if before is None else len(key) + len(before)
        if stored is not None:
            self.store[key] = stored
            self.bytes += len(key) + len(stored)
        return stored is not None or before is not None

    def keep_open(self, entry: Entry) -> None:
        """Keep a key, decoded, as long as it has open effects."""
        if entry.effects:
            self.open[entry.key] = entry
            self.hold(entry.key, entry.held())
        else:
            self.open.pop(entry.key, None)

    def hold(self, key: bytes, records: Iterable[tuple[str, int]]) -> None:
        """Note records (topic, offset) that must come again after a crash, while a key has open effects."""
        self._held.add(key, records)

    def has_open(self, effect: PendingEffect) -> bool:
        """Whether an effect was asked for, and its result was not given yet."""
        entry = self.open.get(effect.key)
        return entry is not None and effect in entry.effects

    def forget_open(self) -> None:
        """Forget open effects: the records that asked for them come again."""
        self.open.clear()
        self._held.clear()
        self.unsaved_clock = None

    def first_open(self) -> dict[str, int]:
        """The first record of each topic that must come again after a crash, because of open effects."""
        return self._held.first(self._holds)

    def _holds(self, topic: str, offset: int, key: bytes) -> bool:
        entry = self.open.get(key)
        return entry is not None and (topic, offset) in entry.held()

    def clock_to_store(self, clock: bytes | None) -> bytes | None:
        """The clock to store, a new one or one that was kept; None: none, or effects are open.

        It comes last: where it is stored, everything before it is, and no timer fires again.
        """
        if clock is not None:
            self.unsaved_clock = clock
        if self.open:
            return None
        stored, self.unsaved_clock = self.unsaved_clock, None
        return stored

    def clock_state(self) -> ClockState:
        """What `restore_clock` takes."""
        return self.watermark, self._clock_offset, self._clock_topic

    def restore_clock(self, clock: ClockState) -> None:
        """Return to an earlier watermark: a round is rolled back."""
        self.watermark, self._clock_offset, self._clock_topic = clock

    def set_timer(self, key: bytes, time: int) -> None:
        """Arm the timer of a key, or disarm it with NEVER."""
        if time == NEVER:
            self._timers.pop(key, None)
        elif self._timers.get(key) != time:
            self._timers[key] = time
            heapq.heappush(self._heap, (time, key))

    def rearm(self, key: bytes) -> None:
        """Arm the timer of a key as its stored bytes say."""
        stored = self.store.get(key)
        self.set_timer(key, NEVER if stored is None else timer_of(stored))

    def pop_due(self, limit: int) -> list[bytes]:
        """The keys whose timer is at or before a time, earliest first; their timers are disarmed."""
        due = []
        while self._heap and self._heap[0][0] <= limit:
            time, key = heapq.heappop(self._heap)
            if self._timers.get(key) == time:
                del self._timers[key]
                due.append(key)
        return due
