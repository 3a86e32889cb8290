"""The money of a UTC day, as one process knows it: what all have spent, and what it has not told yet."""

from datetime import UTC, datetime

DAY_MS = 86_400_000


def day_of(at_ms: int) -> str:
    """`2026-01-31`: the UTC day of a time in epoch ms."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()


def seconds_to_next_day(at_ms: int) -> float:
    """Until the next UTC day begins."""
    return (DAY_MS - at_ms % DAY_MS) / 1000


class DaySpending:
    """Micro-dollars of one day at a time; what is asked about another day begins with 0."""

    def __init__(self) -> None:
        self._day = ""
        self._shared = 0
        self._untold = 0

    def shared(self, day: str) -> int:
        """What all processes have spent, as it was last known."""
        return self._shared if day == self._day else 0

    def untold(self, day: str) -> int:
        """What this process has spent while it was on its own."""
        return self._untold if day == self._day else 0

    def learn(self, day: str, shared: int, told: int) -> None:
        """What all have spent, with `told` of what this process spent on its own; negative: not known."""
        self._turn_to(day)
        if day == self._day and shared >= 0:
            self._shared = shared
            self._untold -= told

    def spend_alone(self, day: str, micro_dollars: int) -> None:
        """This process spent something on its own, or less than it had reserved when negative."""
        self._turn_to(day)
        if day == self._day:
            self._untold += micro_dollars

    def allows_alone(self, day: str, micro_dollars: int, budget: int | None, workers: int) -> bool:
        """Whether a process on its own may spend it: of what was left when all were last known, its part."""
        if budget is None:
            return True
        return self.untold(day) + micro_dollars <= max(0, budget - self.shared(day)) // workers

    def _turn_to(self, day: str) -> None:
        if day > self._day:
            self._day, self._shared, self._untold = day, 0, 0
