"""What the texts of traces say of jobs, exactly: points, and which jobs a rejection leaves out.

Of a chain's postings, which are all alike, one rejection would leave nothing. So at most a share is left out;
the others lose the points of a rejection like any job.
"""

from dataclasses import dataclass

import numpy as np

from workers.recommend.columns import Floats, Mask, Rows
from workers.recommend.embedding import likeness, per_cent
from workers.recommend.products import crossed
from workers.recommend.score import Ranking

DIGITS = 4  # of a cosine: alike jobs are as near as each other, whatever rows they are in


@dataclass(frozen=True, slots=True)
class TextParts:
    """What the texts of traces say of some rows: points, and which trace says most."""

    text: Floats
    rejected: Floats
    said: Floats  # (rows, liked traces): weight · likeness
    is_left_out: Mask


def text_parts(of: Ranking, rows: Rows) -> TextParts:
    """The exact parts of the texts, and which rows are left out."""
    embedder, wants, most = of.board.embedder, of.interests, of.policy.points.text
    vectors = of.board.vectors(rows)
    liked, refused = crossed(vectors, wants.liked_vectors), crossed(vectors, wants.refused_vectors)
    said = likeness(embedder, liked) * wants.liked_weights
    denied = likeness(embedder, refused) * -wants.refused_weights
    return TextParts(
        text=per_cent(embedder, said.sum(axis=1), most),
        rejected=-per_cent(embedder, denied.sum(axis=1), most),
        said=said,
        is_left_out=_left_out(of, rows, liked, refused),
    )


def _left_out(of: Ranking, rows: Rows, liked: Floats, refused: Floats) -> Mask:
    """Which rows are left out, by their cosines to the traces.

    Those that are near a rejected job, and nearer than to any liked one (a résumé is no evidence against a
    rejection); if these are more than a share of all, the first of them.
    """
    wants = of.interests
    nearest_liked = liked[:, wants.liked_rows >= 0].max(axis=1, initial=-1.0)
    is_own = (rows[:, None] == wants.liked_rows).any(axis=1)
    is_near = (refused >= of.board.embedder.near) & (refused > nearest_liked[:, None]) & ~is_own[:, None]
    is_left_out = np.asarray(is_near.any(axis=1))
    most = int(of.policy.left_out_share * len(rows))
    if np.count_nonzero(is_left_out) > most:
        places = _in_order(of, rows, is_near, refused)
        is_left_out[places[most:]] = False
    return is_left_out


def _in_order(of: Ranking, rows: Rows, is_near: Mask, refused: Floats) -> list[int]:
    """The places of rows near rejected jobs, as they are left out.

    What was rejected first counts first, so that a rejection brings nothing back that was left out before it;
    then the nearest, the oldest, and by id.
    """
    by_time = np.argsort([each.at or 0 for each in of.interests.refused], kind="stable")
    places = np.flatnonzero(is_near.any(axis=1))
    first = is_near[places][:, by_time].argmax(axis=1)
    near = np.round(refused[places, by_time[first]], DIGITS)
    posted = of.board.columns.posted_at[rows[places]]
    ids = [of.board.ids[row] or "" for row in rows[places].tolist()]
    keys = zip(first.tolist(), (-near).tolist(), posted.tolist(), ids, places.tolist(), strict=True)
    return [place for *_, place in sorted(keys)]
