"""The simple rivals of a feed: random, recent popularity, and recent popularity in the same place."""

from collections import deque
from collections.abc import Sequence

import numpy as np

from workers.evaluate.arrays import FloatArray, IntArray
from workers.evaluate.recording import MS_PER_DAY, Act, Recording
from workers.evaluate.stepping import Recommender

POPULAR_DAYS = 7.0
HALF_LIFE_DAYS = 30.0
CITY_SHARE, REGION_SHARE = 0.6, 0.4
VIEW_LEAST, VIEW_MOST, VIEW_SECONDS = 0.1, 0.4, 300.0
APPLIED, SAVED = 0.5, 0.4


def interest(act: Act) -> float:
    """What an act says of the person's interest, with the weights of the job feed; 0 for putting a job away.

    A view counts clamp(seconds / 300, 0.1, 0.4), the least when nobody measured it.
    """
    if act.kind == "viewed":
        return min(max((act.seconds or 0.0) / VIEW_SECONDS, VIEW_LEAST), VIEW_MOST)
    return {"applied": APPLIED, "saved": SAVED}.get(act.kind, 0.0)


def best_first(candidates: IntArray, scores: FloatArray, ties: np.random.Generator) -> IntArray:
    """The candidates by their scores, equal ones in a random order, so that no order of ids helps anybody."""
    return candidates[np.lexsort((ties.random(len(candidates)), -scores))]


class Random:
    """Any order."""

    name = "random"

    def __init__(self, seed: int = 0) -> None:
        self._ties = np.random.default_rng(seed)

    def learn(self, act: Act) -> None:
        """Nothing is learnt."""

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        """The candidates in a random order."""
        return best_first(candidates, np.zeros(len(candidates)), self._ties)


class RecentViews:
    """How often each job was viewed in the last days."""

    def __init__(self, jobs: int, days: float = POPULAR_DAYS) -> None:
        self._counts, self._days = np.zeros(jobs), days
        self._recent: deque[tuple[int, int]] = deque()

    def add(self, act: Act) -> None:
        """Count a view."""
        if act.kind == "viewed":
            self._recent.append((act.at, act.job))
            self._counts[act.job] += 1

    def at(self, now: int) -> FloatArray:
        """The counts of all jobs."""
        while self._recent and self._recent[0][0] < now - self._days * MS_PER_DAY:
            self._counts[self._recent.popleft()[1]] -= 1
        return self._counts


class RecentPopularity:
    """Jobs by their views in the last 7 days, the same for everybody."""

    name = "recent popularity"

    def __init__(self, recording: Recording, seed: int = 0) -> None:
        self._views = RecentViews(len(recording.jobs))
        self._ties = np.random.default_rng(seed)

    def learn(self, act: Act) -> None:
        """Count a view."""
        self._views.add(act)

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        """The most viewed first."""
        return best_first(candidates, self._views.at(now)[candidates], self._ties)


class PlacePopularity:
    """Jobs in the places of the person's earlier views or profile first, then by recent popularity.

    `cities` and `regions` have a number per job, `home` the pair of a person's profile; −1 is not known.
    """

    name = "same place, popular"

    def __init__(
        self,
        recording: Recording,
        cities: IntArray,
        regions: IntArray,
        home: Sequence[tuple[int, int]],
        seed: int = 0,
    ) -> None:
        self._views = RecentViews(len(recording.jobs))
        self._cities, self._regions, self._home = cities, regions, home
        self._past: dict[int, list[Act]] = {}
        self._ties = np.random.default_rng(seed)

    def learn(self, act: Act) -> None:
        """Count a view, and remember where it was."""
        self._views.add(act)
        if interest(act) > 0:
            self._past.setdefault(act.person, []).append(act)

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        """By the share of the person's places, in one place the most viewed first."""
        views = self._views.at(now)[candidates]
        return best_first(candidates, self.places(person, now, candidates) + views * 1e-6, self._ties)

    def places(self, person: int, now: int, candidates: IntArray) -> FloatArray:
        """How much of the person's decayed views is in each candidate's city (60 %) and region (40 %)."""
        past = self._past.get(person, [])
        weights = [0.5 ** ((now - act.at) / MS_PER_DAY / HALF_LIFE_DAYS) for act in past]
        places = [(int(self._cities[act.job]), int(self._regions[act.job])) for act in past]
        if not past:
            weights, places = [1.0], [self._home[person]]
        scores = np.zeros(len(candidates))
        for weight, (city, region) in zip(weights, places, strict=True):
            scores += weight * CITY_SHARE * ((self._cities[candidates] == city) & (city >= 0))
            scores += weight * REGION_SHARE * ((self._regions[candidates] == region) & (region >= 0))
        return np.asarray(np.round(scores / sum(weights), 5))


class Shuffled:
    """Asks another recommender of the line-up for somebody else: what is left is what fits all."""

    def __init__(self, of: Recommender, people: int, seed: int = 0) -> None:
        self._of = of
        self.name = f"{of.name}, people shuffled"
        self._other = np.random.default_rng(seed).permutation(people)

    def learn(self, act: Act) -> None:
        """The other one learns for itself."""

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        """What is ranked for somebody else."""
        return self._of.rank(int(self._other[person]), now, candidates)
