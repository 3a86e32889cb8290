"""Figures of an old tree and a new one, run in turn: medians, and how much one is of the other."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

Rows = Mapping[str, Mapping[str, float]]  # the figures of one run, by what was measured and by their names


class Compared(NamedTuple):
    """One figure of both: the medians, their ratio (new to old), and the least and largest ratio of a turn.

    A ratio is None where the old figure is 0.
    """

    measured: str
    name: str
    old: float
    new: float
    ratio: float | None
    least: float | None
    largest: float | None


def compare(old: Sequence[Rows], new: Sequence[Rows]) -> list[Compared]:
    """Every figure that all runs have, in the order of the first; `old[n]` and `new[n]` ran after each other.

    A row or figure that a run lacks is left out: see `missing`.
    """
    return [
        _compared(measured, name, [run[measured][name] for run in old], [run[measured][name] for run in new])
        for measured, values in old[0].items()
        for name in values
        if all(name in run.get(measured, {}) for run in (*old, *new))
    ]


def missing(old: Sequence[Rows], new: Sequence[Rows]) -> list[tuple[str, str]]:
    """The figures that some runs have and others lack, which are not compared."""
    runs = [{(measured, name) for measured, values in run.items() for name in values} for run in (*old, *new)]
    return sorted({figure for run in runs for figure in run if not all(figure in other for other in runs)})


def in_turn(times: int) -> list[tuple[str, str]]:
    """The order of the two trees in each turn; it swaps, so that what only grows or falls favours neither."""
    return [("old", "new") if turn % 2 == 0 else ("new", "old") for turn in range(times)]


def _compared(measured: str, name: str, old: list[float], new: list[float]) -> Compared:
    ratios = [b / a for a, b in zip(old, new, strict=True) if a]
    whole = median(new) / median(old) if median(old) else None
    least, largest = (min(ratios), max(ratios)) if ratios else (None, None)
    return Compared(measured, name, median(old), median(new), whole, least, largest)
