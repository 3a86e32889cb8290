"""What follows from a change, step by step, up to what is learnt of the mail, and how long it took. Pure.

Times are milliseconds of any monotonic clock.
"""

from collections.abc import Iterable
from statistics import median
from typing import Literal, NamedTuple, get_args

Step = Literal["change", "profile", "decision", "mail", "delivered", "clicked", "learnt"]
STEPS: tuple[Step, ...] = get_args(Step)
OF_A_CHANGE: tuple[Step, ...] = ("profile", "decision", "mail", "delivered")
OF_A_CLICK: tuple[Step, ...] = ("clicked", "learnt")
# what comes later has another cause than the write, or the click
LONGEST_MS = dict.fromkeys(OF_A_CHANGE, 5_000) | {"clicked": 5_000, "learnt": 90_000}


class Way(NamedTuple):
    """The steps that have followed from a change of a person, in their order, each with the ms since it."""

    person: str
    steps: dict[Step, int]

    @property
    def is_whole(self) -> bool:
        """Whether it leads from the change to what was learnt."""
        return len(self.steps) == len(STEPS)

    def text(self) -> str:
        """`change → profile 0.2 s → … → learnt 9.1 s`."""
        return " → ".join(
            step if step == "change" else f"{step} {ms / 1000:.1f} s" for step, ms in self.steps.items()
        )


class Ways:
    """The ways of all people, and the latencies of each step: from the write, or from the click."""

    def __init__(self) -> None:
        self.latencies: dict[Step, list[float]] = {step: [] for step in STEPS[1:]}
        self._due: dict[tuple[Step, str], float] = {}  # when the cause of a step was
        self._ways: dict[str, Way] = {}
        self._began: dict[str, float] = {}

    def __contains__(self, person: object) -> bool:
        """Whether a change of a person was seen."""
        return person in self._ways

    def change(self, person: str, at: float) -> None:
        """A person's record is written: time what follows. A way that has led to a mail goes on."""
        for step in OF_A_CHANGE:
            self._due[step, person] = at
        way = self._ways.get(person)
        if way is None or "mail" not in way.steps:
            self._ways[person], self._began[person] = Way(person, {"change": 0}), at

    def click(self, person: str, at: float) -> None:
        """A person follows a link of a mail."""
        for step in OF_A_CLICK:
            self._due[step, person] = at

    def reached(self, person: str, step: Step, at: float, leads_on: bool = True) -> int | None:
        """A step was heard of; gives the ms since its cause, None without one, or when it is too old.

        A step that does not lead on, such as a decision to wait, is none of the way.
        """
        way = self._ways.get(person)
        if leads_on and way is not None and not way.is_whole and STEPS[len(way.steps)] == step:
            way.steps[step] = round(at - self._began[person])
        cause = self._due.pop((step, person), None)
        if cause is None or at - cause > LONGEST_MS[step]:
            return None
        self.latencies[step].append(at - cause)
        return round(at - cause)

    def whole(self) -> Way | None:
        """The first way that leads from a change to what was learnt of its mail."""
        return next((way for way in self._ways.values() if way.is_whole), None)

    def medians(self, steps: Iterable[Step]) -> str:
        """`profile 152 ms, decision 749 ms`: of the steps that were timed."""
        timed = ((step, self.latencies[step]) for step in steps if self.latencies[step])
        return ", ".join(f"{step} {duration(median(values))}" for step, values in timed)


def duration(ms: float) -> str:
    """Milliseconds, or seconds from ten of them on."""
    return f"{ms:.0f} ms" if ms < 10_000 else f"{ms / 1000:.0f} s"
