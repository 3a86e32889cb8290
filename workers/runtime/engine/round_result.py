"""What comes out of a round: records to be written, changes of state, pending effects."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from workers.runtime.dead_letters.writing import Reason
from workers.runtime.engine.state_header import NO_OFFSET
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord
from workers.runtime.stage import Action, Irregularity, Measured


class RetryIsolated(Exception):
    """Something failed for these keys: the round must be retried with them isolated."""

    def __init__(self, keys: Collection[bytes]) -> None:
        self.keys = frozenset(keys)


class PendingEffect(NamedTuple):
    """An effect that waits to be performed, for the state of `key`."""

    key: bytes
    request: Any


class Stop(NamedTuple):
    """Where and why a round ended early: there are too many dead letters, and `raw` is the last of them."""

    topic: str
    raw: FetchedRecord
    reason: Reason
    verdict: str


@dataclass
class RoundResult:
    """What one round of one partition wants done, in this order.

    `outputs` are written and acknowledged, then `changes` (the changelog: key to stored bytes, None removes),
    then `effects` are performed. `offset` is the last input offset that was read. `marks` has, by topic, the
    time of the last watermark that was read by a stage that reports it.
    `read` counts records by topic, `control` the watermarks among them, `dead_letters` counts them by
    reason, `skipped` counts records read again, `irregular` counts by topic and kind what a stage says of
    records that it used in part or not at all.
    """

    outputs: list[ProducerRecord] = field(default_factory=list)
    changes: dict[bytes, bytes | None] = field(default_factory=dict)
    effects: list[PendingEffect] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    control: dict[str, int] = field(default_factory=dict)
    dead_letters: dict[str, int] = field(default_factory=dict)
    irregular: Counter[tuple[str, str]] = field(default_factory=Counter)
    measured: list[Measured] = field(default_factory=list)
    skipped: int = 0
    offset: int = NO_OFFSET

    def count_read(
        self, topic: str, records: Sequence[FetchedRecord], unfinished: tuple[str, int] | None
    ) -> None:
        """Count records as read; those from an `unfinished` watermark on are read in the next round."""
        count = len(records) if unfinished is None else sum(raw.offset < unfinished[1] for raw in records)
        self.read[topic] = self.read.get(topic, 0) + count

    def note(self, topic: str, actions: Iterable[Action]) -> None:
        """Note what a stage says of a record, and what it measures."""
        for item in actions:
            if isinstance(item, Irregularity):
                self.irregular[topic, item.kind] += 1
            elif isinstance(item, Measured):
                self.measured.append(item)

    def merge(self, later: Self) -> None:
        """Append the result of a later round."""
        self.outputs += later.outputs
        self.effects += later.effects
        self.marks |= later.marks
        for key, stored in later.changes.items():
            self.changes.pop(key, None)  # a key stands where it changed last
            self.changes[key] = stored
        for counts, others in (
            (self.read, later.read),
            (self.control, later.control),
            (self.dead_letters, later.dead_letters),
        ):
            for name, count in others.items():
                counts[name] = counts.get(name, 0) + count
        self.irregular.update(later.irregular)
        self.measured += later.measured
        self.skipped += later.skipped
        self.offset = max(self.offset, later.offset)
