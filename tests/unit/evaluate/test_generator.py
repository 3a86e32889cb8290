"""The generated worlds behave as the real job board did whose figures are in the comments."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from workers.evaluate.generator import World
from workers.evaluate.parameters import WORLDS
from workers.evaluate.recording import MS_PER_DAY, Act

SMALL = replace(WORLDS["half"], days=40, people=400, open_jobs=400)
HALF_HOUR_MS = 30 * 60 * 1000


def sessions_of(views: list[Act]) -> list[list[Act]]:
    """Views of one person without a gap of half an hour."""
    by_person: dict[int, list[Act]] = {}
    for act in views:
        by_person.setdefault(act.person, []).append(act)
    found = []
    for acts in by_person.values():
        found.append([acts[0]])
        for before, act in pairwise(acts):
            if act.at - before.at > HALF_HOUR_MS:
                found.append([])
            found[-1].append(act)
    return found


def test_activity_of_people_is_heavy_tailed(views: list[Act]) -> None:
    """Real: median 2, 75 % 4, 90 % 8, 99 % 21 views, one view 33 %, 5 or more 23 %."""
    counts = np.array(list(Counter(act.person for act in views).values()))

    median, high, highest = np.quantile(counts, [0.5, 0.9, 0.99])
    assert median == 2
    assert 6 <= high <= 9
    assert 16 <= highest <= 27
    assert 0.25 <= (counts == 1).mean() <= 0.42
    assert 0.15 <= (counts >= 5).mean() <= 0.28


def test_a_few_jobs_take_many_views(views: list[Act]) -> None:
    """Real: the median job has 1 view, 99 % 8; the top 1 % take 10.1 %, the top 10 % 31 %."""
    counts = np.sort(list(Counter(act.job for act in views).values()))[::-1]

    assert np.median(counts) == 1
    assert 6 <= np.quantile(counts, 0.99) <= 14
    assert 0.06 <= counts[: len(counts) // 100].sum() / counts.sum() <= 0.14
    assert 0.26 <= counts[: len(counts) // 10].sum() / counts.sum() <= 0.38


def test_half_of_the_views_are_of_jobs_that_nobody_saw_before(world: World, views: list[Act]) -> None:
    """Real: 57 % are; which leaves more than half of all jobs without any view."""
    jobs = {act.job for act in views}

    assert 0.42 <= len(jobs) / len(views) <= 0.65
    assert 0.5 <= 1 - len(jobs) / len(world.recording.jobs) <= 0.75


def test_people_come_back_to_jobs_they_have_not_decided_on(views: list[Act]) -> None:
    """Real: 27.9 % of the views repeat a pair."""
    pairs = {(act.person, act.job) for act in views}

    assert 0.2 <= 1 - len(pairs) / len(views) <= 0.34


def test_people_look_around_their_place(world: World, views: list[Act]) -> None:
    """Real: the next view is in the same city for 67 %, in the same state for 96 %."""
    last: dict[int, int] = {}
    same_city, same_region = [], []
    for act in views:
        if act.person in last:
            same_city.append(world.jobs.city[act.job] == world.jobs.city[last[act.person]])
            same_region.append(world.jobs.region[act.job] == world.jobs.region[last[act.person]])
        last[act.person] = act.job

    assert 0.58 <= np.mean(same_city) <= 0.78
    assert 0.88 <= np.mean(same_region) <= 0.99


def test_sessions_are_short_and_the_next_one_is_soon_or_late(views: list[Act]) -> None:
    """Real: median 2, 90 % 7, 99 % 16 views; days to the next 0.06 (25 %), 0.7 (50 %), 4.7 (75 %)."""
    sessions = sessions_of(views)
    sizes = [len(session) for session in sessions]
    gaps = [
        (after[0].at - before[-1].at) / MS_PER_DAY
        for before, after in pairwise(sessions)
        if after[0].person == before[0].person
    ]

    assert np.median(sizes) == 2
    assert 4 <= np.quantile(sizes, 0.9) <= 8
    assert 12 <= np.quantile(sizes, 0.99) <= 22
    quarter, median, three_quarters = np.quantile(gaps, [0.25, 0.5, 0.75])
    assert quarter < 0.3
    assert 0.3 < median < 1.5
    assert 2 < three_quarters < 8


def test_seconds_of_views_have_a_long_tail(views: list[Act]) -> None:
    """Real: 10 % 5, 25 % 14, median 36, 75 % 90, 90 % 334 seconds; 2 % over an hour."""
    seconds = np.array([act.seconds for act in views], dtype=float)

    low, median, high = np.quantile(seconds, [0.1, 0.5, 0.9])
    assert 3 <= low <= 9
    assert 28 <= median <= 44
    assert 220 <= high <= 450
    assert 0.01 <= (seconds > 3600).mean() <= 0.045


def test_acts_have_the_shares_of_a_real_board(world: World) -> None:
    """Real (XING): 81 % clicks, 12 % deletes, 5 % replies, 2 % bookmarks."""
    kinds = Counter(act.kind for act in world.recording.acts)
    share = {kind: count / kinds.total() for kind, count in kinds.items()}

    assert share["viewed"] == pytest.approx(0.81, abs=0.02)
    assert share["rejected"] + share["ignored"] == pytest.approx(0.12, abs=0.02)
    assert share["applied"] == pytest.approx(0.05, abs=0.012)
    assert share["saved"] == pytest.approx(0.02, abs=0.008)


def test_liked_jobs_are_looked_at_longer(world: World, views: list[Act]) -> None:
    """Applications follow longer views, rejections shorter ones."""
    seconds: dict[tuple[int, int], float] = {(act.person, act.job): act.seconds or 0 for act in views}

    def median(kind: str) -> float:
        found = [seconds[act.person, act.job] for act in world.recording.acts if act.kind == kind]
        return float(np.median(found))

    assert median("applied") > 1.3 * median("rejected")
