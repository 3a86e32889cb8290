"""What goes into the engine and what comes out of it: raw records, records to be written, pending effects."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from workers.runtime.headers import Headers


class RawRecord(Protocol):
    """A record as a Kafka client hands it over; `timestamp` in epoch milliseconds."""

    @property
    def partition(self) -> int: ...  # noqa: D102
    @property
    def offset(self) -> int: ...  # noqa: D102
    @property
    def key(self) -> bytes | None: ...  # noqa: D102
    @property
    def value(self) -> bytes | None: ...  # noqa: D102
    @property
    def timestamp(self) -> int: ...  # noqa: D102
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...  # noqa: D102


class Raw(NamedTuple):
    """A raw record in memory; `topic` is the catalogue's name."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: Headers = ()


class Written(NamedTuple):
    """A record to be written; `partition` None means by the key's hash. `at` in epoch milliseconds."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    at: int
    partition: int | None = None


class Pending(NamedTuple):
    """An effect that waits to be performed, for the state of `key`."""

    key: bytes
    request: Any


@dataclass
class Work:
    """What one round of one partition wants done, in this order.

    `outputs` are written and acknowledged, then `changes` (the changelog: key to stored bytes, None removes),
    then `effects` are performed, then `reports` are written. `dead` counts dead letters by reason.
    """

    outputs: list[Written] = field(default_factory=list)
    changes: dict[bytes, bytes | None] = field(default_factory=dict)
    effects: list[Pending] = field(default_factory=list)
    reports: list[Written] = field(default_factory=list)
    dead: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
