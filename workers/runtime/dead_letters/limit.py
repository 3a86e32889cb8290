"""The dead-letter limit of a partition: too many in a row, or too large a share, and the worker stops.

    poison = poison.good(17).dead(limit)     # 17 records were used, the next one became a dead letter
    if poison.verdict: ...                   # at the end of a round: stop
    stored = poison.pack()                   # beside the states; DlqLimitState.unpack(stored) after a restart

Records are counted in their order, so how they are cut into rounds changes nothing. The share is taken of the
last one or two buckets of records: exact whole numbers, where a decaying sum would depend on the cuts.
Only a dead letter can exceed a limit. What is stored is the counts, not the verdict: after a restart good
records make it better, and the first dead letter stops the worker again while it is still too bad.
"""

from struct import Struct
from typing import NamedTuple, Self

BUCKET = 1_000  # records; no share is taken of fewer
LAYOUT = 1
_STORED = Struct(">BqHHHH")


class DlqLimit(NamedTuple):
    """How many dead letters in a row, and which share (0 to 1) of the last records, are still allowed."""

    run: int = 100
    share: float = 0.2

    def exceeded(self, run: int, dead: int, seen: int) -> str:
        """Which limit the counts exceed, with the numbers and the setting; nothing when they exceed none."""
        if run > self.run:
            return f"{run} dead letters in a row, at most {self.run} are allowed (KAIROS_DEAD_LETTER_RUN)"
        if seen >= BUCKET and dead > self.share * seen:
            return (
                f"{dead} of the last {seen} records are dead letters, a share of at most {self.share:g} "
                f"is allowed (KAIROS_DEAD_LETTER_SHARE)"
            )
        return ""


class DlqLimitState(NamedTuple):
    """The counts of one partition; a value, so that a round can be rolled back.

    `run` is the dead letters since the last good record; `bad` of `seen` records of this bucket, and
    `bad_before` of `seen_before` of the previous one, are dead letters. `verdict` is the first limit that was
    exceeded since the start, empty for none.
    """

    run: int = 0
    bad: int = 0
    seen: int = 0
    bad_before: int = 0
    seen_before: int = 0
    verdict: str = ""

    def good(self, count: int) -> Self:
        """The counts after so many good records."""
        if count and self.seen + count < BUCKET:  # of nearly all records, and ten times as fast as `_replace`
            _, bad, seen, bad_before, seen_before, verdict = self
            return type(self)(0, bad, seen + count, bad_before, seen_before, verdict)
        return self._replace(run=0)._later(count, 0) if count else self

    def dead(self, limit: DlqLimit) -> Self:
        """The counts after one dead letter, and the verdict on them."""
        after = self._replace(run=self.run + 1)._later(1, 1)
        if after.verdict:
            return after
        seen, bad = after.seen + after.seen_before, after.bad + after.bad_before
        return after._replace(verdict=limit.exceeded(after.run, bad, seen))

    def pack(self) -> bytes:
        """The counts as bytes of a fixed layout."""
        return _STORED.pack(LAYOUT, *self[:-1])

    @classmethod
    def unpack(cls, stored: bytes) -> Self:
        """The counts of such bytes, without a verdict; raises ValueError for another layout."""
        if len(stored) != _STORED.size or stored[0] != LAYOUT:
            raise ValueError(f"stored counts of dead letters are not of layout {LAYOUT}")
        return cls(*_STORED.unpack(stored)[1:])

    def _later(self, count: int, bad: int) -> Self:
        """The buckets after `count` records, which are all good or one bad one."""
        filled, seen = divmod(self.seen + count, BUCKET)
        if not filled:
            return self._replace(seen=seen, bad=self.bad + bad)
        if filled == 1:
            return self._replace(seen=seen, bad=0, seen_before=BUCKET, bad_before=self.bad + bad)
        return self._replace(seen=seen, bad=0, seen_before=BUCKET, bad_before=0)
