"""How many records a round takes: the larger, the less is written per record, within a bound of time.

Small rounds cost mostly what every round costs. So where they take longer than on a machine at ease, twice
that time is given to gather more records for the next: a worker that gets slow does not get slower still.
"""

ROUND_WITH_EFFECTS = 64  # records: such a round lasts as long as its effects do
MIN_ROUND, MAX_ROUND = 500, 40_000  # records
ROUND_SECONDS = 2.0  # of a backlog; a stop, a rebalance and a watermark wait for a round
LEAST_GATHER, MOST_GATHER = 10, 50  # milliseconds
EASY_SECONDS = 0.005  # of a round of few records


class RoundSize:
    """Adapts the number of `records` to take, and the milliseconds `gather_ms`, to the rounds before.

    `least_gather_ms` is for how long more is gathered at ease.
    """

    def __init__(self, has_effects: bool, least_gather_ms: int = LEAST_GATHER) -> None:
        self._has_effects = has_effects
        self._least_gather_ms = least_gather_ms
        self.records = ROUND_WITH_EFFECTS if has_effects else MIN_ROUND
        self.gather_ms = least_gather_ms

    def adapt(self, records: int, seconds: float) -> None:
        """Learn from a round of so many records that has taken so long; a half-empty one says nothing."""
        late_ms = int(1_000 * max(0.0, seconds - EASY_SECONDS))
        least = self._least_gather_ms
        self.gather_ms = min(max(MOST_GATHER, least), least + 2 * late_ms)
        if not self._has_effects and records >= self.records / 2:
            fitting = int(records / seconds * ROUND_SECONDS)
            self.records = min(MAX_ROUND, max(MIN_ROUND, fitting))
