"""What comes out of the engine: records to be written, changes of state, pending effects."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from workers.letters.writing import Reason
from workers.wire.records import RawRecord, Written


class Unsettled(Exception):
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
    raw: RawRecord
    reason: Reason
    verdict: str


@dataclass
class Work:
    """What one round of one partition wants done, in this order.

    `outputs` are written and acknowledged, then `changes` (the changelog: key to stored bytes, None removes),
    then `effects` are performed, then `reports` are written. `read` counts records by topic, `dead` counts
    dead letters by reason.
    """

    outputs: list[Written] = field(default_factory=list)
    changes: dict[bytes, bytes | None] = field(default_factory=dict)
    effects: list[Pending] = field(default_factory=list)
    reports: list[Written] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    dead: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
