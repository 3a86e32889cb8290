"""What behaviour alone does not show of the generated worlds: tastes, supply, texts, switches."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from workers.evaluate.choice import Choices
from workers.evaluate.generator import World, generate
from workers.evaluate.parameters import TABLE_SEEDS, TUNING_SEEDS, WORLDS
from workers.evaluate.recording import MS_PER_DAY, Act
from workers.evaluate.texts import job_texts, people_texts
from workers.evaluate.vocabulary import occupations

SMALL = replace(WORLDS["half"], days=30, people=250, open_jobs=300)


@pytest.mark.parametrize("name", ["text", "latent", "half"])
def test_the_deciding_taste_is_not_the_browsing_taste(name: str) -> None:
    """Over the open jobs of a person the two correlate 0.6 to 0.8."""
    made = generate(replace(WORLDS[name], days=20, people=150), TUNING_SEEDS[0])
    choices = Choices(made.parameters, made.jobs, made.people)
    correlations = []
    for person in range(150):
        now = int(made.people.sessions[person][0])
        jobs = choices.readable(person, choices.open_jobs(now))
        browsing = choices.utility(person, now, jobs)
        deciding = choices.utility(person, now, jobs, deciding=True)
        correlations.append(float(np.corrcoef(browsing, deciding).flat[1]))

    assert 0.6 <= np.mean(correlations) <= 0.8


def test_jobs_open_all_day_and_live_three_weeks(world: World) -> None:
    """Lifetimes of 3 to 60 days, median about 21; some close early because they are filled."""
    planned = generate(replace(SMALL, filled_by_application=0.0), 1).jobs
    filled = generate(SMALL, 1).jobs
    days = (planned.closes - planned.posted) / MS_PER_DAY
    fresh = days[planned.posted > planned.posted.max() - 30 * MS_PER_DAY]  # the stock at the start is older

    assert fresh.min() >= 3 - 1e-6
    assert days.max() <= 60 + 1e-6
    assert 18 <= np.median(fresh) <= 24
    assert ((filled.closes - filled.posted) / MS_PER_DAY).mean() < days.mean()
    assert len(np.unique(world.jobs.posted // 3_600_000 % 24)) == 24


def test_views_are_of_open_jobs_in_a_language_of_the_person(world: World, views: list[Act]) -> None:
    """Nothing is viewed before it is posted, after it is closed, or by someone who cannot read it."""
    for act in views:
        job = world.recording.jobs[act.job]
        assert job.posted_at <= act.at < job.closes_at
        assert world.people.reads[act.person][world.jobs.language[act.job]]


def test_lists_are_looked_at_from_the_top_and_log_how_likely(views: list[Act]) -> None:
    """The first position is clicked most; its propensity is 1, the n-th one's 1/n."""
    found = [act for act in views if act.position is not None]
    positions = Counter(act.position for act in found)

    assert positions[0] > positions[1] > positions[5] > positions[20]
    assert all(act.propensity == pytest.approx(1 / (1 + (act.position or 0))) for act in found)


def test_tastes_drift_and_some_people_change_their_career(world: World) -> None:
    """Between two sessions the mixture moves a little; for 10 % it is another one."""
    moves = [np.abs(tastes[0] - tastes[-1]).sum() for tastes in world.people.tastes if len(tastes) > 1]
    several = [np.count_nonzero(tastes[0]) > 1 for tastes in world.people.tastes if len(tastes) > 1]

    assert 0.04 <= np.mean(np.array(moves) > 1) <= 0.16
    assert np.mean(np.array(moves)[several] > 0) == 1
    still = generate(replace(SMALL, drift_per_day=0.0, career_changes=0.0), 1).people
    assert all(np.allclose(tastes, tastes[0]) for tastes in still.tastes)


def test_half_of_the_jobs_are_japanese_and_a_fifth_of_the_people_read_both(world: World) -> None:
    """The rest of the people read one language."""
    assert world.jobs.language.mean() == pytest.approx(0.5, abs=0.03)
    assert world.people.reads.all(axis=1).mean() == pytest.approx(0.2, abs=0.03)
    assert world.people.reads.any(axis=1).all()


def test_texts_reveal_only_a_part(world: World) -> None:
    """Titles have synonyms; some say nothing of the occupation."""
    every = occupations()
    telling = [
        any(title in job.title for title in every[int(group)].titles[int(language)])
        for job, group, language in zip(
            world.recording.jobs, world.jobs.group, world.jobs.language, strict=True
        )
    ]

    assert 0.8 <= np.mean(telling) <= 0.92
    assert 0.2 <= np.mean([person.has_profile for person in world.recording.people]) <= 0.32


def test_the_latent_part_is_in_no_text() -> None:
    """Nothing that is written of jobs and people changes with it, or with the appeal to everybody."""
    made = generate(SMALL, 5)

    def written() -> tuple[object, object]:
        rng = np.random.default_rng(7)
        return job_texts(SMALL, made.jobs, rng), people_texts(SMALL, made.people, rng)

    before = written()
    for hidden in (made.jobs.latent, made.jobs.attraction, made.people.latent, made.people.deciding_latent):
        hidden[:] = -hidden
    assert written() == before
    made.jobs.group[:] = 0
    assert written() != before


def test_in_the_world_of_popularity_few_jobs_take_nearly_all_views() -> None:
    """Neither taste nor place counts there."""
    made = generate(replace(WORLDS["popularity"], days=40, people=600, open_jobs=600), 1)
    counts = np.sort(list(Counter(act.job for act in made.recording.acts).values()))[::-1]

    assert counts[: max(len(made.recording.jobs) // 50, 1)].sum() / counts.sum() > 0.5


def test_the_same_seed_makes_the_same_world() -> None:
    """And another one another."""
    assert generate(SMALL, 3).recording == generate(SMALL, 3).recording
    assert generate(SMALL, 3).recording.acts != generate(SMALL, 4).recording.acts


def test_the_four_worlds_and_the_seeds_are_what_they_were_frozen_as() -> None:
    """Text only, latent only, half and half, popularity; no seed of the table is one of tuning."""
    truths = {name: (world.text_weight > 0, world.latent_weight > 0) for name, world in WORLDS.items()}

    assert truths == {
        "text": (True, False),
        "latent": (False, True),
        "half": (True, True),
        "popularity": (False, False),
    }
    assert TUNING_SEEDS == (1, 2, 3)
    assert TABLE_SEEDS == (101, 102, 103, 104, 105)
