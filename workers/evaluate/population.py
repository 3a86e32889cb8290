"""Draws the jobs and the people of a world: everything that is true of them, as arrays."""

from dataclasses import dataclass

import numpy as np

from workers.evaluate.arrays import BoolArray, FloatArray, IntArray
from workers.evaluate.parameters import START_MS, WorldParameters
from workers.evaluate.recording import MS_PER_DAY
from workers.evaluate.vocabulary import cities, occupations

STYLES = ("full-time", "part-time", "remote")
STYLE_SHARES = (0.6, 0.3, 0.1)
GROUPS_OF_A_PERSON = (0.5, 0.3, 0.2)  # shares of people with one, two and three occupations
SAME_FAMILY = 0.6  # of a person's further occupations
MOST_SESSIONS = 12


@dataclass
class WorldJobs:
    """The jobs, in the order of their posting. `closes` changes when a job is filled."""

    posted: IntArray
    closes: IntArray
    group: IntArray
    city: IntArray
    region: IntArray
    language: IntArray  # 0 English, 1 Japanese
    style: IntArray
    pay: FloatArray  # in standard deviations
    latent: FloatArray
    attraction: FloatArray
    shelf: FloatArray  # the place of a job in lists that have no order of their own


@dataclass
class WorldPeople:
    """The people. `tastes[p]` and `deciding[p]` have a row per session of `sessions[p]`, its begin."""

    city: IntArray
    region: IntArray
    reads: BoolArray  # by language
    style: IntArray
    pay: FloatArray
    latent: FloatArray
    deciding_latent: FloatArray
    sessions: list[IntArray]
    views: list[list[int]]  # wanted, by session
    tastes: list[FloatArray]
    deciding: list[FloatArray]


def zipf(count: int, rng: np.random.Generator) -> FloatArray:
    """Shares of `count` things whose sizes fall with their rank, with some noise."""
    sizes: FloatArray = (1.0 / np.arange(1, count + 1)) * rng.lognormal(0, 0.3, count)
    return np.asarray(sizes / sizes.sum())


def city_shares(rng: np.random.Generator) -> FloatArray:
    """How much of the world is in each city: by region, then by the city's rank in it."""
    region = np.array([city.region for city in cities()])
    regions = zipf(int(region.max()) + 1, rng) ** 0.7
    shares = np.zeros(len(region))
    for number in range(len(regions)):
        inside = np.flatnonzero(region == number)
        shares[inside] = regions[number] * zipf(len(inside), rng)
    return np.asarray(shares / shares.sum())


def draw_jobs(world: WorldParameters, shares: FloatArray, rng: np.random.Generator) -> WorldJobs:
    """Jobs that are posted all day, and the stock that is open at the start."""
    low, high = world.lifetime_days

    def lifetimes(count: int) -> FloatArray:
        drawn = rng.lognormal(np.log(world.lifetime_median_days), world.lifetime_deviation, count)
        return np.clip(drawn, low, high)

    per_day = world.open_jobs / lifetimes(10_000).mean()
    count = int(per_day * (world.days + high))
    posted = np.sort(rng.uniform(-high, world.days, count))
    closes = posted + lifetimes(count)
    kept = closes > 0
    posted, closes = posted[kept], closes[kept]
    count = len(posted)
    city = rng.choice(len(shares), count, p=shares)
    groups = zipf(len(occupations()), rng) ** 0.5
    return WorldJobs(
        posted=(START_MS + posted * MS_PER_DAY).astype(np.int64),
        closes=(START_MS + closes * MS_PER_DAY).astype(np.int64),
        group=rng.permutation(len(groups))[rng.choice(len(groups), count, p=groups / groups.sum())],
        city=city,
        region=np.array([place.region for place in cities()])[city],
        language=(rng.random(count) < world.japanese_jobs).astype(np.int64),
        style=rng.choice(len(STYLES), count, p=STYLE_SHARES),
        pay=rng.normal(size=count),
        latent=rng.normal(size=(count, world.latent_dims)),
        attraction=rng.normal(0, world.attraction, count)
        + world.campaign_appeal * (rng.random(count) < world.campaigns),
        shelf=rng.random(count),
    )


