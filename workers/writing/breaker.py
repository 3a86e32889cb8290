"""Whether a model is asked: not for a while after it had no credit, or too much was refused. Pure."""

from collections import Counter, deque

NO_CREDIT_MS = 600_000
REFUSED_MS = 3_600_000
LAST, MOST_REFUSED = 200, 0.05  # of so many texts, refused by one and the same check


class Breaker:
    """Counts what became of the texts of one prompt; times are in epoch milliseconds."""

    def __init__(self) -> None:
        self._checks: deque[str | None] = deque(maxlen=LAST)
        self.refused: Counter[str] = Counter()  # all refusals so far, by check
        self._open_until = 0
        self.reason: str | None = None

    def is_open(self, now: int) -> bool:
        """Whether no model is asked now."""
        return now < self._open_until

    def note(self, check: str | None, now: int) -> None:
        """A text was taken (None), or refused by a check."""
        self._checks.append(check)
        if check is not None:
            self.refused[check] += 1
        refused = Counter(each for each in self._checks if each is not None)
        if len(self._checks) == LAST and max(refused.values(), default=0) > MOST_REFUSED * LAST:
            self._open(now + REFUSED_MS, f"too many texts are refused: {refused.most_common(1)[0][0]}")
            self._checks.clear()

    def no_credit(self, now: int) -> None:
        """The account has no credit: to ask again at once would only fail again."""
        self._open(now + NO_CREDIT_MS, "no credit")

    def _open(self, until: int, reason: str) -> None:
        self._open_until, self.reason = until, reason
