"""What comes out of the engine: records to be written, changes of state, pending effects."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from workers.runtime.dead_letters.writing import Reason
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord


class RetryIsolated(Exception):
    """Something failed for these keys: the round has to go again with care for them."""

    def __init__(self, keys: Collection[bytes]) -> None:
        self.keys = frozenset(keys)


class Pending(NamedTuple):
    """An effect that waits to be performed, for the state of `key`."""

    key: bytes
    request: Any


class Stop(NamedTuple):
    """Where and why a round was broken off: there are too many dead letters, and this is the last of them."""

    topic: str
    raw: FetchedRecord
    reason: Reason
    verdict: str


@dataclass
class RoundResult:
    """What one round of one partition wants done, in this order.

    `outputs` are written and acknowledged, then `changes` (the changelog: key to stored bytes, None removes),
    then `effects` are performed, then `reports` are written. `read` counts records by topic, `dead` counts
    dead letters by reason.
    """

    outputs: list[ProducerRecord] = field(default_factory=list)
    changes: dict[bytes, bytes | None] = field(default_factory=dict)
    effects: list[Pending] = field(default_factory=list)
    reports: list[ProducerRecord] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    dead: dict[str, int] = field(default_factory=dict)
    skipped: int = 0

    def count(self, topic: str, records: Sequence[FetchedRecord], more: tuple[str, int] | None) -> None:
        """Count records as read, those before `more` where it is among them."""
        count = len(records) if more is None else sum(raw.offset < more[1] for raw in records)
        self.read[topic] = self.read.get(topic, 0) + count

    def add(self, other: Self) -> None:
        """Take in what comes after it."""
        self.outputs += other.outputs
        self.effects += other.effects
        self.reports += other.reports
        for key, stored in other.changes.items():
            self.changes.pop(key, None)  # its place is behind what else has changed
            self.changes[key] = stored
        for counts, others in ((self.read, other.read), (self.dead, other.dead)):
            for name, count in others.items():
                counts[name] = counts.get(name, 0) + count
        self.skipped += other.skipped