def draw_people(world: WorldParameters, shares: FloatArray, rng: np.random.Generator) -> WorldPeople:
    """People who arrive evenly over the days, most of them for one session."""
    count = world.people
    city = rng.choice(len(shares), count, p=shares)
    bilingual = rng.random(count) < world.bilingual
    japanese = rng.random(count) < world.japanese_jobs
    latent = rng.normal(size=(count, world.latent_dims))
    own = rng.normal(size=latent.shape)
    same = world.deciding_correlation
    people = WorldPeople(
        city=city,
        region=np.array([place.region for place in cities()])[city],
        reads=np.stack([bilingual | ~japanese, bilingual | japanese], axis=1),
        style=rng.choice(len(STYLES), count, p=STYLE_SHARES),
        pay=rng.normal(size=count),
        latent=latent,
        deciding_latent=same * latent + np.sqrt(1 - same**2) * own,
        sessions=[],
        views=[],
        tastes=[],
        deciding=[],
    )
    for _ in range(count):
        _add_activity(world, people, rng)
    return people


def _add_activity(world: WorldParameters, people: WorldPeople, rng: np.random.Generator) -> None:
    """Draw the sessions of one person, and the taste in each of them."""
    count = 1 if rng.random() < world.one_session else min(1 + rng.geometric(0.4), MOST_SESSIONS)
    gaps = np.clip(rng.lognormal(np.log(world.gap_median_days), world.gap_deviation, count - 1), 0.03, 60)
    starts = rng.uniform(0, world.days) + np.concatenate(([0.0], np.cumsum(gaps)))
    starts = starts[starts < world.days]
    people.sessions.append((START_MS + starts * MS_PER_DAY).astype(np.int64))
    success = np.where(
        rng.random(len(starts)) < world.long_sessions, world.long_session_success, world.session_success
    )
    people.views.append([int(rng.geometric(share)) for share in success])
    taste = draw_taste(rng)
    jump = 0
    if len(starts) > 1 and rng.random() < world.career_changes:
        jump = int(rng.integers(1, len(starts)))
    tastes = [taste]
    for number in range(1, len(starts)):
        days = starts[number] - starts[number - 1]
        taste = draw_taste(rng) if number == jump else drifted(taste, world.drift_per_day, days, rng)
        tastes.append(taste)
    people.tastes.append(np.array(tastes))
    people.deciding.append(np.array([deciding_taste(each, world, rng) for each in tastes]))


def draw_taste(rng: np.random.Generator) -> FloatArray:
    """A mixture of one to three occupations, the further ones mostly of the first one's family."""
    every = occupations()
    first = int(rng.integers(len(every)))
    family = [number for number, each in enumerate(every) if each.family == every[first].family]
    chosen = [first]
    for _ in range(int(rng.choice(3, p=GROUPS_OF_A_PERSON))):
        pool = family if rng.random() < SAME_FAMILY else range(len(every))
        chosen.append(int(rng.choice(pool)))
    taste = np.zeros(len(every))
    np.add.at(taste, chosen, rng.dirichlet(np.full(len(chosen), 2.0)))
    return taste


def drifted(taste: FloatArray, per_day: float, days: float, rng: np.random.Generator) -> FloatArray:
    """The mixture after a random walk of its logarithms."""
    moved = taste * np.exp(rng.normal(0, per_day * np.sqrt(days), len(taste)))
    return np.asarray(moved / moved.sum())


def deciding_taste(taste: FloatArray, world: WorldParameters, rng: np.random.Generator) -> FloatArray:
    """The taste that decides: some occupations give their weight to another one of their family."""
    every = occupations()
    moved = taste.copy()
    for number in np.flatnonzero(taste):
        if rng.random() < 1 - world.deciding_correlation:
            family = [other for other, each in enumerate(every) if each.family == every[number].family]
            other = int(rng.choice(family))
            moved[number], moved[other] = moved[other], moved[number]
    return moved
