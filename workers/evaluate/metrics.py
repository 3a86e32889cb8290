"""How good a ranking is: figures of one tested view, of all lists together, and intervals over people.

A tested view has one job that was right, so binary NDCG is 1 / log2(1 + rank) within the cut (Järvelin and
Kekäläinen 2002). The graded one weighs a view by what came of it (GRADES), as the RecSys challenge 2017 did.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workers.evaluate.arrays import FloatArray, IntArray

TOP = 10
NOT_RANKED = 0  # as a rank; ranks begin at 1
GRADES: Mapping[str, float] = {"viewed": 1.0, "applied": 5.0, "saved": 5.0, "rejected": 0.0, "ignored": 0.0}
RESAMPLES = 1_000


def hits(ranks: IntArray, top: int = TOP) -> FloatArray:
    """1 for each view whose job is among the first `top`, else 0."""
    return np.where((ranks > 0) & (ranks <= top), 1.0, 0.0)


def ndcgs(ranks: IntArray, top: int = TOP) -> FloatArray:
    """1 / log2(1 + rank) for each view whose job is among the first `top`, else 0."""
    return hits(ranks, top) / np.log2(1.0 + np.maximum(ranks, 1))


def reciprocals(ranks: IntArray, top: int = TOP) -> FloatArray:
    """1 / rank for each view whose job is among the first `top`, else 0."""
    return hits(ranks, top) / np.maximum(ranks, 1)


def coverage(shown: IntArray, available: int) -> float:
    """The share of `available` jobs that were ever shown; `shown` is how often each was."""
    return float(np.count_nonzero(shown) / available) if available else 0.0


def gini(shown: IntArray) -> float:
    """How unequally jobs are shown: 0 all the same, near 1 one takes all; 0 without any."""
    total = float(shown.sum())
    if not total:
        return 0.0
    ordered = np.sort(shown)
    places = np.arange(1, len(shown) + 1)
    return float(2 * (places * ordered).sum() / (len(shown) * total) - (len(shown) + 1) / len(shown))


def novelty(shown_views: FloatArray, all_views: int, jobs: int) -> float:
    """The mean of −log2 of the shares of all views that the jobs of a list have, in bits.

    Each job counts one view more than it had, so that one without a view has a share too.
    """
    if not len(shown_views):
        return 0.0
    return float(-np.log2((shown_views + 1.0) / (all_views + jobs)).mean())


@dataclass(frozen=True)
class Interval:
    """A mean with the bounds of its 95 % interval; NaN without any test."""

    value: float
    low: float
    high: float


class Bootstrap:
    """Resamples people with replacement (Efron 1979), the same people for every method that is compared.

    Views of one person depend on each other, so people are what is drawn and not views.
    """

    def __init__(self, persons: IntArray, seed: int = 0, resamples: int = RESAMPLES) -> None:
        """`persons` has the person of each view."""
        self._people, self._of_view = np.unique(persons, return_inverse=True)
        count = len(self._people)
        rng = np.random.default_rng(seed)
        draws = rng.integers(0, max(count, 1), (resamples, count))
        self._drawn = np.zeros((resamples, count))
        for number in range(resamples):
            self._drawn[number] = np.bincount(draws[number], minlength=count)

    def sums(self, values: FloatArray) -> FloatArray:
        """The sum of the values of the views, in each resample."""
        by_person = np.bincount(self._of_view, values, len(self._people))
        return np.asarray(self._drawn @ by_person)

    def mean(self, values: FloatArray, weights: FloatArray | None = None) -> Interval:
        """The (weighted) mean of the values of all views."""
        weights = np.ones(len(values)) if weights is None else weights
        total = float(weights.sum())
        if not total:
            return Interval(float("nan"), float("nan"), float("nan"))
        below = self.sums(weights)
        return interval(float((values * weights).sum()) / total, divided(self.sums(values * weights), below))

    def difference(self, values: FloatArray, others: FloatArray) -> Interval:
        """The mean of the paired differences of two methods."""
        return self.mean(values - others)

    def ratio(self, values: FloatArray, others: FloatArray) -> Interval:
        """The mean of one method by the mean of the other; NaN when the other is 0."""
        below = float(others.sum())
        value = float(values.sum()) / below if below else float("nan")
        return interval(value, divided(self.sums(values), self.sums(others)))


def divided(above: FloatArray, below: FloatArray) -> FloatArray:
    """The quotients; NaN where there is nothing below."""
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0))


def interval(value: float, resampled: FloatArray) -> Interval:
    """A figure with the middle 95 % of what the resamples give."""
    known = resampled[~np.isnan(resampled)]
    if not len(known):
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(known, [0.025, 0.975])
    return Interval(value, float(low), float(high))
