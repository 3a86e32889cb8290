"""The columns of the board: arrays that grow, a row a job, and tables of places and companies."""

from collections.abc import Hashable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from workers.recommend.places import Place, likeness_of_places
from workers.recommend.policy import PlaceLikeness

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
Key = TypeVar("Key", bound=Hashable)

NEVER = np.iinfo(np.int64).max  # epoch ms of what does not happen
GROWTH = 1.25  # the whole board is copied as it grows, so little is left empty
MOST_KEPT = 1_000  # likenesses of places of persons


class JobColumns:
    """Arrays of one length; times are epoch milliseconds, −1 is what is not known."""

    FIELDS: tuple[tuple[str, type, float], ...] = (
        ("scale", np.float32, 0),  # of the vector: int8 × scale
        ("is_open", np.bool_, 0),
        ("is_editorial", np.bool_, 0),
        ("closes_at", np.int64, NEVER),
        ("posted_at", np.int64, 0),
        ("closed_at", np.int64, 0),
        ("place", np.int32, -1),
        ("company", np.int32, -1),
        ("language", np.int8, -1),
        ("styles", np.uint16, 0),
        ("currency", np.int8, -1),
        ("log_salary", np.float32, 0),  # log2 of the amount a year
        ("interest", np.float32, 0),
        ("demand", np.float32, 0),
        ("learned_at", np.int64, 0),  # as of when interest, demand and neighbours are
        ("half_life", np.float32, np.inf),  # of all three, in ms
        ("showings", np.int32, 0),
    )
    scale: Floats
    is_open: NDArray[np.bool_]
    is_editorial: NDArray[np.bool_]
    closes_at: NDArray[np.int64]
    posted_at: NDArray[np.int64]
    closed_at: NDArray[np.int64]
    place: NDArray[np.int32]
    company: NDArray[np.int32]
    language: NDArray[np.int8]
    styles: NDArray[np.uint16]
    currency: NDArray[np.int8]
    log_salary: Floats
    interest: Floats
    demand: Floats
    learned_at: NDArray[np.int64]
    half_life: Floats
    showings: NDArray[np.int32]

    def __init__(self, dims: int, capacity: int) -> None:
        self.vectors: NDArray[np.int8] = np.zeros((capacity, dims), np.int8)
        for name, kind, empty in self.FIELDS:
            setattr(self, name, np.full(capacity, empty, kind))

    @property
    def capacity(self) -> int:
        """How many rows there is room for."""
        return len(self.vectors)

    def grow(self) -> None:
        """Make room for more rows."""
        more = max(1024, int(self.capacity * (GROWTH - 1)))
        self.vectors = np.vstack([self.vectors, np.zeros((more, self.vectors.shape[1]), np.int8)])
        for name, kind, empty in self.FIELDS:
            setattr(self, name, np.concatenate([getattr(self, name), np.full(more, empty, kind)]))

    def clear(self, row: int) -> None:
        """Empty a row, so that it can be used for another job."""
        self.vectors[row] = 0
        for name, _, empty in self.FIELDS:
            getattr(self, name)[row] = empty

    def nbytes(self) -> int:
        """The bytes of all arrays."""
        return self.vectors.nbytes + sum(int(getattr(self, name).nbytes) for name, _, _ in self.FIELDS)


class Numbers(Generic[Key]):
    """A number for each value, in the order in which they come."""

    def __init__(self) -> None:
        self.values: list[Key] = []
        self._number: dict[Key, int] = {}

    def of(self, value: Key) -> int:
        """The number of a value, a new one if it is new."""
        number = self._number.setdefault(value, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number


class PlaceNumbers(Numbers[Place]):
    """The places of the jobs, and how near each is to a place of a person."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[tuple[Place, PlaceLikeness], Floats] = {}

    def likeness(self, here: Place, policy: PlaceLikeness) -> Floats:
        """How near each place is, 0 to 1, by its number."""
        kept = self._kept.get((here, policy), np.zeros(0, np.float32))
        if len(kept) < len(self.values):
            new = [likeness_of_places(here, there, policy) for there in self.values[len(kept) :]]
            kept = np.concatenate([kept, np.array(new, np.float32)])
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[here, policy] = kept
        return kept
