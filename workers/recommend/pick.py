"""The jobs of a list from those that may be shown: diversity, and exploration with exact propensities.

At each position but the first, with the probability `exploration`, a job is drawn from one of two pools: the
ranks 11 to 200, and the newest that nobody was shown. Else it is the best one that is left by maximal
marginal relevance, λ · score/100 − (1 − λ) · highest cosine to a job above it. The number that decides is a
hash of the request and the position: a list is repeatable, and a propensity is the probability over requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.recommend.arms import uniform
from workers.recommend.candidates import Candidates
from workers.recommend.products import crossed
from workers.recommend.score import Ranking

IN_A_ROW = 10  # jobs of which at most of_one_company are of one company
CHOSEN_FROM = 200  # of the best candidates, or five times the size of the list
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Placement:
    """A candidate (its number) at a position, with the probability of that, given those above."""

    number: int
    position: int
    propensity: float
    explored: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """What may come next: the best candidate, and the pools of exploration with the chance of each."""

    best: int
    pools: tuple[tuple[float, NDArray[np.intp]], ...]

    def at(self, number: float) -> tuple[int, bool]:
        """The candidate for a number from 0 to 1, and whether it was explored."""
        for chance, pool in self.pools:
            if number < chance:
                return int(pool[min(int(number / chance * len(pool)), len(pool) - 1)]), True
            number -= chance
        return self.best, False

    def propensity(self, candidate: int) -> float:
        """The probability of a candidate: as the best one, and from each pool that it is in."""
        explored = sum(chance for chance, _ in self.pools)
        drawn = sum(chance / len(pool) for chance, pool in self.pools if candidate in pool)
        return drawn + (1.0 - explored if candidate == self.best else 0.0)


class Picker:
    """A list as it is made, position by position, after the jobs of earlier pages."""

    def __init__(self, of: Ranking, found: Candidates, size: int, before: Sequence[str]) -> None:
        columns, n = of.board.columns, len(found.rows)
        self.policy = of.policy
        self.company = columns.company[found.rows]
        self.is_left = np.ones(n, np.bool_)
        ranks = np.arange(1, n + 1)
        self.pools = (
            (of.policy.fresh_share, found.fits & (columns.showings[found.rows] == 0)),
            (
                1.0 - of.policy.fresh_share,
                found.fits & (ranks >= of.policy.explored_from) & (ranks <= of.policy.explored_to),
            ),
        )
        self.window = min(n, max(CHOSEN_FROM, 5 * (size + len(before))))
        self.relevance = of.policy.relevance * found.scores[: self.window] / 100
        self.vectors = of.board.vectors(found.rows)
        self.nearest = np.zeros(self.window, np.float32)  # the highest cosine to a job above
        self.companies: list[int] = []
        self._start(of, found, before)

    def _start(self, of: Ranking, found: Candidates, before: Sequence[str]) -> None:
        """Take the jobs of earlier pages."""
        self.position = len(before)
        known = [row for row in map(of.board.row, before) if row is not None]
        self.is_left[np.isin(found.rows, known)] = False
        if known:
            cosines = crossed(self.vectors[: self.window], of.board.vectors(known))
            self.nearest = np.maximum(0.0, cosines.max(axis=1))
        self.companies = [int(of.board.columns.company[row]) for row in known]

    def _allowed(self) -> Mask:
        """The candidates that are left, without companies that are there often enough, if others are."""
        recent = self.companies[-(IN_A_ROW - 1) :]
        full = [
            each for each in set(recent) if each >= 0 and recent.count(each) >= self.policy.of_one_company
        ]
        allowed = self.is_left & ~np.isin(self.company, full)
        return allowed if allowed.any() else self.is_left

    def draw(self) -> Draw | None:
        """What may come next; None if nothing is left."""
        allowed = self._allowed()
        if not allowed.any():
            return None
        best = self._best(allowed)
        if not self.position or not self.policy.exploration:
            return Draw(best, ())
        pools = [(share, np.flatnonzero(pool & allowed)) for share, pool in self.pools if share]
        pools = [(share, pool) for share, pool in pools if len(pool)]
        whole = sum(share for share, _ in pools)
        return Draw(best, tuple((self.policy.exploration * share / whole, pool) for share, pool in pools))

    def _best(self, allowed: Mask) -> int:
        """The allowed candidate with the highest marginal relevance; beyond the window the best score."""
        near = allowed[: self.window]
        if not near.any():
            return int(np.argmax(allowed))
        value = self.relevance - (1 - self.policy.relevance) * self.nearest
        return int(np.argmax(np.where(near, value, -np.inf)))

    def take(self, request_id: str) -> Placement | None:
        """The job of the next position; None if nothing is left."""
        draw = self.draw()
        if draw is None:
            return None
        number, explored = draw.at(uniform(f"{request_id}\n{self.position}"))
        placement = Placement(number, self.position, draw.propensity(number), explored)
        self.is_left[number] = False
        self.companies.append(int(self.company[number]))
        above = crossed(self.vectors[: self.window], self.vectors[number : number + 1])[:, 0]
        self.nearest = np.maximum(self.nearest, above)
        self.position += 1
        return placement


def pick(
    of: Ranking, found: Candidates, request_id: str, size: int, before: Sequence[str]
) -> list[Placement]:
    """The placements of a list of at most `size` jobs, after those of earlier pages."""
    picker = Picker(of, found, size, before)
    placements: list[Placement] = []
    while len(placements) < size:
        placement = picker.take(request_id)
        if placement is None:
            break
        placements.append(placement)
    return placements
