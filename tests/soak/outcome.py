"""The outcome of a run: the faults, what was counted, and lists of problems that should be empty."""

from collections import Counter
from dataclasses import dataclass, field

from tests.soak.faults import Fault

WRONG = (
    "profiles_differ", "flow_differs", "waits_differ", "lost", "extra", "contradictory", "unwritten",
    "written_twice", "outcomes_differ", "capture_differs", "states_differ", "plain_states_differ",
    "overtaken", "served_differs", "limits_broken", "slots_leaked",
)  # fmt: skip


@dataclass
class Outcome:
    """The outcome of a run; every list in `problems` should be empty.

    `profiles_differ`: the compacted profiles are not the replay's of the recorded inbox; `flow_differs`: nor
    those of the whole flow from the documents. `waits_differ`: the last decision of a person. `lost`,
    `extra`, `contradictory`: decisions to send or ask. `unwritten`, `written_twice`: decisions whose mails
    are none or of several contents. `outcomes_differ`: decisions without exactly one outcome.
    `capture_differs`: documents that are not as in MongoDB. `states_differ`: as a recovery reads them,
    `plain_states_differ`: as compaction leaves them. `overtaken`: records that a
    replaced worker wrote after its successor. `served_differs`: what Redis does not hold as the topics do.
    `limits_broken`: mails that a cap, a cooldown or the hours of their policy forbid. `slots_leaked`: slots
    that have neither ended nor are open in time.
    """

    seed: int
    hits: Counter[Fault] = field(default_factory=Counter)
    counts: dict[str, int | str] = field(default_factory=dict)
    stops: list[tuple[str, int, float]] = field(default_factory=list)
    resumed: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    deaths: list[tuple[str, int]] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in WRONG})
    dead: int = 0

    def wrong(self) -> dict[str, list[str]]:
        """The problems, by name."""
        return {name: keys for name, keys in self.problems.items() if keys}

    def per_worker(self) -> dict[str, int]:
        """How many faults each kind of worker had."""
        counts: Counter[str] = Counter()
        for fault, count in self.hits.items():
            counts[fault.worker] += count
        return dict(counts)

    def at_point(self, point: str) -> dict[tuple[str, str], int]:
        """How often each signal was sent at a point of the code, by (worker, signal)."""
        return {(f.worker, f.signal.name): count for f, count in self.hits.items() if f.point == point}
