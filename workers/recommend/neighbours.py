"""Which jobs interest the same people: the neighbours of every job, from both sides.

A pair is learned on the side of the job whose signal came later, so what each of the two says is added up.
"""

from array import array

import numpy as np

from workers.recommend.columns import Floats, Rows

NO_ROWS = np.zeros(0, np.intp)
NO_WEIGHTS = np.zeros(0, np.float32)


class NeighbourSums:
    """Rows and weights per row: those that it names, and those by which it is named."""

    def __init__(self) -> None:
        self._named: dict[int, tuple[array[int], array[float]]] = {}
        self._naming: dict[int, tuple[array[int], array[float]]] = {}

    def put(self, row: int, weights: dict[int, float]) -> None:
        """What a row says of its neighbours now; all that it said before is forgotten."""
        before, _ = self._named.pop(row, (array("i"), array("f")))
        for other in before:
            if other not in weights:
                self._forget(other, row)
        for other, weight in weights.items():
            sources, values = self._naming.setdefault(other, (array("i"), array("f")))
            if row in sources:
                values[sources.index(row)] = weight
            else:
                sources.append(row)
                values.append(weight)
        if weights:
            self._named[row] = (array("i", weights.keys()), array("f", weights.values()))

    def _forget(self, other: int, row: int) -> None:
        """`other` is not named by `row` any more."""
        sources, values = self._naming[other]
        place = sources.index(row)
        del sources[place], values[place]
        if not sources:
            del self._naming[other]

    def remove(self, row: int) -> None:
        """A row that is used for another job: it names nothing, and nothing names it."""
        self.put(row, {})
        for source in list(self._naming.get(row, ((), ()))[0]):
            rows, weights = self._named[source]
            said = dict(zip(rows, weights, strict=True))
            del said[row]
            self.put(source, said)

    def named(self, row: int) -> tuple[Rows, Floats]:
        """The rows that a row names, and the weights, as of when the row was learned."""
        return _arrays(self._named.get(row))

    def naming(self, row: int) -> tuple[Rows, Floats]:
        """The rows that name a row, and the weights, as of when each of them was learned."""
        return _arrays(self._naming.get(row))


def _arrays(pairs: "tuple[array[int], array[float]] | None") -> tuple[Rows, Floats]:
    if pairs is None:
        return NO_ROWS, NO_WEIGHTS
    return np.array(pairs[0], np.intp), np.array(pairs[1], np.float32)
