"""The job feed of Kairos as one of the recommenders, and the document's vector alone.

It is the code that serves the feed, on a board of its own: `workers.recommend` ranks, `workers.jobs` counts.
Exploration is off, since its draws cannot be the best guess; everything else is the policy that is given.
"""

from copy import copy

import numpy as np

from workers.evaluate.arrays import IntArray
from workers.evaluate.feed_board import FeedBoard, act_weight, in_order
from workers.evaluate.metrics import TOP
from workers.evaluate.recording import MS_PER_DAY, Act, Recording
from workers.evaluate.rivals import best_first
from workers.recommend.boost import boosts
from workers.recommend.candidates import allowed_rows, exact
from workers.recommend.embedding import Embedder, Vectors
from workers.recommend.feed import ranking, recommend
from workers.recommend.policy import FeedPolicy
from workers.recommend.popular import is_unknown
from workers.recommend.score import Parts
from workers.recommend.seeker import JobSeeker, KnownJob

KAIROS = "Kairos"
MOST_ACTS = 200  # of a person that are remembered


class Traces:
    """What each person did, and the person as the ranking sees them."""

    def __init__(self, recording: Recording, policy: FeedPolicy) -> None:
        self._recording, self._policy = recording, policy
        self._acts: dict[int, list[Act]] = {}

    def add(self, act: Act) -> None:
        """Remember an act."""
        acts = self._acts.setdefault(act.person, [])
        acts.append(act)
        del acts[:-MOST_ACTS]

    def newest_first(self, person: int) -> list[Act]:
        """The acts of a person."""
        return self._acts.get(person, [])[::-1]

    def seeker(self, person: int) -> JobSeeker:
        """The person with profile, jobs and exclusions."""
        who = self._recording.people[person]
        known: dict[int, dict[str, float | int]] = {}
        excluded = set()
        for act in self._acts.get(person, ()):
            job = known.setdefault(act.job, {"viewed_seconds": 0.0})
            job[f"{act.kind}_at"] = act.at
            if act.kind == "viewed":  # one that nobody measured is worth the least
                job["viewed_seconds"] += self._policy.min_view_seconds if act.seconds is None else act.seconds
            if act.kind in ("applied", "rejected", "ignored"):
                excluded.add(self._recording.jobs[act.job].id)
        jobs = [KnownJob(self._recording.jobs[job].id, **fields) for job, fields in known.items()]  # type: ignore[arg-type]
        return JobSeeker(
            id=who.id,
            resume=who.text or None,
            places=(who.place,) if who.place else (),
            language=who.language or None,
            jobs=tuple(reversed(jobs)),
            excluded=frozenset(excluded),
        )


class KairosFeed:
    """The feed with a policy."""

    def __init__(
        self,
        recording: Recording,
        vectors: Vectors,
        embedder: Embedder,
        policy: FeedPolicy,
    ) -> None:
        self.name = KAIROS
        self._policy = policy.model_copy(update={"exploration": 0.0})
        self._traces = Traces(recording, self._policy)
        self._feed = FeedBoard(recording, vectors, embedder, self._policy)
        self._numbers = {job.id: number for number, job in enumerate(recording.jobs)}

    def learn(self, act: Act) -> None:
        """A signal for the job, a trace of the person."""
        self._feed.learn(act, self._traces.newest_first(act.person))
        self._traces.add(act)

    def parts(self, person: int, now: int) -> tuple[IntArray, Parts]:
        """The jobs that could be shown to a person, and the parts of their scores; none for one unknown."""
        seeker = self._traces.seeker(person)
        of = ranking(seeker, self._feed.at(now), self._policy, now)
        if is_unknown(of.interests):
            return np.zeros(0, np.int64), {}
        rows = np.flatnonzero(allowed_rows(of, seeker.excluded))
        found = exact(of, rows, boosts(of), {}, len(rows))
        return np.array([self._numbers[str(of.board.ids[row])] for row in found.rows.tolist()]), found.parts

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        """The begin of the person's feed, so long that TOP jobs are new to them."""
        seeker = self._traces.seeker(person)
        picks = recommend(
            seeker,
            self._feed.at(now),
            self._policy,
            now,
            f"{seeker.id}:{now}",
            size=TOP + len(seeker.jobs),
            use_personalization=True,
        )
        return in_order(candidates, [self._numbers[pick.job_id] for pick in picks.jobs])


class OtherPoints:
    """The same feed on the same board, which learns there, with the points of another policy."""

    def __init__(self, of: KairosFeed, policy: FeedPolicy, name: str) -> None:
        self.name = name
        self._feed = copy(of)
        self._feed._policy = policy.model_copy(update={"exploration": 0.0})

    def learn(self, act: Act) -> None:
        """The other feed learns."""

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        """As the other feed does, with the other points."""
        return self._feed.rank(person, now, candidates)


class DocumentVector:
    """The document's own method alone: the résumé's vector plus those of the jobs, with its weights."""

    name = "content only"

    def __init__(
        self, recording: Recording, vectors: Vectors, embedder: Embedder, policy: FeedPolicy, seed: int = 0
    ) -> None:
        self._vectors, self._policy = vectors, policy
        self._base = embedder.embed([person.text for person in recording.people])
        self._acts: dict[int, list[Act]] = {}
        self._ties = np.random.default_rng(seed)

    def learn(self, act: Act) -> None:
        """Remember an act."""
        self._acts.setdefault(act.person, []).append(act)

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        """By the cosine with Σ weight · vector, weights halving in half_life_days within the window."""
        vector = self._base[person] * self._policy.weights.resume
        for act in self._acts.get(person, ()):
            days = (now - act.at) / MS_PER_DAY
            if days <= self._policy.window_days:
                weight = act_weight(act, self._policy) * 0.5 ** (days / self._policy.half_life_days)
                vector = vector + weight * self._vectors[act.job]
        scores = np.asarray(self._vectors[candidates] @ vector, dtype=np.float64)
        return best_first(candidates, scores, self._ties)
