"""Marginal relevance: what is compared late has the same value as if everything had been compared at once."""

import numpy as np
import pytest

from tests.unit.recommend.boards import EMBEDDER, NOW, TITLES, board_of, job, seeker
from workers.recommend.board import Board
from workers.recommend.candidates import Candidates, allowed_rows, candidates
from workers.recommend.feed import ranking
from workers.recommend.pick import CHOSEN_FROM, pick
from workers.recommend.policy import FeedPolicy
from workers.recommend.relevance import STEP, MarginalRelevance

PERSON = seeker(resume="Python developer and cook")
KINDS = ("", "Senior", "Junior", "Tokyo", "Night", "Part time", "Lead", "Assistant")


def crowd(times: int) -> Board:
    """Jobs of each title in several kinds, each of them several times."""
    titles = [f"{kind} {title}" for kind in KINDS for title in TITLES] * times
    return board_of(*(job(f"{number:03}", title) for number, title in enumerate(titles)))


def naive(board: Board, found: Candidates, relevance: float, size: int) -> list[int]:
    """The numbers of a list, each position from all cosines."""
    window = max(CHOSEN_FROM, 5 * size)
    whole = board.columns.vectors[found.rows[:window]].astype(np.float64)
    vectors = whole * board.columns.scale[found.rows[:window], None]
    cosines, chosen = vectors @ vectors.T, list[int]()
    for _ in range(size):
        nearest = cosines[:, chosen].max(axis=1, initial=0.0)
        value = relevance * found.scores[:window] / 100 - (1 - relevance) * nearest
        value[chosen] = -np.inf
        chosen.append(int(np.round(value, 9).argmax()))
    return chosen


@pytest.mark.parametrize("relevance", [0.3, 0.85, 1.0])
@pytest.mark.parametrize(("times", "size"), [(1, 20), (4, 50)])
def test_a_list_is_that_of_comparing_everything(relevance: float, times: int, size: int) -> None:
    """With more candidates than are compared at a time, of which several are the same."""
    board, policy = crowd(times), FeedPolicy(exploration=0.0, relevance=relevance)
    of = ranking(PERSON, board, policy, NOW)
    found = candidates(of, allowed_rows(of, PERSON.excluded))
    numbers = [each.number for each in pick(of, found, "request", size, ())]

    assert len(found.rows) > STEP
    assert numbers == naive(board, found, relevance, size)


def test_barred_and_removed_rows_are_not_the_best() -> None:
    """And without others there is none."""
    board = crowd(1)
    rows = np.arange(board.rows)
    values = MarginalRelevance(board, rows, np.linspace(90, 10, len(rows), dtype=np.float32), 1.0, longest=5)
    barred = rows < len(rows) - 2

    assert values.best(None) == 0
    values.remove(0)
    assert values.best(None) == 1
    assert values.best(barred) == len(rows) - 2
    values.remove(len(rows) - 2)
    values.remove(len(rows) - 1)
    assert values.best(barred) is None
    assert MarginalRelevance(board, rows[:0], np.zeros(0, np.float32), 1.0, longest=5).best(None) is None


def test_alike_jobs_have_the_same_value_whenever_they_are_compared() -> None:
    """The first of them is the best, though it was compared before the others."""
    board = board_of(*(job(f"{number:03}", "Line Cook") for number in range(3 * STEP)))
    rows = np.arange(board.rows)
    values = MarginalRelevance(board, rows, np.full(len(rows), 50.0, np.float32), 0.5, longest=len(rows))
    found = []
    for _ in range(len(rows)):
        best = values.best(None)
        assert best is not None
        found.append(best)
        values.remove(best)
        values.put(best)

    assert found == rows.tolist()
    assert EMBEDDER.dims * 127**2 < 2**24  # so that the products are whole numbers that a float32 holds
