"""How long a model takes to answer, and whether it answers at all. Pure; times are seconds of one clock."""

from math import inf

FIRST_GUESS = 8.0  # seconds, before the first answer
WEIGHT = 0.2  # of a new answer in the usual time
PATIENCE = 2.0  # seconds beyond the usual time
SLOWEST, TIMES_USUAL = 10.0, 3.0  # a call is late after so many seconds, and so many usual times
LATE_CALLS, MOST_LATE = 3, 16  # with so many the model has stalled: if it answers nobody, and in any case


class AnswerTimes:
    """The calls that are out, and the usual time of those that came back (exponentially weighted)."""

    def __init__(self) -> None:
        self._begun: dict[int, float] = {}
        self._count = 0
        self._usual: float | None = None
        self._answered_at = -inf

    @property
    def usual(self) -> float:
        """How long an answer usually takes, in seconds."""
        return FIRST_GUESS if self._usual is None else self._usual

    @property
    def patience(self) -> float:
        """How long after it was asked for to wait for somebody else's answer, in seconds."""
        return self.usual + PATIENCE

    @property
    def late(self) -> float:
        """After how many seconds a call is late."""
        return max(SLOWEST, TIMES_USUAL * self.usual)

    def begin(self, now: float) -> int:
        """A call begins; returns its number."""
        self._count += 1
        self._begun[self._count] = now
        return self._count

    def end(self, number: int, now: float, is_answered: bool) -> None:
        """A call has ended, with an answer or without; only answers tell how long they take."""
        seconds = now - self._begun.pop(number)
        if is_answered:
            self._answered_at = now
            self._usual = seconds if self._usual is None else self._usual + WEIGHT * (seconds - self._usual)

    def has_stalled(self, now: float) -> bool:
        """Whether several calls are late, and nobody gets an answer: another would be one more of them."""
        late = sum(now - begun > self.late for begun in self._begun.values())
        return late >= MOST_LATE or (late >= LATE_CALLS and now - self._answered_at > self.late)
