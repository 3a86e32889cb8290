"""The six sections of a mail: which jobs are in each, no job twice, and why one has fewer than it should.

Sections that few jobs can be in choose first. A section that cannot be filled is shorter and says why.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from workers.recommend.board import Board
from workers.recommend.candidates import Candidates, allowed_rows, candidates
from workers.recommend.columns import Floats, Rows
from workers.recommend.feed import NOTHING_SHOWN, picked, ranking
from workers.recommend.pick import Placement
from workers.recommend.picks import Pick, ReasonCode, Why
from workers.recommend.policy import DAY_MS, FeedPolicy
from workers.recommend.score import Ranking
from workers.recommend.seeker import JobSeeker, Showing

SectionName = Literal[
    "editorial_picks",
    "top_recommendations",
    "personalized_picks",
    "new_arrivals",
    "popular_jobs",
    "you_might_like",
]
NEW_DAYS = 14  # a job is new for so long
ENOUGH = 200  # of the newest, and of the most wanted jobs, that are scored exactly
NO = -np.inf


@dataclass(frozen=True, slots=True)
class JobSection:
    """A section: its jobs, best first, and why there are fewer than it should have (None: there are not)."""

    name: SectionName
    jobs: tuple[Pick, ...]
    shortened: str | None = None


@dataclass(frozen=True, slots=True)
class SectionRow:
    """How a section is filled: the highest `order` comes first, −inf does not belong to it.

    `jobs` says which jobs it is made of, `code` why they are there (None: each for its own reason).
    """

    name: SectionName
    size: int
    jobs: str
    code: ReasonCode | None
    order: Callable[[Ranking, Candidates, Rows], Floats]


def _editorial(of: Ranking, found: Candidates, picked_rows: Rows) -> Floats:
    return _only(np.isin(found.rows, picked_rows), found.scores)


def _top(of: Ranking, found: Candidates, picked_rows: Rows) -> Floats:
    return _only(found.scores > found.parts["fresh"], found.scores)  # new jobs have a section of their own


def _personalized(of: Ranking, found: Candidates, picked_rows: Rows) -> Floats:
    return _only(found.parts["text"] + found.parts["place"] > 0, found.scores)


def _new(of: Ranking, found: Candidates, picked_rows: Rows) -> Floats:
    """By day, the newest first, and by score within a day."""
    posted = of.board.columns.posted_at[found.rows]
    is_new = found.fits & (posted > of.now - NEW_DAYS * DAY_MS)
    days = (of.now - posted) // DAY_MS
    return _only(is_new, found.scores - 101.0 * days)


def _popular(of: Ranking, found: Candidates, picked_rows: Rows) -> Floats:
    interest = of.board.interest(of.now, found.rows)
    return _only(found.fits & (interest > 0), interest)


def _neighbours(of: Ranking, found: Candidates, picked_rows: Rows) -> Floats:
    return _only(found.parts["boost"] > 0, found.parts["boost"])


def _only(belongs: "np.ndarray[tuple[int], np.dtype[np.bool_]]", values: Floats) -> Floats:
    return np.asarray(np.where(belongs, values, NO), np.float32)


SECTIONS = (  # as a reader sees them
    SectionRow("editorial_picks", 5, "jobs picked by editors", "editorial", _editorial),
    SectionRow("top_recommendations", 5, "jobs for which anything speaks", None, _top),
    SectionRow("personalized_picks", 10, "jobs that match the profile or the history", None, _personalized),
    SectionRow("new_arrivals", 10, f"jobs of the last {NEW_DAYS} days", "new", _new),
    SectionRow("popular_jobs", 5, "jobs in which somebody was interested", "popular", _popular),
    SectionRow("you_might_like", 5, "jobs that people with the same interests liked", None, _neighbours),
)
FILLED = ("editorial_picks", "top_recommendations", "you_might_like", "popular_jobs", "new_arrivals")


def sections(
    seeker: JobSeeker,
    board: Board,
    policy: FeedPolicy,
    now: int,
    *,
    editorial: Collection[str] = (),
    shown: Mapping[str, Showing] = NOTHING_SHOWN,
) -> tuple[JobSection, ...]:
    """The sections for a person at `now` (epoch ms), in the order of SECTIONS, the same for the same input.

    `editorial` are ids of jobs that editors picked, beside those whose document says so. Nothing is explored.
    """
    of = ranking(seeker, board, policy, now, shown)
    allowed = allowed_rows(of, seeker.excluded)
    by_editors = _picked_by_editors(board, editorial)
    found = candidates(of, allowed, _others(of, np.flatnonzero(allowed), by_editors))
    is_left = np.ones(len(found.rows), np.bool_)
    filled: dict[SectionName, JobSection] = {}
    for row in sorted(SECTIONS, key=lambda each: (*FILLED, each.name).index(each.name)):
        order = np.where(is_left, row.order(of, found, by_editors), NO)
        chosen = _chosen(of, found, order, row.size)
        is_left[chosen] = False
        filled[row.name] = _section(of, found, row, chosen)
    return tuple(filled[row.name] for row in SECTIONS)


def _picked_by_editors(board: Board, editorial: Collection[str]) -> Rows:
    """The rows that editors picked, by the documents and by the list."""
    listed = [row for row in map(board.row, editorial) if row is not None]
    said = np.flatnonzero(board.columns.is_editorial[: board.rows])
    return np.union1d(said, np.array(listed, np.intp))


def _others(of: Ranking, allowed: Rows, by_editors: Rows) -> Rows:
    """Jobs that a section may need although their score is low: editorial, newest, most wanted ones."""
    posted, interest = of.board.columns.posted_at[allowed], of.board.interest(of.now, allowed)
    most = [allowed[np.argsort(-values, kind="stable")[:ENOUGH]] for values in (posted, interest)]
    return np.unique(np.concatenate([np.intersect1d(by_editors, allowed), *most]))


def _chosen(of: Ranking, found: Candidates, order: Floats, size: int) -> list[int]:
    """The best candidates by an order, at most of_one_company of a company while there are others."""
    companies = of.board.columns.company[found.rows]
    ranked = [int(number) for number in np.argsort(-order, kind="stable") if order[number] > NO]
    chosen: list[int] = []
    counts: dict[int, int] = {}
    for number in ranked:
        company = int(companies[number])
        if len(chosen) < size and (company < 0 or counts.get(company, 0) < of.policy.of_one_company):
            chosen.append(number)
            counts[company] = counts.get(company, 0) + 1
    more = [number for number in ranked if number not in set(chosen)]
    return chosen + more[: size - len(chosen)]


def _section(of: Ranking, found: Candidates, row: SectionRow, chosen: list[int]) -> JobSection:
    """A section with its jobs."""
    placements = [Placement(number, position, 1.0, explored=False) for position, number in enumerate(chosen)]
    jobs = picked(of, found, placements, is_scored=True)
    if row.code is not None:
        jobs = tuple(replace(each, why=Why(row.code)) for each in jobs)
    lacking = f"there are {len(jobs)} more {row.jobs}, {row.size} are wanted"
    return JobSection(row.name, jobs, lacking if len(jobs) < row.size else None)
