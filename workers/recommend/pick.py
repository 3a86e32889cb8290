"""The jobs of a list from those that may be shown: diversity, and exploration with exact propensities.

At each position but the first, with the probability `exploration`, a job is drawn from one of two pools: the
ranks 11 to 200, and the newest that nobody was shown. Else it is the best one that is left by maximal
marginal relevance, λ · score/100 − (1 − λ) · highest cosine to a job above it. The number that decides is a
hash of the request and the position: a list is repeatable, and a propensity is the probability over requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.recommend.arms import uniform
from workers.recommend.board import Board
from workers.recommend.candidates import Candidates
from workers.recommend.columns import Mask
from workers.recommend.relevance import MarginalRelevance
from workers.recommend.score import Ranking

IN_A_ROW = 10  # jobs of which at most of_one_company are of one company
CHOSEN_FROM = 200  # of the best candidates, or five times the size of the list


@dataclass(frozen=True, slots=True)
class Placement:
    """A candidate (its number) at a position, with the probability of that, given those above."""

    number: int
    position: int
    propensity: float
    explored: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """Candidates of which one is drawn with a chance: which they are, and how many."""

    chance: float
    members: Mask
    count: int


@dataclass(frozen=True, slots=True)
class Draw:
    """What may come next: the best candidate, and the pools of exploration."""

    best: int
    pools: tuple[Pool, ...]

    def at(self, number: float) -> tuple[int, bool]:
        """The candidate for a number from 0 to 1, and whether it was explored."""
        for pool in self.pools:
            if number < pool.chance:
                place = min(int(number / pool.chance * pool.count), pool.count - 1)
                return int(np.flatnonzero(pool.members)[place]), True
            number -= pool.chance
        return self.best, False

    def propensity(self, candidate: int) -> float:
        """The probability of a candidate: as the best one, and from each pool that it is in."""
        explored = sum(pool.chance for pool in self.pools)
        drawn = sum(pool.chance / pool.count for pool in self.pools if pool.members[candidate])
        return drawn + (1.0 - explored if candidate == self.best else 0.0)


class Picker:
    """A list as it is made, position by position, after the jobs of earlier pages."""

    def __init__(self, of: Ranking, found: Candidates, size: int, before: Sequence[str]) -> None:
        columns, n = of.board.columns, len(found.rows)
        self.policy, self.rows = of.policy, found.rows
        self.company = columns.company[found.rows]
        self.is_left = np.ones(n, np.bool_)
        ranks = np.arange(1, n + 1)
        is_fresh = columns.showings[found.rows] == 0
        is_next = (ranks >= of.policy.explored_from) & (ranks <= of.policy.explored_to)
        self.pools = (
            (of.policy.fresh_share, found.fits & is_fresh),
            (1.0 - of.policy.fresh_share, found.fits & is_next),
        )
        longest = size + len(before)
        self.window = min(n, max(CHOSEN_FROM, 5 * longest))
        best = slice(0, self.window)
        self.relevance = MarginalRelevance(
            of.board, found.rows[best], found.scores[best], of.policy.relevance, longest
        )
        self.left, self.position = n, len(before)
        self.companies: list[int] = []
        self._start(of.board, before)

    def _start(self, board: Board, before: Sequence[str]) -> None:
        """Take the jobs of earlier pages."""
        known = [row for row in map(board.row, before) if row is not None]
        for number in np.flatnonzero(np.isin(self.rows, known)).tolist():
            self._remove(number)
        for row in known:
            self.relevance.put(row)
        self.companies = board.columns.company[known].tolist()

    def _remove(self, number: int) -> None:
        """A candidate is not left any more."""
        self.left -= 1
        self.is_left[number] = False
        for _, members in self.pools:
            members[number] = False
        if number < self.window:
            self.relevance.remove(number)

    def _barred(self) -> Mask | None:
        """The candidates of companies that are there often enough; None if there are none, or no others."""
        recent, most = self.companies[-(IN_A_ROW - 1) :], self.policy.of_one_company
        full = [each for each in set(recent) if each >= 0 and recent.count(each) >= most]
        if not full:
            return None
        barred = self.company == full[0]
        for each in full[1:]:
            barred |= self.company == each
        return None if barred[self.is_left].all() else barred

    def draw(self) -> Draw | None:
        """What may come next, until something is taken; None if nothing is left."""
        if not self.left:
            return None
        barred = self._barred()
        best = self.relevance.best(barred)
        if best is None:  # they are all beyond the window
            best = int(np.argmax(self.is_left if barred is None else self.is_left & ~barred))
        if not self.position or not self.policy.exploration:
            return Draw(best, ())
        return Draw(best, self._pools_without(barred))

    def _pools_without(self, barred: Mask | None) -> tuple[Pool, ...]:
        """The pools that are not empty, with the chance of each."""
        filled = []
        for share, members in self.pools:
            left = members if barred is None else members & ~barred
            count = int(np.count_nonzero(left))
            if count and share:
                filled.append((share, left, count))
        whole = sum([share for share, _, _ in filled])
        return tuple(
            [Pool(self.policy.exploration * share / whole, left, count) for share, left, count in filled]
        )

    def take(self, request_id: str) -> Placement | None:
        """The job of the next position; None if nothing is left."""
        draw = self.draw()
        if draw is None:
            return None
        number, explored = draw.at(uniform(f"{request_id}\n{self.position}"))
        placement = Placement(number, self.position, draw.propensity(number), explored)
        self._remove(number)
        self.companies.append(int(self.company[number]))
        self.relevance.put(int(self.rows[number]))
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
