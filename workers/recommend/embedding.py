"""What turns texts into vectors, so that alike texts have a high cosine."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from schemas.documents import Job

Vectors = NDArray[np.float32]


class EmbedderError(Exception):
    """An embedder cannot do its work now, or not on this machine; the text says why."""


class Embedder(Protocol):
    """Texts to vectors of length 1 (of length 0 for a text without anything known), centred already.

    `near` is the cosine from which two jobs count as much the same, `floor` that up to which two texts have
    nothing in common, and `scale` the sum of weighted likenesses at which 63 % of the points of the text are
    given. A change of any of them is a new `version`. One that `is_quick` takes less than a millisecond for a
    text, and does not fail.
    """

    name: str
    version: str
    dims: int
    near: float
    floor: float
    scale: float
    is_quick: bool

    def job_text(self, job: Job) -> str:
        """What is embedded of a job."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, (n, dims) of float32; raises EmbedderError when it cannot embed now.

        It does so also without a text: `embed(())` shows whether it works.
        """
        ...


def label(embedder: Embedder) -> str:
    """The embedder and its version in one word, as impressions and cached vectors name it."""
    return f"{embedder.name}:{embedder.version}"


def likeness(embedder: Embedder, cosine: Vectors) -> Vectors:
    """How alike, 0 to 1: 0 up to the floor of the embedder, then in proportion."""
    above = (cosine - embedder.floor) / (1.0 - embedder.floor)
    return np.asarray(np.maximum(0.0, above), np.float32)


def per_cent(embedder: Embedder, likenesses: Vectors, most: float = 90.0) -> Vectors:
    """The points (0 to `most`) of a weighted sum of likenesses: most · (1 − e^(−x / scale)), 0 below 0."""
    left = np.exp(np.minimum(0.0, likenesses / -embedder.scale))
    return np.asarray(most - most * left, np.float32)
