"""How people of a world choose a job: what it is worth to them, which lists they see, how far they look.

The generator draws from these probabilities; the oracle ranks by them. A list is newest, popular, by keyword
or by the shelf, in the person's city, region or everywhere. A job in it is clicked by a logit with a no-click
mass, its weight falling with its position (conditional logit: McFadden 1974; position bias: Craswell 2008).
"""

from collections import deque
from collections.abc import Iterator

import numpy as np

from workers.evaluate.arrays import FloatArray, IntArray
from workers.evaluate.parameters import WorldParameters
from workers.evaluate.population import WorldJobs, WorldPeople
from workers.evaluate.recording import MS_PER_DAY
from workers.evaluate.vocabulary import occupations

OCCUPATION = 4.0  # utility of an occupation that is all of a person's taste
SAME_FAMILY = 0.35  # how much another occupation of the family counts
PAY, STYLE = 0.5, 0.5  # utility lost per deviation of pay below what is wanted; won by the wanted style
DETAILS, APPEAL = 2.5, 0.3  # how much pay and hours, and the appeal to everybody, count more when one decides
LATENT = 1.5  # deviation of the latent part
SAME_CITY, SAME_REGION = 1.0, 0.5
GOLDEN = 0.618  # a board without an order of its own begins elsewhere for each person
REVISIT_TASTE, REVISIT_RECENCY = 0.5, 0.7


