"""Vectors of texts, always the same for a text and beside that without a meaning. Pure."""

import base64
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

FULL_DIMENSIONS = 3_072  # of the largest model
NOISE = 1 / np.sqrt(384)  # so that a text's own part is as long as 1 where it is cut to 384 numbers
CONE = 3.0  # all vectors point to the same side, as those of real models do


def text_vector(text: str, dimensions: int) -> NDArray[np.float32]:
    """A vector of length 1; one with fewer dimensions is the beginning of a longer one, made as long as 1."""
    vector = (
        np.random.default_rng(crc32(text.encode("utf-8", "replace"))).normal(size=FULL_DIMENSIONS)[
            :dimensions
        ]
        * NOISE
    )
    vector[0] += CONE
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def as_base64(vector: NDArray[np.float32]) -> str:
    """A vector as clients ask for it by default."""
    return base64.b64encode(vector.tobytes()).decode()
