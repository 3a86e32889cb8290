"""What the texts of traces say of jobs, exactly: points, and which jobs a rejection leaves out."""

from dataclasses import dataclass

import numpy as np

from workers.recommend.columns import Floats, Mask, Rows
from workers.recommend.embedding import likeness, per_cent
from workers.recommend.products import crossed
from workers.recommend.score import Ranking


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

    Those that are near a rejected job, and nearer than to any liked one; a résumé is no evidence against a
    rejection.
    """
    wants = of.interests
    nearest_liked = liked[:, wants.liked_rows >= 0].max(axis=1, initial=-1.0)
    is_own = (rows[:, None] == wants.liked_rows).any(axis=1)
    is_near = (refused >= of.board.embedder.near) & (refused > nearest_liked[:, None]) & ~is_own[:, None]
    return np.asarray(is_near.any(axis=1))
