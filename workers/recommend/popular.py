"""The list of somebody who is not personalised: what people want now, the newer the better."""

import numpy as np
from numpy.typing import NDArray

from workers.recommend.candidates import EXACT, Candidates, ordered
from workers.recommend.columns import Floats
from workers.recommend.policy import DAY_MS
from workers.recommend.score import Ranking

UNKNOWN_INTEREST = 0.1  # of a job in which nobody was interested yet, so that newer ones come first


def popular(of: Ranking, allowed: NDArray[np.bool_]) -> Candidates:
    """The allowed jobs by popularity × freshness, best first; the score is 0 to 90."""
    rows = np.flatnonzero(allowed)
    scores = _scores(of, rows)
    if len(rows) > EXACT:
        best = np.argpartition(-scores, EXACT)[:EXACT]
        rows, scores = rows[best], scores[best]
    order = ordered(of, rows, scores)
    return Candidates(
        rows=rows[order],
        scores=scores[order],
        parts={"trend": scores[order]},
        said=np.zeros((len(rows), len(of.interests.liked)), np.float32),
        neighbour=np.full(len(rows), -1, np.intp),
        fits=np.ones(len(rows), np.bool_),
        count=int(np.count_nonzero(allowed)),
    )


def _scores(of: Ranking, rows: NDArray[np.intp]) -> Floats:
    """90 · interest / (interest + scale) · 2^(−age of the job / half-life)."""
    policy = of.policy
    interest = of.board.interest(of.now, rows) + UNKNOWN_INTEREST
    age = np.maximum(0, of.now - of.board.columns.posted_at[rows]) / (policy.half_life_days * DAY_MS)
    return np.asarray(90.0 * interest / (interest + policy.trend_scale) * np.exp2(-age), np.float32)
