"""Diversity and exploration: propensities are exact, and a list is repeatable (facts/jobs.md §6.3, C13)."""

from collections import Counter

import numpy as np
import pytest

from tests.unit.recommend.boards import NOW, POLICY, TITLES, board_of, job, seeker
from workers.recommend.arms import arm, uniform
from workers.recommend.board import Board
from workers.recommend.candidates import allowed_rows, candidates
from workers.recommend.feed import ranking, recommend
from workers.recommend.pick import Picker
from workers.recommend.policy import FeedPolicy

SIZE = 12
PERSON = seeker(resume="Python developer", places=("Tokyo",))


def crowd() -> Board:
    """A board with sixty jobs, of which forty were shown to somebody."""
    board = board_of(*(job(str(number), title) for number, title in enumerate(TITLES * 5)))
    for number in range(40):
        board.shown(str(number))
    return board


def picker(board: Board, policy: FeedPolicy, before: tuple[str, ...]) -> Picker:
    """A list after some jobs."""
    of = ranking(PERSON, board, policy, NOW)
    return Picker(of, candidates(of, allowed_rows(of, PERSON.excluded)), SIZE, before)


def test_the_same_request_gives_the_same_list() -> None:
    """And another request another one."""
    board = crowd()
    lists = [recommend(PERSON, board, POLICY, NOW, request, size=SIZE) for request in ("a", "a", "b")]

    assert lists[0] == lists[1]
    assert [each.job_id for each in lists[0].jobs] != [each.job_id for each in lists[2].jobs]


def test_a_fifth_of_the_positions_is_explored_and_never_the_first() -> None:
    """Over many requests; the first position is the best job."""
    board = crowd()
    lists = [
        recommend(PERSON, board, POLICY, NOW, f"request {number}", size=SIZE).jobs for number in range(150)
    ]
    explored = [each.explored for jobs in lists for each in jobs[1:]]

    assert len({jobs[0].job_id for jobs in lists}) == 1
    assert all(jobs[0].propensity == 1.0 and not jobs[0].explored for jobs in lists)
    assert np.mean(explored) == pytest.approx(0.2, abs=0.04)
    assert {each.why.code for jobs in lists for each in jobs if each.explored} == {"discovery"}


def test_propensities_are_the_frequencies_over_requests() -> None:
    """At a position after a given list: what the number says is what happens."""
    before = ("0", "4", "12")
    draw = picker(crowd(), POLICY, before).draw()
    assert draw is not None
    times = 20_000
    drawn = Counter(draw.at(uniform(f"request {number}"))[0] for number in range(times))

    for candidate, count in drawn.items():
        expected = draw.propensity(candidate)
        assert count / times == pytest.approx(expected, abs=4 * (expected / times) ** 0.5)
    assert sum(map(draw.propensity, range(60))) == pytest.approx(1.0)


def test_the_draw_of_a_list_has_the_propensity_that_it_says() -> None:
    """Recomputed with the list above it, position by position."""
    board = crowd()
    jobs = recommend(PERSON, board, POLICY, NOW, "request", size=SIZE).jobs
    ids = [each.job_id for each in jobs]
    for position, each in enumerate(jobs):
        made = picker(board, POLICY, tuple(ids[:position]))
        draw, found = made.draw(), {board.ids[row]: at for at, row in enumerate(_rows(board))}
        assert draw is not None
        assert draw.propensity(found[each.job_id]) == pytest.approx(each.propensity)


def _rows(board: Board) -> list[int]:
    of = ranking(PERSON, board, POLICY, NOW)
    return [int(row) for row in candidates(of, allowed_rows(of, PERSON.excluded)).rows]


def test_exploration_only_shows_what_fits() -> None:
    """Not a job in a language or at a place that is known to be none of the person's."""
    board = board_of(
        *(job(f"near {number}", "Cook", location="Tokyo") for number in range(30)),
        *(job(f"far {number}", "Cook", location="Paris") for number in range(30)),
        *(job(f"other {number}", "調理師", location="Tokyo") for number in range(30)),
    )
    person = seeker(places=("Tokyo",), language="en")
    lists = [recommend(person, board, POLICY, NOW, str(number), size=SIZE) for number in range(50)]
    explored = {each.job_id.split()[0] for picks in lists for each in picks.jobs if each.explored}

    assert explored == {"near"}


def test_diversity_puts_something_else_in_between() -> None:
    """With λ = 1 the order is that of the scores; with less, one title does not come four times."""
    board = board_of(
        *(job(f"p{number}", "Python Developer") for number in range(5)),
        *(job(f"d{number}", "Data Engineer") for number in range(5)),
    )
    person = seeker(resume="Python Developer")

    def kinds(relevance: float) -> str:
        policy = FeedPolicy(exploration=0.0, relevance=relevance)
        return "".join(
            each.job_id[0] for each in recommend(person, board, policy, NOW, "request", size=4).jobs
        )

    assert kinds(1.0) == "pppp"
    assert "d" in kinds(0.5)


def test_c12_arms_are_split_by_a_hash_of_person_and_experiment() -> None:
    """Near the share, the same each time, and anew for another experiment."""
    half = FeedPolicy(personalized_share=0.5)
    other = FeedPolicy(personalized_share=0.5, experiment="second")
    people = [f"user_{number}" for number in range(2_000)]
    arms = [arm(person, half) for person in people]

    assert arms == [arm(person, half) for person in people]
    assert arms.count("personalized") == pytest.approx(1_000, abs=100)
    agreed = sum(one == arm(person, other) for one, person in zip(arms, people, strict=True))
    assert agreed == pytest.approx(1_000, abs=100)
    assert {arm(person, FeedPolicy()) for person in people} == {"personalized"}
    assert {arm(person, FeedPolicy(personalized_share=0.0)) for person in people} == {"popular"}
