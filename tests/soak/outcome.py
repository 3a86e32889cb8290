"""What came of a run: how often who was hit, what was counted, and lists that should be empty."""

from collections import Counter
from dataclasses import dataclass, field

from tests.soak.faults import Fault

WRONG = (
    "profiles_differ", "flow_differs", "waits_differ", "lost", "extra", "contradictory", "unwritten",
    "written_twice", "outcomes_differ", "capture_differs", "states_differ", "plain_states_differ",
    "overtaken", "served_differs",
)  # fmt: skip


@dataclass
class Outcome:
    """What came of a run; every list should be empty.

    `profiles_differ`: the compacted profiles are not the replay's of the recorded inbox; `flow_differs`: nor
    those of the whole flow from the documents. `waits_differ`: the last decision of a person. `lost`,
    `extra`, `contradictory`: decisions to send or ask. `unwritten`, `written_twice`: decisions whose mails
    are none or of several contents. `outcomes_differ`: decisions without exactly one outcome.
    `capture_differs`: documents that are not as in MongoDB. `states_differ`: as a recovery reads them,
    `plain_states_differ`: as a reader does who takes the last record of a key. `overtaken`: records that a
    replaced worker wrote after its successor. `served_differs`: what Redis does not hold as the topics do.
    """

    seed: int
    hits: Counter[Fault] = field(default_factory=Counter)
    counts: dict[str, int | str] = field(default_factory=dict)
    stops: list[tuple[str, int, float]] = field(default_factory=list)
    woken: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    deaths: list[tuple[str, int]] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    found: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in WRONG})
    dead: int = 0

    def wrong(self) -> dict[str, list[str]]:
        """What should not be, by name."""
        return {name: found for name, found in self.found.items() if found}

    def per_worker(self) -> dict[str, int]:
        """How often each kind of worker was hit."""
        found: Counter[str] = Counter()
        for fault, count in self.hits.items():
            found[fault.worker] += count
        return dict(found)

    def at_point(self, point: str) -> dict[tuple[str, str], int]:
        """How often each signal hit a worker at a place of its code, by (worker, signal)."""
        return {(f.worker, f.signal.name): count for f, count in self.hits.items() if f.point == point}
