"""Steps through recorded behaviour in the order of time: each tested view is ranked before it is learnt.

The split is one time for everybody, all jobs that are open at that moment are ranked, and none is sampled:
leaks change the order of methods (Ji et al. 2010.11060, Hidasi and Czapp 2307.14951).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from workers.evaluate.arrays import FloatArray, IntArray
from workers.evaluate.metrics import GRADES, NOT_RANKED, TOP, novelty
from workers.evaluate.recording import MS_PER_DAY, Act, Recording
from workers.evaluate.threads import one_thread

SPLIT = 0.5  # the part of the acts that is only learnt


class Recommender(Protocol):
    """Something that ranks jobs and learns from acts, one after the other in the order of time."""

    name: str

    def learn(self, act: Act) -> None:
        """Take an act into account from now on."""

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        """The candidates, best first, for a person at a time (epoch ms); it may leave some out."""


class Openings:
    """Which jobs are open at a time."""

    def __init__(self, recording: Recording) -> None:
        self._posted = np.array([job.posted_at for job in recording.jobs], dtype=np.int64)
        self._closes = np.array([job.closes_at for job in recording.jobs], dtype=np.int64)

    def at(self, now: int) -> IntArray:
        """The open jobs, in the order of the recording."""
        return np.flatnonzero((self._posted <= now) & (self._closes > now))

    def between(self, start: int, end: int) -> int:
        """How many jobs are open at some time from `start` to `end`."""
        return int(np.count_nonzero((self._posted <= end) & (self._closes > start)))


@dataclass
class Ranked:
    """What one recommender made of the tested views: ranks from 1, NOT_RANKED for a job it left out.

    `new` counts only jobs that the person had not seen, and is NOT_RANKED for views of others; `shown` is how
    often each job was among the first TOP, and `novelty` the bits of each list (metrics.py).
    """

    name: str
    new: list[int] = field(default_factory=list)
    all: list[int] = field(default_factory=list)
    shown_new: Counter[int] = field(default_factory=Counter)
    shown_all: Counter[int] = field(default_factory=Counter)
    novelty_new: list[float] = field(default_factory=list)
    novelty_all: list[float] = field(default_factory=list)


@dataclass
class Tested:
    """The tested views, and what the recommenders made of them; `passed_over` counts the others."""

    name: str
    person: list[int] = field(default_factory=list)
    earlier: list[int] = field(default_factory=list)  # acts of the person before
    has_profile: list[bool] = field(default_factory=list)
    is_new: list[bool] = field(default_factory=list)  # whether the person had not seen the job
    grade: list[float] = field(default_factory=list)
    candidates: list[int] = field(default_factory=list)
    available: int = 0  # jobs that were open at some time of the tests
    ranked: list[Ranked] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


class Steps:
    """The state of one run: what everybody has done so far."""

    def __init__(self, recording: Recording, recommenders: Sequence[Recommender]) -> None:
        self.recording, self.recommenders = recording, recommenders
        self.openings = Openings(recording)
        self.seen: dict[int, set[int]] = {}
        self.acts_of: Counter[int] = Counter()
        self.views_of, self.views = np.zeros(len(recording.jobs)), 0
        self.tested = Tested(recording.name)
        self.tested.ranked = [Ranked(each.name) for each in recommenders]

    def test(self, act: Act, grade: float) -> None:
        """Let everybody rank the open jobs, and note where the viewed one is."""
        candidates = self.openings.at(act.at)
        if not (candidates == act.job).any():
            self.tested.passed_over["of a job that was not open"] += 1
            return
        seen = self.seen.get(act.person, set())
        tested = self.tested
        tested.person.append(act.person)
        tested.earlier.append(self.acts_of[act.person])
        tested.has_profile.append(self.recording.people[act.person].has_profile)
        tested.is_new.append(act.job not in seen)
        tested.grade.append(grade)
        tested.candidates.append(len(candidates))
        for recommender, ranked in zip(self.recommenders, tested.ranked, strict=True):
            order = recommender.rank(act.person, act.at, candidates)
            self._note(ranked, order, act.job, seen)

    def _note(self, ranked: Ranked, order: IntArray, job: int, seen: set[int]) -> None:
        unseen = order[~np.isin(order, list(seen))] if seen else order
        ranked.all.append(rank_of(job, order))
        ranked.new.append(rank_of(job, unseen))
        ranked.shown_all.update(order[:TOP].tolist())
        ranked.shown_new.update(unseen[:TOP].tolist())
        ranked.novelty_all.append(novelty(self.views_of[order[:TOP]], self.views, len(self.views_of)))
        ranked.novelty_new.append(novelty(self.views_of[unseen[:TOP]], self.views, len(self.views_of)))

    def learn(self, act: Act) -> None:
        """Let everybody learn an act."""
        for recommender in self.recommenders:
            recommender.learn(act)
        self.acts_of[act.person] += 1
        if act.kind == "viewed":
            self.seen.setdefault(act.person, set()).add(act.job)
            self.views_of[act.job] += 1
            self.views += 1


def rank_of(job: int, order: IntArray) -> int:
    """The place of a job in an order, from 1; NOT_RANKED if it is not in it."""
    found = np.flatnonzero(order == job)
    return int(found[0]) + 1 if len(found) else NOT_RANKED


def grades(acts: Sequence[Act]) -> FloatArray:
    """The grade of each act: of a view the best of what the person did with the job within a day from it on.

    A job that is put away, and neither saved nor applied for, is worth 0.
    """
    after: dict[tuple[int, int], list[Act]] = {}
    for act in acts:
        if act.kind != "viewed":
            after.setdefault((act.person, act.job), []).append(act)
    found = np.zeros(len(acts))
    for number, act in enumerate(acts):
        later = [
            GRADES[each.kind]
            for each in after.get((act.person, act.job), ())
            if 0 <= each.at - act.at <= MS_PER_DAY
        ]
        found[number] = max(later) if later else GRADES["viewed"]
    return found


def chosen(acts: Sequence[Act], split: float, most: int | None) -> set[int]:
    """The numbers of the views that are tested: those after the split, at most so many, evenly spread."""
    views = [number for number, act in enumerate(acts) if act.kind == "viewed"]
    later = np.array(views[int(len(views) * split) :], dtype=np.int64)
    if most is not None and most < len(later):
        later = later[np.linspace(0, len(later) - 1, most).astype(np.int64)]
    return set(later.tolist())


def step_through(
    recording: Recording,
    recommenders: Sequence[Recommender],
    split: float = SPLIT,
    most: int | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Tested:
    """Test and learn all acts in order. `most` bounds the tested views; `progress` gets the part done."""
    acts = recording.acts
    steps, tests, worth = Steps(recording, recommenders), chosen(acts, split, most), grades(acts)
    with one_thread():
        for number, act in enumerate(acts):
            if number in tests:
                steps.test(act, float(worth[number]))
            steps.learn(act)
            progress((number + 1) / len(acts))
    if tests:
        steps.tested.available = steps.openings.between(acts[min(tests)].at, acts[max(tests)].at)
    return steps.tested
