"""How many records a round takes: the larger, the less is written per record, within a bound of time.

Small rounds cost mostly what every round costs. So while few records come, as much time is given to gather
them as goes by in two rounds: a worker that gets slow gathers more, instead of getting slower still.
"""

ROUND_WITH_EFFECTS = 64  # records: such a round lasts as long as its effects do
MIN_ROUND, MAX_ROUND = 500, 40_000  # records
ROUND_SECONDS = 2.0  # of a backlog; a stop, a rebalance and a watermark wait for a round
LEAST_GATHER, MOST_GATHER = 4, 50  # milliseconds


class RoundSize:
    """Adapts the number of `records` to take, and the milliseconds `gather_ms`, to the rounds before."""

    def __init__(self, has_effects: bool) -> None:
        self._has_effects = has_effects
        self.records = ROUND_WITH_EFFECTS if has_effects else MIN_ROUND
        self.gather_ms = LEAST_GATHER

    def adapt(self, records: int, seconds: float) -> None:
        """Learn from a round of so many records that has taken so long; a half-empty one says nothing."""
        self.gather_ms = min(MOST_GATHER, max(LEAST_GATHER, int(2_000 * seconds)))
        if not self._has_effects and records >= self.records / 2:
            fitting = int(records / seconds * ROUND_SECONDS)
            self.records = min(MAX_ROUND, max(MIN_ROUND, fitting))
