"""The rivals, each on acts whose answer is plain."""

import sys

import numpy as np
import pytest

from tests.unit.evaluate.recordings import START, recording, view
from workers.evaluate.item_models import DailyModel, Factors, ItemToItem, RivalsMissing
from workers.evaluate.recording import MS_PER_DAY, Act
from workers.evaluate.rivals import PlacePopularity, Random, RecentPopularity, Shuffled, interest

DAY = 24 * 60  # minutes
EVERY = np.arange(4)


def taught(recommender: RecentPopularity | PlacePopularity | DailyModel, acts: list[Act]) -> None:
    for act in acts:
        recommender.learn(act)


def test_recent_popularity_forgets_after_a_week() -> None:
    """Two views of last week are none; one of today is first."""
    popular = RecentPopularity(recording(4, 3, []))
    taught(popular, [view(0, 1, 0), view(1, 1, 1), view(2, 3, 8 * DAY)])

    assert popular.rank(0, START + 1_000, EVERY)[0] == 1
    assert popular.rank(0, START + 8 * MS_PER_DAY, EVERY)[0] == 3


def test_equal_jobs_come_in_any_order() -> None:
    """No order of ids helps: each is first about as often."""
    chance, popular = Random(), RecentPopularity(recording(4, 1, []))
    for recommender in (chance, popular):
        firsts = [int(recommender.rank(0, START, EVERY)[0]) for _ in range(400)]
        assert min(np.bincount(firsts, minlength=4)) > 60


def test_the_same_place_comes_first_and_then_popularity() -> None:
    """Jobs 0 and 1 are in one city, 2 in its region, 3 elsewhere and most viewed."""
    cities, regions = np.array([1, 1, 2, 3]), np.array([10, 10, 10, 30])
    local = PlacePopularity(recording(4, 3, []), cities, regions, [(-1, -1), (3, 30), (-1, -1)])
    taught(local, [view(2, 3, 0), view(2, 3, 1), view(2, 3, 2), view(2, 1, 3)])

    now = START + 3_600_000
    assert local.rank(1, now, EVERY)[0] == 3  # the place of the profile
    assert local.rank(0, now, EVERY)[0] == 3  # nothing is known: the popular one
    local.learn(view(0, 0, 5))
    assert local.rank(0, now, EVERY).tolist() in ([1, 0, 2, 3], [0, 1, 2, 3])
    assert local.rank(0, now, EVERY)[2] == 2


def test_people_shuffled_get_what_another_one_would() -> None:
    """The order is that of somebody else."""

    class Own:
        name = "own"

        def learn(self, act: Act) -> None:
            raise AssertionError

        def rank(self, person: int, now: int, candidates: np.ndarray) -> np.ndarray:
            return np.array([person])

    shuffled = Shuffled(Own(), 50)
    shuffled.learn(view(0, 0, 0))
    asked = [int(shuffled.rank(person, START, EVERY)[0]) for person in range(50)]

    assert sorted(asked) == list(range(50))
    assert asked != list(range(50))


def test_interest_has_the_weights_of_the_feed() -> None:
    """clamp(seconds / 300, 0.1, 0.4); the least where nobody measured; nothing for putting away."""
    weights = [interest(view(0, 0, 0, seconds)) for seconds in (None, 3, 60, 600, 3.2e6)]

    assert weights == pytest.approx([0.1, 0.1, 0.2, 0.4, 0.4])
    assert [interest(view(0, 0, 0, None, kind)) for kind in ("applied", "saved", "rejected", "ignored")] == [
        0.5,
        0.4,
        0.0,
        0.0,
    ]


@pytest.mark.parametrize("kind", [ItemToItem, Factors])
def test_batch_rivals_find_what_the_same_people_like(kind: type[DailyModel]) -> None:
    """Jobs 0 and 1 go together, and 2 and 3; only what was learnt before today counts of others."""
    pytest.importorskip("implicit")
    acts = [view(person, job, person) for person in range(12) for job in ((0, 1) if person % 2 else (2, 3))]
    model = kind(recording(4, 20, []))
    taught(model, acts)
    tomorrow = START + MS_PER_DAY
    model.rank(19, tomorrow, EVERY)
    model.learn(view(15, 0, DAY + 1))

    assert model.rank(15, tomorrow + 120_000, np.array([1, 2, 3]))[0] == 1
    model.learn(view(16, 3, DAY + 1))
    assert model.rank(16, tomorrow + 120_000, np.array([0, 1, 2]))[0] == 2


@pytest.mark.parametrize("kind", [ItemToItem, Factors])
def test_batch_rivals_fall_back_to_recent_popularity(kind: type[DailyModel]) -> None:
    """For a person without acts, also on a board without any."""
    pytest.importorskip("implicit")
    model = kind(recording(4, 3, []))

    assert sorted(model.rank(0, START, EVERY)) == [0, 1, 2, 3]
    taught(model, [view(1, 2, 5), view(2, 2, 6)])
    assert model.rank(0, START + 600_000, EVERY)[0] == 2


def test_without_the_extra_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And how to do without."""
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)

    with pytest.raises(RivalsMissing, match=r"kairos\[evaluate\].*--without-implicit"):
        ItemToItem(recording(1, 1, []))
