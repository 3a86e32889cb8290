"""The boost of a job by its neighbours: people who liked the same jobs as this person liked it too.

The neighbours are jobs, not people: x = Σ wᵢ · pair(i, job) / (nᵢ^(1−α) · n^α + s) over the jobs i that the
person liked, boost = max_boost · x / (x + c). Popular jobs are damped by n, few counts shrunk by s.
"""

from dataclasses import dataclass

import numpy as np

from workers.recommend.board import Board
from workers.recommend.columns import Floats, Rows
from workers.recommend.neighbours import NO_ROWS, NO_WEIGHTS
from workers.recommend.score import Ranking


@dataclass(frozen=True, slots=True)
class Boosts:
    """The boost of each row that has one, in points, and the liked trace (its number) that gives most."""

    rows: Rows
    points: Floats
    best: Rows


@dataclass(frozen=True, slots=True)
class Pairs:
    """The neighbours of some rows: the row's place among them, the neighbour, and the weight now.

    Neighbours are from both sides; one that is on both sides comes twice.
    """

    of: Rows
    rows: Rows
    weights: Floats


def boosts(of: Ranking) -> Boosts:
    """The boosts of all rows that are neighbours of a job that the person liked."""
    wants = of.interests
    numbers = np.flatnonzero(wants.liked_rows >= 0)
    found = pairs(of.board, wants.liked_rows[numbers], of.now)
    values = wants.liked_weights[numbers][found.of] * found.weights * _damped(of, numbers, found)
    rows, place = np.unique(found.rows, return_inverse=True)
    sums = np.bincount(place, values, len(rows))
    order = np.lexsort((-found.of, values, place))  # the largest value of a row is the last one
    last = np.searchsorted(place[order], np.arange(len(rows)), side="right") - 1
    points = of.policy.max_boost * sums / (sums + of.policy.boost_scale)
    return Boosts(rows, np.asarray(points, np.float32), numbers[found.of[order[last]]])


def pairs(board: Board, rows: Rows, now: int) -> Pairs:
    """The neighbours of some rows, with their weights at `now` (epoch ms)."""
    of, others, weights, learned = [NO_ROWS], [NO_ROWS], [NO_WEIGHTS], [NO_ROWS]
    for number, row in enumerate(rows.tolist()):
        named, named_weights = board.neighbours.named(row)
        naming, naming_weights = board.neighbours.naming(row)
        of.append(np.full(len(named) + len(naming), number, np.intp))
        others += [named, naming]
        weights += [named_weights, naming_weights]
        learned += [np.full(len(named), row, np.intp), naming]  # whoever names says how old it is
    left = board.left(now, np.concatenate(learned))
    return Pairs(np.concatenate(of), np.concatenate(others), np.concatenate(weights) * left)


def _damped(of: Ranking, numbers: Rows, found: Pairs) -> Floats:
    """1 / (nᵢ^(1−α) · n^α + s) for each pair."""
    alpha, rows = of.policy.popularity_damping, of.interests.liked_rows[numbers]
    own = of.board.interest(of.now, rows)[found.of]
    theirs = of.board.interest(of.now, found.rows)
    return np.asarray(1.0 / (own ** (1 - alpha) * theirs**alpha + of.policy.shrinkage), np.float32)
