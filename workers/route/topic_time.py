"""Up to which time a topic has been processed. Pure.

There are two ways to know it. A watermark stands in every partition behind what was written before, and
whoever processes the partition says when it has come by. Or whoever writes says of a time where every
partition ended then: the time is reached when all before those offsets is processed.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from schemas.control import Offsets

MOST_WAITING = 1_000  # times that are not reached yet


class ExpectedTime(NamedTuple):
    """A time (epoch ms) that is reached when the topic is processed up to these offsets."""

    at: int
    ends: Offsets


class TopicTime:
    """What is known of one topic; its time does not go back."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self._marks: list[int | None] = [None] * partitions
        self._next: list[int | None] = [None] * partitions
        self._topic_id = ""
        self._waiting: deque[ExpectedTime] = deque()
        self._reached: int | None = None

    @property
    def at(self) -> int | None:
        """The time; None while it is not known of a partition."""
        marks = [mark for mark in self._marks if mark is not None]
        marked = min(marks) if len(marks) == self._partitions else None
        if marked is None or self._reached is None:
            return self._reached if marked is None else marked
        return max(marked, self._reached)

    def expect(self, at: int, ends: Offsets) -> None:
        """Everything up to a time stands before these offsets; nothing if one is unknown.

        When too many times wait, the last one is replaced: the first is reached all the same.
        """
        newest = self._waiting[-1].at if self._waiting else self._reached
        if (newest is not None and at <= newest) or not self._is_complete(ends.next):
            return
        if len(self._waiting) == MOST_WAITING:
            self._waiting.pop()
        self._waiting.append(ExpectedTime(at, ends))
        self._settle()

    def processed(self, offsets: Offsets) -> bool:
        """All before these offsets is processed; of partitions without one nothing is said.

        Whether that is further than what was known.
        """
        if offsets.topic_id != self._topic_id:  # another topic of the same name
            self._topic_id, self._next = offsets.topic_id, [None] * self._partitions
        before = [*self._next]
        merge(self._next, offsets.next)
        self._settle()
        return before != self._next

    def marked(self, marks: Sequence[int | None]) -> None:
        """The times of the watermarks that have come by in each partition, None: none."""
        merge(self._marks, marks)

    def forget_after(self, latest: int) -> None:
        """Forget what is later: it was told by a clock that was corrected since."""
        if self._reached is not None and self._reached > latest:
            self._reached = None
        self._marks = [None if mark is None or mark > latest else mark for mark in self._marks]
        self._waiting = deque(each for each in self._waiting if each.at <= latest)

    def _settle(self) -> None:
        """Take the latest of the times that are reached."""
        while self._waiting and self._is_before_next(self._waiting[0].ends):
            self._reached = self._waiting.popleft().at

    def _is_before_next(self, ends: Offsets) -> bool:
        return ends.topic_id == self._topic_id and all(
            known is not None and end is not None and end <= known
            for end, known in zip(ends.next, self._next, strict=True)
        )

    def _is_complete(self, offsets: Sequence[int | None]) -> bool:
        return len(offsets) == self._partitions and None not in offsets


def merge(known: list[int | None], told: Sequence[int | None]) -> None:
    """Take over what is later than what is known, place by place."""
    for place, value in enumerate(told[: len(known)]):
        before = known[place]
        if value is not None and (before is None or value > before):
            known[place] = value
