"""Products of vectors in small blocks: OpenBLAS wakes no threads for them.

Its threads wait by spinning, which costs several times the product itself in CPU; a service that answers many
requests uses its cores better with one thread a request.
"""

import numpy as np
from numpy.typing import NDArray

from workers.recommend.columns import Floats, Rows
from workers.recommend.embedding import Vectors

BLOCK = 256  # rows of int8 that are made floats at once: they fit into the cache of a core
DENSE = 0.5  # of all rows: so many are read in one go, the others left out afterwards
MULTIPLICATIONS = 400_000  # of one product


def cosines(vectors: NDArray[np.int8], scales: Floats, rows: Rows, vector: Vectors) -> Floats:
    """The products of some of the vectors, int8 with a scale each, with a vector; `rows` says which."""
    is_dense = len(rows) > DENSE * len(vectors)
    result = np.empty(len(vectors) if is_dense else len(rows), np.float32)
    chosen = np.empty((BLOCK, vectors.shape[1]), np.int8)
    floats = np.empty((BLOCK, vectors.shape[1]), np.float32)
    for start in range(0, len(result), BLOCK):
        n = min(BLOCK, len(result) - start)
        if is_dense:
            part = vectors[start : start + n]
        else:
            part = vectors.take(rows[start : start + n], axis=0, out=chosen[:n], mode="clip")
        np.copyto(floats[:n], part)
        np.dot(floats[:n], vector, out=result[start : start + n])
    return np.asarray((result[rows] if is_dense else result) * scales[rows], np.float32)


def crossed(left: Vectors, right: Vectors) -> Floats:
    """The products of each vector on the left with each on the right."""
    result = np.empty((len(left), len(right)), np.float32)
    step = max(1, MULTIPLICATIONS // max(1, right.size))
    turned = np.ascontiguousarray(right.T)
    for start in range(0, len(left), step):
        np.matmul(left[start : start + step], turned, out=result[start : start + step])
    return result


def against(left: Vectors, vector: Vectors) -> Floats:
    """The products of each vector on the left with one."""
    result = np.empty(len(left), np.float32)
    step = max(1, MULTIPLICATIONS // max(1, len(vector)))
    for start in range(0, len(left), step):
        np.dot(left[start : start + step], vector, out=result[start : start + step])
    return result
