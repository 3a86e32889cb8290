"""What is due of a table: its webhook's payloads, a sweep, a comparison. Pure; times in epoch ms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OVERLAP_MS = 300_000  # by which sweeps overlap: the clocks differ, and so do the times of changes and answers
MOST_IDS = 100  # in one question


@dataclass(frozen=True)
class Intervals:
    """Milliseconds between two looks at the payloads, two sweeps, and two comparisons."""

    poll: int
    sweep: int
    compare: int


@dataclass
class Done:
    """When each was begun for the last time; 0 for never. `compared` is that of a whole comparison."""

    polled: int = 0
    swept: int = 0
    compared: int = 0

    def due(self, intervals: Intervals, now: int, *, has_webhook: bool) -> str | None:
        """What is due now: "compare", "poll", "sweep", or None.

        Without a webhook sweeps take the place of polls. A time that is ahead of now, of a clock that was
        set back since, counts as long ago.
        """
        if has_webhook and is_over(self.polled, intervals.poll, now):
            return "poll"
        if is_over(self.compared, intervals.compare, now):
            return "compare"
        if is_over(self.swept, intervals.sweep if has_webhook else intervals.poll, now):
            return "sweep"
        return None


@dataclass
class TableReading:
    """A list of records that is being read: all of them ("compare"), or those of late ("sweep").

    `began` in epoch ms; `seen` are the keys on its pages.
    """

    kind: str
    began: int
    pages: Iterator[list[Any]]
    seen: set[str] = field(default_factory=set)


def is_over(at: int, interval: int, now: int) -> bool:
    """Whether an interval that began at a time is over; also when the time was never, or lies ahead."""
    return not 0 < at <= now or now - at >= interval


def modified_since(at: int) -> str:
    """The formula for the records that were created or changed after a time, with the overlap.

    A record that nobody has changed since it was created has no time of change.
    """
    text = (EPOCH + timedelta(milliseconds=max(0, at - OVERLAP_MS))).isoformat(timespec="milliseconds")
    time = f"DATETIME_PARSE('{text.replace('+00:00', 'Z')}')"
    return f"OR(IS_AFTER(LAST_MODIFIED_TIME(),{time}),IS_AFTER(CREATED_TIME(),{time}))"


def are_records(ids: Iterable[str]) -> str:
    """The formula for the records with these ids."""
    return "OR(" + ",".join(f"RECORD_ID()='{id_}'" for id_ in ids if id_.isalnum()) + ")"
