"""Which jobs may be shown to a person, and the best of them with exact scores.

Of many jobs those are scored exactly that are the best by a score which is nearly theirs (`preselection`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.recommend.boost import Boosts, boosts
from workers.recommend.columns import Floats, Rows
from workers.recommend.neighbours import NO_ROWS
from workers.recommend.preselection import highest, preselected
from workers.recommend.score import Parts, Ranking, by_row, content, fatigue, plain_parts
from workers.recommend.texts import text_parts

EXACT = 1_000  # jobs that are scored exactly
UNSEEN = 200  # jobs that nobody was shown, which are scored exactly too


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best of the jobs that may be shown, best first: rows, scores, parts. `count` is how many may be.

    `said` is what each liked trace says of each job, `neighbour` the trace that boosts it most (−1: none),
    `fits` whether nothing speaks against it: its language and place may be the person's.
    """

    rows: Rows
    scores: Floats
    parts: Parts
    said: Floats
    neighbour: Rows
    fits: NDArray[np.bool_]
    count: int


def allowed_rows(of: Ranking, excluded: frozenset[str]) -> NDArray[np.bool_]:
    """The open jobs but those that are never shown to the person."""
    allowed = of.board.open_rows(of.now)
    for job_id in excluded:
        row = of.board.row(job_id)
        if row is not None:
            allowed[row] = False
    return allowed


def candidates(of: Ranking, allowed: NDArray[np.bool_], more: Rows = NO_ROWS) -> Candidates:
    """The best of the allowed jobs, and some `more` of them, with exact scores."""
    boosted, tired = boosts(of), fatigue(of)
    count = int(np.count_nonzero(allowed))
    rows = np.flatnonzero(allowed)
    if count > 2 * EXACT:
        best = preselected(of, allowed, boosted, tired, EXACT)
        rows = np.unique(np.concatenate([best, _unseen(of, allowed), more]))
    return exact(of, rows, boosted, tired, count)


def _unseen(of: Ranking, allowed: NDArray[np.bool_]) -> Rows:
    """The newest of the allowed jobs that nobody was shown."""
    columns, n = of.board.columns, of.board.rows
    rows = np.flatnonzero(allowed & (columns.showings[:n] == 0))
    return rows[highest(columns.posted_at[rows], UNSEEN)]


def exact(
    of: Ranking,
    rows: Rows,
    boosted: Boosts,
    tired: dict[int, float],
    count: int,
) -> Candidates:
    """Exact scores of some rows, best first, without the jobs that are next to a rejected one."""
    texts = text_parts(of, rows)
    rows, texts_kept = rows[~texts.is_left_out], ~texts.is_left_out
    boost, neighbour = np.zeros(len(rows), np.float32), np.full(len(rows), -1, np.intp)
    if len(boosted.rows):
        at = np.minimum(np.searchsorted(boosted.rows, rows), len(boosted.rows) - 1)
        is_boosted = boosted.rows[at] == rows
        boost[is_boosted], neighbour[is_boosted] = (
            boosted.points[at[is_boosted]],
            boosted.best[at[is_boosted]],
        )
    parts = {
        "text": texts.text[texts_kept],
        "rejected": texts.rejected[texts_kept],
        **plain_parts(of, rows),
        "fatigue": by_row(tired, rows),
        "boost": boost,
    }
    scores = content(parts) + boost
    order = ordered(of, rows, scores)
    return Candidates(
        rows=rows[order],
        scores=scores[order],
        parts={name: values[order] for name, values in parts.items()},
        said=texts.said[texts_kept][order],
        neighbour=neighbour[order],
        fits=_fits(of, parts)[order],
        count=count - int(np.count_nonzero(texts.is_left_out)),
    )


def _fits(of: Ranking, parts: Parts) -> NDArray[np.bool_]:
    """Whether neither the language nor the place of a job is known to be none of the person's."""
    fits = parts["language"] > -of.policy.points.language
    if not of.policy.points.language:
        fits = np.ones(len(parts["language"]), np.bool_)
    return np.asarray(fits & (parts["place"] > 0) if of.interests.places else fits)


def ordered(of: Ranking, rows: Rows, scores: Floats) -> Rows:
    """The order of some rows: by score, then the newest, then by id, so that every board gives the same."""
    posted, ids = of.board.columns.posted_at[rows], of.board.ids
    order = np.lexsort((-posted, -scores))
    is_same = (np.diff(scores[order]) == 0) & (np.diff(posted[order]) == 0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_same, [False]]).astype(np.int8)))
    for start, end in edges.reshape(-1, 2).tolist():  # of a run of rows between which only the ids decide
        run = order[start : end + 1].tolist()
        order[start : end + 1] = sorted(run, key=lambda number: ids[int(rows[number])] or "")
    return np.asarray(order, np.intp)