class Choices:
    """What is clicked next in a world, given what has been clicked so far (`observe_view`, `decide`)."""

    def __init__(self, world: WorldParameters, jobs: WorldJobs, people: WorldPeople) -> None:
        self.world, self.jobs, self.people = world, jobs, people
        family = np.array([each.family for each in occupations()])
        self._likeness = np.where(family[:, None] == family[None, :], SAME_FAMILY, 0.0)
        np.fill_diagonal(self._likeness, 1.0)
        self._recent: deque[tuple[int, int]] = deque()
        self._clicks = np.zeros(len(jobs.posted))
        self._seen: dict[int, list[int]] = {}
        self._decided: dict[int, set[int]] = {}
        self._looks = np.arange(1, world.list_length + 1) ** -world.position_exponent

    def open_jobs(self, now: int) -> IntArray:
        """The jobs that are open, the newest first."""
        posted = int(np.searchsorted(self.jobs.posted, now, "right"))
        return np.flatnonzero(self.jobs.closes[:posted] > now)[::-1]

    def readable(self, person: int, jobs: IntArray) -> IntArray:
        """Those of the jobs that are in a language of the person."""
        return np.asarray(jobs[self.people.reads[person][self.jobs.language[jobs]]])

    def session_at(self, person: int, now: int) -> int:
        """The number of the person's session at a time."""
        return max(int(np.searchsorted(self.people.sessions[person], now, "right")) - 1, 0)

    def utility(self, person: int, now: int, jobs: IntArray, *, deciding: bool = False) -> FloatArray:
        """What the jobs are worth to a person who browses, or who decides."""
        world, mine, them = self.world, self.people, self.jobs
        tastes = mine.deciding[person] if deciding else mine.tastes[person]
        taste = self._likeness @ tastes[self.session_at(person, now)]
        details = STYLE * (them.style[jobs] == mine.style[person])
        details -= PAY * np.maximum(mine.pay[person] - them.pay[jobs], 0)
        text = OCCUPATION * taste[them.group[jobs]] + (DETAILS if deciding else 1.0) * details
        latent = (mine.deciding_latent if deciding else mine.latent)[person]
        hidden = LATENT * (them.latent[jobs] @ latent) / max(np.sqrt(world.latent_dims), 1)
        place = SAME_CITY * (them.city[jobs] == mine.city[person])
        place += SAME_REGION * (them.region[jobs] == mine.region[person])
        return np.asarray(
            world.text_weight * text
            + world.latent_weight * hidden
            + world.place_weight * place
            + (APPEAL if deciding else 1.0) * them.attraction[jobs]
        )

    def observe_view(self, person: int, job: int, now: int) -> None:
        """A view has happened: it counts for popularity, and the person has seen the job."""
        self._recent.append((now, job))
        self._clicks[job] += 1
        seen = self._seen.setdefault(person, [])
        if job in seen:
            seen.remove(job)
        seen.append(job)

    def decide(self, person: int, job: int) -> None:
        """The person has applied for the job, or put it away: they do not come back to it."""
        self._decided.setdefault(person, set()).add(job)

    def popularity(self, now: int) -> FloatArray:
        """Views of each job in the last days."""
        while self._recent and self._recent[0][0] < now - self.world.popular_days * MS_PER_DAY:
            self._clicks[self._recent.popleft()[1]] -= 1
        return self._clicks

    def scopes(self, person: int, jobs: IntArray) -> Iterator[tuple[float, IntArray]]:
        """The places in which a person looks: share and jobs."""
        world, them = self.world, self.jobs
        yield world.city_scope, jobs[them.city[jobs] == self.people.city[person]]
        yield world.region_scope, jobs[them.region[jobs] == self.people.region[person]]
        yield 1 - world.city_scope - world.region_scope, jobs

    def orders(self, person: int, now: int, jobs: IntArray) -> Iterator[tuple[str, float, IntArray]]:
        """The lists over some jobs (newest first): name, share, the jobs at its top."""
        world, length = self.world, self.world.list_length
        yield "newest", world.newest, jobs[:length]
        popular = np.argsort(-self.popularity(now)[jobs], kind="stable")
        yield "popular", world.popular, jobs[popular[:length]]
        shelf = (self.jobs.shelf[jobs] + GOLDEN * person) % 1
        yield "browse", world.browse, jobs[np.argsort(shelf)[:length]]
        taste = self.people.tastes[person][self.session_at(person, now)]
        for group in np.flatnonzero(taste) if world.keyword else ():
            likeness = self._likeness[group][self.jobs.group[jobs]]
            found = np.argsort(-likeness, kind="stable")[: np.count_nonzero(likeness)][:length]
            yield "search", world.keyword * float(taste[group]), jobs[found]

    def lists(self, person: int, now: int) -> list[tuple[str, float, IntArray]]:
        """All lists that a person may look at: name, share, jobs from the top."""
        jobs = self.readable(person, self.open_jobs(now))
        return [
            (name, share * part, shown)
            for share, inside in self.scopes(person, jobs)
            if share > 0 and len(inside)
            for name, part, shown in self.orders(person, now, inside)
            if part > 0 and len(shown)
        ]

    def clicks(self, person: int, now: int, shown: IntArray) -> FloatArray:
        """The probability of a click on each job of a list; what is missing to 1 is no click."""
        weights = self._looks[: len(shown)] * np.exp(self.utility(person, now, shown))
        seen = self._seen.get(person, ())
        weights[np.isin(shown, seen)] = 0.0
        return np.asarray(weights / (weights.sum() + np.exp(self.world.no_click)))

    def looks(self, position: int) -> float:
        """The probability that a position is looked at."""
        return float(self._looks[position])

    def revisits(self, person: int, now: int) -> tuple[IntArray, FloatArray]:
        """The open jobs to which a person may come back, and with which probabilities."""
        decided = self._decided.get(person, set())
        jobs = np.array(
            [job for job in self._seen.get(person, ()) if job not in decided and self.jobs.closes[job] > now],
            dtype=np.int64,
        )
        if not len(jobs):
            return jobs, np.zeros(0)
        recency = REVISIT_RECENCY ** np.arange(len(jobs))[::-1]
        weights = recency * np.exp(REVISIT_TASTE * self.utility(person, now, jobs))
        return jobs, weights / weights.sum()

    def probabilities(self, person: int, now: int) -> FloatArray:
        """The probability of every job of being the next that the person views."""
        chances = np.zeros(len(self.jobs.posted))
        for _, share, shown in self.lists(person, now):
            np.add.at(chances, shown, share * self.clicks(person, now, shown))
        total = chances.sum()
        jobs, back = self.revisits(person, now)
        if total > 0:
            chances *= (1 - self.world.repeats if len(jobs) else 1.0) / total
        chances[jobs] += self.world.repeats * back
        return chances
