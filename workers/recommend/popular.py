"""The list of somebody who is not personalised, or of whom nothing is known.

It is what people want now, the newer the better.
"""

import numpy as np
from numpy.typing import NDArray

from workers.recommend.candidates import EXACT, Candidates, ordered
from workers.recommend.columns import Floats, Rows
from workers.recommend.interests import Interests
from workers.recommend.policy import DAY_MS
from workers.recommend.score import Parts, Ranking, by_row, content, fatigue, language_points

UNKNOWN_DEMAND = 0.1  # of a job with which nobody did anything yet, so that newer ones come first


def is_unknown(wants: Interests) -> bool:
    """Whether nothing but the language of a person can tell one job from another."""
    return not (wants.liked or wants.refused or wants.places)


def popular(of: Ranking, allowed: NDArray[np.bool_], *, personalized: bool = False) -> Candidates:
    """The allowed jobs by popularity × freshness, best first; the score is 0 to 90.

    If `personalized`, points are taken off for languages that are not the person's, and for what they passed
    over.
    """
    rows = np.flatnonzero(allowed)
    parts: Parts = {"trend": _points(of, rows)}
    if personalized:
        parts["language"] = language_points(of, rows)
        parts["fatigue"] = by_row(fatigue(of), rows)
    scores = content(parts)
    best = np.argpartition(-scores, EXACT)[:EXACT] if len(rows) > EXACT else np.arange(len(rows))
    order = best[ordered(of, rows[best], scores[best])]
    return Candidates(
        rows=rows[order],
        scores=scores[order],
        parts={name: values[order] for name, values in parts.items()},
        said=np.zeros((len(order), len(of.interests.liked)), np.float32),
        neighbour=np.full(len(order), -1, np.intp),
        fits=np.ones(len(order), np.bool_),
        count=len(rows),
    )


def _points(of: Ranking, rows: Rows) -> Floats:
    """90 · demand / (demand + scale) · 2^(−age of the job / window); demand itself ages faster.

    It counts acts alike, however long a view lasted: of whom nothing is known, others' clicks say more of the
    next click than others' reading does.
    """
    policy = of.policy
    demand = of.board.demand(of.now, rows) + UNKNOWN_DEMAND
    age = np.maximum(0, of.now - of.board.columns.posted_at[rows]) / (policy.window_days * DAY_MS)
    return np.asarray(90.0 * demand / (demand + policy.demand_scale) * np.exp2(-age), np.float32)
