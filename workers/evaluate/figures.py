"""The figures of a run: by recommender, by cohort of people, for new jobs and for all, with intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workers.evaluate.arrays import BoolArray, FloatArray, IntArray
from workers.evaluate.metrics import Bootstrap, Interval, coverage, gini, hits, ndcgs, reciprocals
from workers.evaluate.stepping import Ranked, Tested

REGULAR = 5  # earlier acts from which a person is a regular
COHORTS: Mapping[str, Callable[[IntArray, BoolArray], BoolArray]] = {
    "newcomers": lambda earlier, profile: earlier == 0,
    "newcomers with a profile": lambda earlier, profile: (earlier == 0) & profile,
    "newcomers without": lambda earlier, profile: (earlier == 0) & ~profile,
    "1-4 acts": lambda earlier, profile: (earlier > 0) & (earlier < REGULAR),
    "regulars": lambda earlier, profile: earlier >= REGULAR,
    "everybody": lambda earlier, profile: earlier >= 0,
}
JOBS = ("new", "all")  # jobs that the person has not seen, or all that are open


@dataclass(frozen=True)
class Line:
    """The figures of one recommender for one cohort; `views` is how many were tested, of `people` people."""

    recommender: str
    cohort: str
    jobs: str
    views: int
    people: int
    ndcg: Interval
    graded: Interval
    hit_rate: Interval
    mrr: Interval


@dataclass(frozen=True)
class Spread:
    """What one recommender shows of the board: shares, inequality, and bits of novelty."""

    recommender: str
    jobs: str
    coverage: float
    gini: float
    novelty: float


class Figures:
    """All figures of one run, or of several with different seeds together."""

    def __init__(self, runs: Sequence[Tested]) -> None:
        """`runs` are of the same recommenders; a person of one run is another one than of the next."""
        self.runs = runs
        self.names = [each.name for each in runs[0].ranked]
        self._persons = np.concatenate(
            [np.array(run.person, dtype=np.int64) + (number << 32) for number, run in enumerate(runs)]
        )
        self._earlier = np.concatenate([np.array(run.earlier, dtype=np.int64) for run in runs])
        self._profile = np.concatenate([np.array(run.has_profile, dtype=bool) for run in runs])
        self._is_new = np.concatenate([np.array(run.is_new, dtype=bool) for run in runs])
        self._grade = np.concatenate([np.array(run.grade, dtype=float) for run in runs])
        self._bootstraps: dict[tuple[str, str], tuple[BoolArray, Bootstrap]] = {}

    def _chosen(self, cohort: str, jobs: str) -> tuple[BoolArray, Bootstrap]:
        """The views of a cohort, and the resamples of its people."""
        if (cohort, jobs) not in self._bootstraps:
            mask = COHORTS[cohort](self._earlier, self._profile)
            mask = mask & self._is_new if jobs == "new" else mask
            self._bootstraps[cohort, jobs] = mask, Bootstrap(self._persons[mask])
        return self._bootstraps[cohort, jobs]

    def _ranks(self, name: str, jobs: str) -> IntArray:
        number = self.names.index(name)
        return np.concatenate(
            [np.array(getattr(run.ranked[number], jobs), dtype=np.int64) for run in self.runs]
        )

    def has(self, cohort: str, jobs: str = "new") -> bool:
        """Whether a view of a cohort was tested."""
        return bool(self._chosen(cohort, jobs)[0].any())

    def line(self, name: str, cohort: str, jobs: str) -> Line:
        """The figures of a recommender for a cohort (of COHORTS) and some jobs (of JOBS)."""
        mask, bootstrap = self._chosen(cohort, jobs)
        ranks = self._ranks(name, jobs)[mask]
        return Line(
            name,
            cohort,
            jobs,
            views=int(mask.sum()),
            people=len(np.unique(self._persons[mask])),
            ndcg=bootstrap.mean(ndcgs(ranks)),
            graded=bootstrap.mean(ndcgs(ranks), self._grade[mask]),
            hit_rate=bootstrap.mean(hits(ranks)),
            mrr=bootstrap.mean(reciprocals(ranks)),
        )

    def _both(
        self, name: str, other: str, cohort: str, jobs: str
    ) -> tuple[Bootstrap, FloatArray, FloatArray]:
        mask, bootstrap = self._chosen(cohort, jobs)
        mine, theirs = (ndcgs(self._ranks(each, jobs)[mask]) for each in (name, other))
        return bootstrap, mine, theirs

    def ratio(self, name: str, other: str, cohort: str, jobs: str = "new") -> Interval:
        """NDCG@10 of one recommender by that of another, over the same people."""
        bootstrap, mine, theirs = self._both(name, other, cohort, jobs)
        return bootstrap.ratio(mine, theirs)

    def difference(self, name: str, other: str, cohort: str, jobs: str = "new") -> Interval:
        """The paired difference of NDCG@10 of two recommenders, over the same people."""
        bootstrap, mine, theirs = self._both(name, other, cohort, jobs)
        return bootstrap.difference(mine, theirs)

    def spread(self, name: str, jobs: str) -> Spread:
        """What a recommender shows of the board, in the mean of the runs."""
        number = self.names.index(name)
        every = [spread_of(run.ranked[number], run, jobs) for run in self.runs]
        return Spread(name, jobs, *(float(np.mean(each)) for each in zip(*every, strict=True)))

    def lines(self) -> list[Line]:
        """Every recommender with every cohort that has a view, for new jobs and for all."""
        return [
            self.line(name, cohort, jobs)
            for jobs in JOBS
            for cohort in COHORTS
            if self.has(cohort, jobs)
            for name in self.names
        ]


def spread_of(ranked: Ranked, run: Tested, jobs: str) -> tuple[float, float, float]:
    """Coverage, Gini and novelty of what was among the first ten of one run."""
    counts = ranked.shown_new if jobs == "new" else ranked.shown_all
    bits = ranked.novelty_new if jobs == "new" else ranked.novelty_all
    shown = np.zeros(max(run.available, len(counts)), dtype=np.int64)
    shown[: len(counts)] = list(counts.values())
    return coverage(shown, run.available), gini(shown), float(np.mean(bits)) if bits else 0.0
