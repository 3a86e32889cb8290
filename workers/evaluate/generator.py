"""Makes up the behaviour of a job board: one world, one seed, the same acts every time.

Nothing in here looks at a recommender: people find jobs through the lists of the board (choice.py).
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from workers.evaluate.choice import Choices
from workers.evaluate.parameters import WORLDS, WorldParameters
from workers.evaluate.population import WorldJobs, WorldPeople, city_shares, draw_jobs, draw_people
from workers.evaluate.recording import Act, ActKind, Recording
from workers.evaluate.texts import job_texts, people_texts

TRIES = 40  # lists that are looked at before a session ends
LOOK_MEDIAN, LOOK_DEVIATION, LOOK_LIKING = 31.0, 1.35, 0.35  # seconds of a view, and how liking shows in them
FORGOTTEN_SECONDS = (300.0, 45_000.0)
READ_AT_MOST = 600  # seconds until a person goes on, whatever the clock of the page says
WARM_UP = 20  # views before a person's liking is told from the others'


@dataclass(frozen=True)
class World:
    """A world: what is recorded of it, and the truth behind it."""

    recording: Recording
    parameters: WorldParameters
    jobs: WorldJobs
    people: WorldPeople


@dataclass
class Liking:
    """Says by how many deviations a job is worth more than those that were viewed before (Welford)."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def of(self, value: float) -> float:
        """Deviations from the mean so far; then the value counts too."""
        deviation = np.sqrt(self.squares / self.count) if self.count > WARM_UP else 0.0
        liking = (value - self.mean) / deviation if deviation > 0 else 0.0
        self.count += 1
        before = value - self.mean
        self.mean += before / self.count
        self.squares += before * (value - self.mean)
        return float(np.clip(liking, -3, 3))


class Behaviour:
    """Draws views and what follows from them, one after the other."""

    def __init__(
        self, world: WorldParameters, jobs: WorldJobs, people: WorldPeople, rng: np.random.Generator
    ) -> None:
        self.world, self.jobs, self.rng = world, jobs, rng
        self.choices = Choices(world, jobs, people)
        self.liking = Liking()
        self.gone: set[int] = set()
        self.acts: list[Act] = []

    def view(self, person: int, now: int) -> int | None:
        """One view and what follows; the time at which the person goes on, None when nothing is found."""
        found = self._returned(person, now) or self._found(person, now)
        if found is None:
            return None
        self.choices.observe_view(person, found.job, now)
        value = self.choices.utility(person, now, np.array([found.job]), deciding=True)[0]
        liking = self.liking.of(float(value))
        seconds = self._seconds(liking)
        self.acts.append(replace(found, seconds=seconds))
        after = now + int(1000 * min(seconds, READ_AT_MOST))
        self._decide(person, found.job, after, liking)
        return after + int(self.rng.uniform(3_000, 60_000))

    def _returned(self, person: int, now: int) -> Act | None:
        """A view of a job that the person has seen before and not decided on; None if they do not go back."""
        jobs, chances = self.choices.revisits(person, now)
        if not len(jobs) or self.rng.random() >= self.world.repeats:
            return None
        return Act(person, int(self.rng.choice(jobs, p=chances)), "viewed", now, source="direct")

    def _found(self, person: int, now: int) -> Act | None:
        """A view of a job in a list; None if nothing in many lists is clicked."""
        lists = self.choices.lists(person, now)
        if not lists:
            return None
        shares = np.array([share for _, share, _ in lists])
        shares /= shares.sum()
        for _ in range(TRIES):
            name, _, shown = lists[int(self.rng.choice(len(lists), p=shares))]
            reach = np.cumsum(self.choices.clicks(person, now, shown))
            position = int(np.searchsorted(reach, self.rng.random(), "right"))
            if position < len(shown):
                looks = self.choices.looks(position)
                return Act(
                    person, int(shown[position]), "viewed", now, None, name, position, propensity=looks
                )
        return None

    def _seconds(self, liking: float) -> float:
        """How long a view lasts: longer for liked jobs, and very long in a forgotten tab."""
        if self.rng.random() < self.world.forgotten_tabs:
            low, high = np.log(FORGOTTEN_SECONDS)
            return round(float(np.exp(self.rng.uniform(low, high))), 1)
        noise = np.sqrt(LOOK_DEVIATION**2 - LOOK_LIKING**2) * self.rng.normal()
        return round(float(LOOK_MEDIAN * np.exp(LOOK_LIKING * liking + noise)), 1)

    def _decide(self, person: int, job: int, at: int, liking: float) -> None:
        """Perhaps apply, save, or put away: the means over all views are those of the world."""
        world = self.world
        chances = (
            world.applied * np.exp(0.8 * liking - 0.32),
            world.saved * np.exp(0.5 * liking - 0.125),
            world.dismissed * np.exp(-0.6 * liking - 0.18),
        )
        number = int(np.searchsorted(np.cumsum(chances), self.rng.random(), "right"))
        if number == len(chances):
            return
        dismissal: ActKind = "rejected" if self.rng.random() < 2 / 3 else "ignored"
        kinds: tuple[ActKind, ...] = ("applied", "saved", dismissal)
        self.acts.append(Act(person, job, kinds[number], at))
        if kinds[number] != "saved":
            self.choices.decide(person, job)
        if kinds[number] == "applied":
            self._after_application(person, job, at)

    def _after_application(self, person: int, job: int, at: int) -> None:
        """The job may be filled, and the person may leave for good."""
        if self.rng.random() < self.world.filled_by_application:
            self.jobs.closes[job] = min(int(self.jobs.closes[job]), at + 1)
        if self.rng.random() < self.world.leave_after_application:
            self.gone.add(person)


def generate(
    parameters: WorldParameters, seed: int, progress: Callable[[float], None] = lambda _: None
) -> World:
    """A world with its acts; `progress` is called with the part of the sessions that is done."""
    number = list(WORLDS).index(parameters.name) if parameters.name in WORLDS else len(WORLDS)
    rng = np.random.default_rng([seed, number])
    shares = city_shares(rng)
    jobs, people = draw_jobs(parameters, shares, rng), draw_people(parameters, shares, rng)
    behaviour = Behaviour(parameters, jobs, people, rng)
    # time, person, views that are left in the session
    waiting = [
        (int(start), person, wanted)
        for person, starts in enumerate(people.sessions)
        for start, wanted in zip(starts, people.views[person], strict=True)
    ]
    heapq.heapify(waiting)
    total, done = len(waiting), 0
    while waiting:
        now, person, wanted = heapq.heappop(waiting)
        after = None if person in behaviour.gone else behaviour.view(person, now)
        if after is not None and wanted > 1:
            heapq.heappush(waiting, (after, person, wanted - 1))
        else:
            done += 1
            progress(done / total)
    acts = tuple(sorted(behaviour.acts, key=lambda act: act.at))
    recording = Recording(
        jobs=job_texts(parameters, jobs, rng),
        people=people_texts(parameters, people, rng),
        acts=acts,
        name=f"{parameters.name}, seed {seed}",
    )
    return World(recording, parameters, jobs, people)
