"""The line of those who wait in one process: highest priority first, then who came first."""

from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Waiter:
    """One who waits: its place is by (-priority, number); until when in epoch ms; `wake` is called."""

    place: tuple[int, int]
    tokens: int
    deadline_ms: float
    wake: Callable[[], None]


class WaitingLine:
    """Who stands where. Who becomes the first is woken, and so is everybody who was overtaken."""

    def __init__(self) -> None:
        self._waiters: list[Waiter] = []
        self._count = 0

    def join(self, priority: int, tokens: int, deadline_ms: float, wake: Callable[[], None]) -> Waiter:
        """Stand behind those of the same and of higher priority; who stands behind is woken."""
        self._count += 1
        waiter = Waiter((-priority, self._count), tokens, deadline_ms, wake)
        insort(self._waiters, waiter, key=lambda each: each.place)
        for behind in self._waiters[self._waiters.index(waiter) + 1 :]:
            behind.wake()
        return waiter

    def leave(self, waiter: Waiter) -> None:
        """Leave the line, from any place; nothing happens to one who has left."""
        if waiter in self._waiters:
            was_first = self.is_first(waiter)
            self._waiters.remove(waiter)
            if was_first:
                self.wake_first()

    def is_first(self, waiter: Waiter) -> bool:
        """Whether nobody stands before one."""
        return bool(self._waiters) and self._waiters[0] is waiter

    def ahead_of(self, waiter: Waiter) -> tuple[int, int]:
        """How many stand before one, and their tokens together."""
        ahead = self._waiters[: self._waiters.index(waiter)]
        return len(ahead), sum(each.tokens for each in ahead)

    def wake_first(self) -> None:
        """Wake the first, if there is one: something may fit now."""
        if self._waiters:
            self._waiters[0].wake()
