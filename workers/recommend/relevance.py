"""Maximal marginal relevance: which candidate has a high score, and is unlike the jobs above it.

A value is λ · score/100 − (1 − λ) · the highest cosine to a job above, and more jobs above only lower it. So
a candidate is compared with them no sooner than its score alone would make it the best.
"""

import numpy as np

from workers.recommend.board import Board
from workers.recommend.columns import Floats, Mask, Rows
from workers.recommend.products import against, crossed

STEP = 64  # candidates that are compared with all jobs above at once


class MarginalRelevance:
    """The values of some rows, which are sorted by descending score, below the jobs of a list.

    The products are of int8, so they are exact: what is alike has the same value, whenever it is compared.
    """

    def __init__(self, board: Board, rows: Rows, scores: Floats, relevance: float, longest: int) -> None:
        """`relevance` is λ, and there are at most `longest` jobs above."""
        columns = board.columns
        self._columns = columns
        self._most = np.asarray(relevance * scores / 100, np.float32)  # the values without a job above
        self._value = self._most.copy()
        self._compared = 0  # how many of the first rows are compared with all jobs above
        self._vectors = columns.vectors[rows].astype(np.float32)
        self._weight = columns.scale[rows] * np.float32(1 - relevance)
        self._above = np.empty((longest, board.embedder.dims), np.float32)
        self._above_scale = np.empty(longest, np.float32)
        self._count = 0

    def best(self, barred: Mask | None) -> int | None:
        """The number of the row with the highest value, of equal ones the first; None if there is none.

        Rows that were removed do not count, nor do those that are barred.
        """
        while len(self._most):
            n = self._compared or self._compare()
            value = self._value[:n] if barred is None else np.where(barred[:n], -np.inf, self._value[:n])
            best = int(value.argmax())
            if n == len(self._most):
                return best if value[best] > -np.inf else None
            if self._most[n] <= value[best]:
                return best
            self._compare()
        return None

    def remove(self, number: int) -> None:
        """A row is not there any more."""
        self._value[number] = -np.inf

    def put(self, row: int) -> None:
        """The job of a row of the board is the next one of the list."""
        vector, scale = self._above[self._count], self._columns.scale[row]
        vector[:], self._above_scale[self._count] = self._columns.vectors[row], scale
        self._count += 1
        self._lower(slice(0, self._compared), against(self._vectors[: self._compared], vector) * scale)

    def _compare(self) -> int:
        """Compare the next rows with all jobs above; returns how many rows are compared now."""
        rows = slice(self._compared, self._compared + STEP)
        self._compared = min(rows.stop, len(self._most))
        if self._count:
            products = crossed(self._above[: self._count], self._vectors[rows])
            products *= self._above_scale[: self._count, None]
            self._lower(rows, products.max(axis=0))
        return self._compared

    def _lower(self, rows: slice, product: Floats) -> None:
        """Some rows have a product, times their own scales, with a job above."""
        self._value[rows] = np.minimum(self._value[rows], self._most[rows] - product * self._weight[rows])
