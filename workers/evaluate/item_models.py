"""The honest batch rivals: item-to-item by BM25 and a factorised matrix (ALS) of the library `implicit`.

Both are trained anew every day on all acts of the last 90 days. At the time of a ranking they get the acts of
the person up to that moment, so they lag only in what others did today. Without acts, and between equal
scores, recent popularity decides.
"""

import warnings
from collections import deque
from importlib import import_module
from typing import Any

import numpy as np

from workers.evaluate.arrays import FloatArray, IntArray
from workers.evaluate.recording import MS_PER_DAY, Act, Recording
from workers.evaluate.rivals import RecentViews, best_first, interest
from workers.evaluate.threads import one_thread

WINDOW_DAYS = 90
NEIGHBOURS = 50
FACTORS, REGULARISATION, ITERATIONS = 64, 0.01, 15
TIE = 1e-9  # weight of a view in the last days: below every difference of scores


class RivalsMissing(RuntimeError):
    """The libraries of the extra `evaluate` are not installed; the text says how to get them."""


def library(name: str) -> Any:
    """A module of `implicit` or `scipy`; RivalsMissing without it."""
    try:
        return import_module(name)
    except ImportError as error:
        hint = "pip install 'kairos[evaluate]', or leave them out with --without-implicit"
        raise RivalsMissing(f"the rivals BM25 and ALS need {name.split('.')[0]}: {hint}") from error


class DailyModel:
    """What both models share: the acts of the window, and a training when a new day begins."""

    name = ""

    def __init__(self, recording: Recording, seed: int = 0) -> None:
        self._shape = (len(recording.people), len(recording.jobs))
        self._acts: deque[Act] = deque()
        self._of_person: dict[int, dict[int, float]] = {}
        self._day = -1
        self._views = RecentViews(self._shape[1])
        self._ties = np.random.default_rng(seed)
        self._sparse = library("scipy.sparse")

    def learn(self, act: Act) -> None:
        """Remember an act; a job that is put away no longer speaks for others."""
        self._views.add(act)
        past = self._of_person.setdefault(act.person, {})
        if act.kind in ("rejected", "ignored"):
            past.pop(act.job, None)
        else:
            past[act.job] = past.get(act.job, 0.0) + interest(act) / 0.1
        self._acts.append(act)

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        """By the model of this day and the person's acts up to now."""
        if now // MS_PER_DAY != self._day:
            self._day = now // MS_PER_DAY
            self._retrain(now)
        past = self._of_person.get(person, {})
        scores = self._views.at(now)[candidates] * TIE
        if past:
            jobs = np.fromiter(past, np.int64, len(past))
            weights = np.fromiter(past.values(), np.float64, len(past))
            scores = scores + self.scores(jobs, weights, candidates)
        return best_first(candidates, scores, self._ties)

    def _retrain(self, now: int) -> None:
        while self._acts and self._acts[0].at < now - WINDOW_DAYS * MS_PER_DAY:
            self._acts.popleft()
        known = [(act.person, act.job, interest(act) / 0.1) for act in self._acts if interest(act) > 0]
        people, jobs, weights = zip(*known, strict=True) if known else ((), (), ())
        matrix = self._sparse.csr_matrix((weights, (people, jobs)), shape=self._shape, dtype=np.float32)
        self.train(matrix)

    def train(self, matrix: Any) -> None:
        """Train on the weights of people (rows) and jobs."""
        raise NotImplementedError

    def scores(self, jobs: IntArray, weights: FloatArray, candidates: IntArray) -> FloatArray:
        """A score of every candidate for a person with these acts."""
        raise NotImplementedError


class ItemToItem(DailyModel):
    """Neighbours by BM25, 50 for each job (`implicit.nearest_neighbours`)."""

    name = "implicit BM25, daily"

    def train(self, matrix: Any) -> None:
        """Find the neighbours of every job."""
        neighbours = library("implicit.nearest_neighbours")
        model = neighbours.BM25Recommender(K=NEIGHBOURS, num_threads=1)
        with warnings.catch_warnings(), one_thread():
            warnings.simplefilter("ignore")  # it converts its own weights to another form, and says so
            model.fit(matrix, show_progress=False)
        self._similarity = model.similarity

    def scores(self, jobs: IntArray, weights: FloatArray, candidates: IntArray) -> FloatArray:
        """The sum of the similarities to the person's jobs."""
        row = self._sparse.csr_matrix((weights, (np.zeros(len(jobs), int), jobs)), shape=(1, self._shape[1]))
        return np.asarray((row @ self._similarity).toarray()[0][candidates], dtype=np.float64)


class Factors(DailyModel):
    """Alternating least squares with 64 factors (`implicit.als`); the person's are solved for anew."""

    name = "implicit ALS, daily"

    def train(self, matrix: Any) -> None:
        """Find factors of the jobs that somebody has acted on; the others have none."""
        used = np.unique(matrix.indices)
        self._factors = np.zeros((self._shape[1], FACTORS))
        self._inner = np.eye(FACTORS) * REGULARISATION
        if not len(used):
            return
        with one_thread():
            model = library("implicit.als").AlternatingLeastSquares(
                FACTORS, REGULARISATION, iterations=ITERATIONS, num_threads=1, random_state=0
            )
        rows = np.unique(matrix.nonzero()[0])
        with one_thread():
            model.fit(matrix[rows][:, used].tocsr(), show_progress=False)
        self._factors[used] = np.asarray(model.item_factors)
        self._inner = self._factors[used].T @ self._factors[used] + self._inner

    def scores(self, jobs: IntArray, weights: FloatArray, candidates: IntArray) -> FloatArray:
        """Factors of the person by least squares (Hu, Koren and Volinsky 2008), times those of the jobs."""
        mine = self._factors[jobs]
        left = self._inner + mine.T @ (mine * np.maximum(weights - 1.0, 0.0)[:, None])
        person = np.linalg.solve(left, mine.T @ np.maximum(weights, 1.0))
        return np.asarray(self._factors[candidates] @ person)
