"""Everybody together on small worlds: the order of the methods is what the world was made for."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.evaluate.recordings import START, job, view
from workers.evaluate.feed_board import job_vectors
from workers.evaluate.figures import COHORTS, Figures
from workers.evaluate.generator import World, generate
from workers.evaluate.kairos import KAIROS, DocumentVector, KairosFeed
from workers.evaluate.lineup import PLACE, POPULAR, bars, lineup
from workers.evaluate.parameters import WORLDS
from workers.evaluate.places import UNKNOWN, PlaceCodes
from workers.evaluate.recording import RecordedPerson, Recording
from workers.evaluate.rivals import Shuffled
from workers.evaluate.stepping import step_through
from workers.recommend.policy import FeedPolicy
from workers.recommend.table_embedder import TableEmbedder

EMBEDDER, POLICY = TableEmbedder(), FeedPolicy()
SHUFFLED = "Kairos, people shuffled"


def small(name: str) -> World:
    """A world of 30 days with many sessions, so that there are regulars."""
    parameters = replace(WORLDS[name], days=30, people=350, open_jobs=300, one_session=0.4)
    return generate(parameters, 11)


def figures_of(world: World) -> Figures:
    everybody = lineup(world.recording, EMBEDDER, POLICY, world, with_implicit=False)
    return Figures([step_through(world.recording, everybody, most=120)])


@pytest.fixture(scope="module")
def half() -> Figures:
    return figures_of(small("half"))


@pytest.fixture(scope="module")
def popularity() -> Figures:
    return figures_of(small("popularity"))


def ndcg(figures: Figures, name: str, jobs: str = "new") -> float:
    return figures.line(name, "everybody", jobs).ndcg.value


@pytest.mark.parametrize("jobs", ["new", "all"])
def test_the_oracle_is_above_all(half: Figures, popularity: Figures, jobs: str) -> None:
    """Surely, in each world."""
    for figures in (half, popularity):
        for name in figures.names:
            if name != "oracle":
                assert figures.difference("oracle", name, "everybody", jobs).low > 0


def test_random_is_below_what_knows_anything(half: Figures) -> None:
    """About ten of 300 jobs are right by chance."""
    assert ndcg(half, "random") < 0.03
    assert half.difference(PLACE, "random", "everybody").low > 0


def test_place_helps_where_people_look_around_and_not_where_popularity_is_everything(
    half: Figures, popularity: Figures
) -> None:
    """The worlds tell the rivals apart."""
    assert half.difference(PLACE, POPULAR, "everybody").low > 0
    assert popularity.difference(POPULAR, PLACE, "everybody").low > 0


def test_kairos_is_better_than_popularity_and_shuffled_people_are_not(half: Figures) -> None:
    """What is left of the feed without the right person is what fits all."""
    assert half.difference(KAIROS, POPULAR, "everybody").low > 0
    assert half.difference(KAIROS, SHUFFLED, "everybody").low > 0
    assert ndcg(half, SHUFFLED) < ndcg(half, POPULAR) + 0.02


def test_every_cohort_has_its_line_and_its_bar(half: Figures) -> None:
    """Views of cohorts add up; a bar names the best of its rivals."""
    views = {cohort: half.line(KAIROS, cohort, "new").views for cohort in COHORTS}

    assert views["newcomers"] == views["newcomers with a profile"] + views["newcomers without"]
    assert views["everybody"] == views["newcomers"] + views["1-4 acts"] + views["regulars"]
    assert min(views.values()) > 0
    asked = {(bar.cohort, bar.least): bar for bar in bars(half)}
    assert asked["regulars", 1.2].against == PLACE
    assert {("newcomers with a profile", 1.0), ("newcomers without", 0.95), ("everybody", 1.0)} <= set(asked)
    regulars = asked["regulars", 1.2]
    assert regulars.met == (regulars.ratio.value >= 1.2)


def test_runs_with_other_seeds_are_pooled_and_their_people_are_others(half: Figures) -> None:
    """Twice the same run: twice the people, the same mean."""
    twice = Figures([*half.runs, *half.runs])

    once, both = half.line(KAIROS, "regulars", "new"), twice.line(KAIROS, "regulars", "new")
    assert (both.views, both.people) == (2 * once.views, 2 * once.people)
    assert both.ndcg.value == pytest.approx(once.ndcg.value)
    assert both.ndcg.high - both.ndcg.low < once.ndcg.high - once.ndcg.low


def recorded(*acts_of: tuple[int, int, str]) -> Recording:
    """Five jobs, two people, of whom the second has a profile; acts as person, job, kind."""
    jobs = (
        job("nurse", title="Registered Nurse", location="Shibuya, Tokyo"),
        job("ward", title="Ward Nurse", location="東京都渋谷区"),
        job("cook", title="Line Cook", location="Sapporo, Hokkaido"),
        job("chef", title="Sous Chef", location="Sapporo, Hokkaido"),
        job("driver", title="Truck Driver"),
    )
    acts = [view(person, of, number, None, kind) for number, (person, of, kind) in enumerate(acts_of)]  # type: ignore[arg-type]
    people = RecordedPerson("mia"), RecordedPerson("kenji", text="看護師の仕事", place="札幌市")
    return Recording(jobs, people, tuple(acts))


def feed_of(made: Recording) -> KairosFeed:
    feed = KairosFeed(made, job_vectors(made, EMBEDDER), EMBEDDER, POLICY)
    for act in made.acts:
        feed.learn(act)
    return feed


def test_kairos_ranks_what_is_like_what_was_applied_for_and_nothing_that_was_decided_on() -> None:
    """The other nurse's job is first; applied and rejected jobs are left out."""
    feed = feed_of(recorded((0, 0, "applied"), (0, 4, "rejected")))

    order = feed.rank(0, START + 3_600_000, np.arange(5))
    assert order[0] == 1
    assert set(order) == {1, 2, 3}


