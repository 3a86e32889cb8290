"""The best of many jobs by a score that is nearly theirs.

In it the likeness of texts is linear: the texts of all traces are folded into two vectors, one of what is
liked and one of what was rejected. Products with all vectors are what a list costs most, so jobs drop out
before that which would not be good enough with the most that a text can add.
"""

import numpy as np
from numpy.typing import NDArray

from workers.recommend.boost import Boosts
from workers.recommend.columns import Floats, Mask, Rows
from workers.recommend.embedding import Vectors, per_cent
from workers.recommend.products import cosines
from workers.recommend.quantization import STEPS
from workers.recommend.score import Ranking, bounded, plain_parts

WIDER = 2  # times as many of the best without texts are scored to know how good the last one must be


def preselected(of: Ranking, allowed: Mask, boosted: Boosts, tired: dict[int, float], size: int) -> Rows:
    """The best `size` of more allowed rows than that, in no order; `tired` are points that rows lose."""
    wants, every = of.interests, slice(0, of.board.rows)
    liked = wants.liked_weights @ wants.liked_vectors
    refused = -wants.refused_weights @ wants.refused_vectors if len(wants.refused) else None
    plain, boost = _plain(of, tired), np.zeros(of.board.rows, np.float32)
    boost[boosted.rows] = boosted.points

    def total(rows: "Rows | slice", text: "Floats | float") -> Floats:
        points = bounded(plain[rows] + text) + boost[rows]
        return np.asarray(np.where(allowed[rows], points, -np.inf), np.float32)

    def with_refused(rows: Rows, text: Floats) -> Floats:
        return total(rows, text if refused is None else text - _text_points(of, rows, refused))

    rows = highest(total(every, 0.0), WIDER * size)
    scores = with_refused(rows, _text_points(of, rows, liked))
    last = scores[highest(scores, size)].min()
    rows = np.flatnonzero(total(every, _most(of, liked)) >= last)
    text = _text_points(of, rows, liked)
    is_good = total(rows, text) >= last
    rows, text = rows[is_good], text[is_good]
    return np.asarray(rows[highest(with_refused(rows, text), size)], np.intp)


def highest(values: Floats | NDArray[np.int64], size: int) -> Rows:
    """Where the `size` highest values are, in no order; everywhere if there are fewer."""
    first = len(values) - size
    if first <= 0:
        return np.arange(len(values))
    return np.asarray(np.argpartition(values, first)[first:], np.intp)


def _plain(of: Ranking, tired: dict[int, float]) -> Floats:
    """The sum of the parts of all rows but those of texts and neighbours; without bounds."""
    first, *others = plain_parts(of, slice(0, of.board.rows)).values()
    for points in others:
        first += points
    first[list(tired)] += list(tired.values())
    return first


def _text_points(of: Ranking, rows: Rows, vector: Vectors) -> Floats:
    """The points of the likeness of some rows to a vector."""
    columns, n = of.board.columns, of.board.rows
    near = cosines(columns.vectors[:n], columns.scale[:n], rows, vector)
    return per_cent(of.board.embedder, near, of.policy.points.text)


def _most(of: Ranking, vector: Vectors) -> float:
    """The most points of a likeness to a vector: that of the same one, as long as int8 can make it."""
    length = float(np.linalg.norm(vector)) * (1 + len(vector) ** 0.5 / (2 * STEPS))
    return float(per_cent(of.board.embedder, np.array([length], np.float32), of.policy.points.text)[0])
