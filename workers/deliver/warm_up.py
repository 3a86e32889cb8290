"""How many mails go out a day while a sending domain is new: a table by day, and who was counted today. Pure.

Days are those of UTC, times epoch milliseconds. A mail counts once a day, however often it is tried.
"""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass

DAY_MS = 86_400_000
NO_DAY = -1  # of a record that is no hand-over
KEPT_DAYS = 2


@dataclass(frozen=True)
class WarmUp:
    """The most mails of each day, the first of which is `first` (a day since 1970); none after the last."""

    limits: tuple[int, ...]
    first: int

    def most(self, now: int) -> int | None:
        """How many mails may go out today, None for any number; before the first day none may."""
        day = now // DAY_MS - self.first
        if day < 0:
            return 0
        return self.limits[day] if day < len(self.limits) else None


class DayCounts(MutableMapping[str, int]):
    """The mails that were handed over, by the key of their reference, of the last days alone."""

    def __init__(self) -> None:
        self._days: dict[int, set[str]] = {}

    def of(self, day: int) -> set[str]:
        """The mails of a day."""
        return self._days.get(day, set())

    def __setitem__(self, key: str, day: int) -> None:
        if day == NO_DAY or day <= max(self._days, default=day) - KEPT_DAYS:
            return
        self._days.setdefault(day, set()).add(key)
        for old in [each for each in self._days if each <= day - KEPT_DAYS]:
            del self._days[old]

    def __getitem__(self, key: str) -> int:
        for day in sorted(self._days, reverse=True):
            if key in self._days[day]:
                return day
        raise KeyError(key)

    def __delitem__(self, key: str) -> None:
        for keys in self._days.values():
            keys.discard(key)

    def __iter__(self) -> Iterator[str]:
        return iter(set().union(*self._days.values()))

    def __len__(self) -> int:
        return sum(map(len, self._days.values()))