def test_kairos_reads_profiles_and_ranks_candidates_only() -> None:
    """A newcomer's words and place count; what is no candidate is not ranked."""
    feed = feed_of(recorded())

    by_words = feed.rank(1, START, np.array([1, 4]))
    by_place = feed.rank(1, START, np.array([3, 4]))
    assert by_words.tolist() == [1, 4]
    assert by_place.tolist() == [3, 4]


def test_kairos_learns_neighbours() -> None:
    """Somebody applied for a nurse's and a driver's job: the driver's rises for who likes the nurse's."""
    together = feed_of(recorded((1, 0, "applied"), (1, 4, "applied"), (0, 0, "saved")))
    apart = feed_of(recorded((1, 0, "applied"), (0, 4, "ignored"), (0, 0, "saved")))
    board = together._feed.board

    assert board.neighbours.named(board.row("driver") or 0)[0].tolist() == [board.row("nurse")]
    now = START + 3_600_000
    assert together.rank(0, now, np.array([2, 3, 4]))[0] == 4
    assert 4 not in apart.rank(0, now, np.array([2, 3, 4]))


def test_the_document_vector_knows_texts_only() -> None:
    """Of the same occupation in another language first; a person without anything gets any order."""
    made = recorded((0, 2, "saved"))
    vector = DocumentVector(made, job_vectors(made, EMBEDDER), EMBEDDER, POLICY)
    for act in made.acts:
        vector.learn(act)

    assert vector.rank(0, START + 3_600_000, np.array([0, 1, 3]))[0] == 3
    assert vector.rank(1, START, np.array([0, 2, 3]))[0] == 0


def test_places_are_one_in_both_writings() -> None:
    """Shibuya in Latin and Japanese letters; a job without a place has none."""
    codes = PlaceCodes(recorded())

    assert codes.cities[0] == codes.cities[1] != codes.cities[2]
    assert codes.regions[2] == codes.regions[3] == codes.home[1][1]
    assert codes.cities[4] == codes.regions[4] == UNKNOWN
    assert codes.home[0] == (UNKNOWN, UNKNOWN)


def test_shuffled_people_share_the_feed_that_learns() -> None:
    """So that each act is learnt once."""
    made = recorded((0, 0, "applied"))
    everybody = lineup(made, EMBEDDER, POLICY, with_implicit=False)

    assert [each.name for each in everybody if isinstance(each, Shuffled)] == [SHUFFLED]
    assert [each.name for each in everybody][-1] == KAIROS
