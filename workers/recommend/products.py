"""Products of vectors in small blocks: OpenBLAS wakes no threads for them.

Its threads wait by spinning, which costs several times the product itself in CPU; a service that answers many
requests uses its cores better with one thread a request.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workers.recommend.columns import Floats
from workers.recommend.embedding import Vectors

BLOCK = 512  # rows of one product of a matrix with a vector
MULTIPLICATIONS = 400_000  # of one product of two matrices


def cosines(rows: NDArray[np.int8], scales: Floats, vectors: Sequence[Vectors]) -> list[Floats]:
    """The products of all rows, int8 with a scale each, with each of some vectors."""
    results = [np.empty(len(rows), np.float32) for _ in vectors]
    block = np.empty((BLOCK, rows.shape[1]), np.float32)
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        floats = block[: len(part)]
        np.copyto(floats, part)
        for vector, result in zip(vectors, results, strict=True):
            np.dot(floats, vector, out=result[start : start + len(part)])
    return [result * scales for result in results]


def crossed(left: Vectors, right: Vectors) -> Floats:
    """The products of each vector on the left with each on the right."""
    result = np.empty((len(left), len(right)), np.float32)
    step = max(1, MULTIPLICATIONS // max(1, right.size))
    turned = np.ascontiguousarray(right.T)
    for start in range(0, len(left), step):
        np.matmul(left[start : start + step], turned, out=result[start : start + step])
    return result
