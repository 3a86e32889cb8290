"""The boost of a job by its neighbours: people who liked the same jobs as this person liked it too.

The neighbours are jobs, not people: x = Σ wᵢ · pair(i, job) / (nᵢ^(1−α) · n^α + s) over the jobs i that the
person liked, boost = max_boost · x / (x + c). Popular jobs are damped by n, few counts shrunk by s.
"""

from dataclasses import dataclass

import numpy as np

from workers.recommend.board import Board
from workers.recommend.columns import Floats, Rows
from workers.recommend.score import Ranking


@dataclass(frozen=True, slots=True)
class Boosts:
    """The boost of each row that has one, in points, and the liked trace (its number) that gives most."""

    rows: Rows
    points: Floats
    best: Rows


def boosts(of: Ranking) -> Boosts:
    """The boosts of all rows that are neighbours of a job that the person liked."""
    wants = of.interests
    found: list[Rows] = []
    values: list[Floats] = []
    owners: list[int] = []
    for number in np.flatnonzero(wants.liked_rows >= 0):
        row = int(wants.liked_rows[number])
        others, pair = pairs(of.board, row, of.now)
        found.append(others)
        values.append(wants.liked_weights[number] * pair * _damped(of, row, others))
        owners.append(int(number))
    if not found:
        return Boosts(np.zeros(0, np.intp), np.zeros(0, np.float32), np.zeros(0, np.intp))
    rows, place = np.unique(np.concatenate(found), return_inverse=True)
    sums = np.bincount(place, np.concatenate(values), len(rows))
    best, most = np.zeros(len(rows), np.intp), np.zeros(len(rows))
    for owner, where, each in zip(owners, found, values, strict=True):
        at = np.searchsorted(rows, where)
        better = each > most[at]
        most[at[better]], best[at[better]] = each[better], owner
    points = of.policy.max_boost * sums / (sums + of.policy.boost_scale)
    return Boosts(rows, np.asarray(points, np.float32), best)


def pairs(board: Board, row: int, now: int) -> tuple[Rows, Floats]:
    """The neighbours of a row from both sides, decayed to `now`; one that is on both sides comes twice."""
    named, named_weights = board.neighbours.named(row)
    naming, naming_weights = board.neighbours.naming(row)
    decay = _decay(board, np.concatenate([np.full(len(named), row, np.intp), naming]), now)
    weights = np.concatenate([named_weights, naming_weights]) * decay
    return np.concatenate([named, naming]), np.asarray(weights, np.float32)


def _decay(board: Board, rows: Rows, now: int) -> Floats:
    """What is left of what rows said when they were learned."""
    age = np.maximum(0, now - board.columns.learned_at[rows]).astype(np.float32)
    return np.asarray(np.exp2(-age / board.columns.half_life[rows]), np.float32)


def _damped(of: Ranking, row: int, others: Rows) -> Floats:
    """1 / (nᵢ^(1−α) · n^α + s) for the neighbours of a row."""
    alpha = of.policy.popularity_damping
    own = float(of.board.interest(of.now, np.array([row]))[0])
    theirs = of.board.interest(of.now, others)
    return np.asarray(1.0 / (own ** (1 - alpha) * theirs**alpha + of.policy.shrinkage), np.float32)
