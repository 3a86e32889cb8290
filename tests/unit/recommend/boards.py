"""Small boards and persons for the tests of the ranking."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.documents import Job
from schemas.jobs import JobTrend, Neighbour
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.recommend.board import Board
from workers.recommend.feed import recommend
from workers.recommend.picks import Picks
from workers.recommend.policy import FeedPolicy
from workers.recommend.seeker import JobSeeker, KnownJob
from workers.recommend.table_embedder import TableEmbedder

NOW_AT = datetime(2024, 2, 10, tzinfo=UTC)
NOW = to_epoch_ms(NOW_AT)
RESUME = "Software developer with Python, machine learning and data analysis"
SECOND, DAY = 1_000, 86_400_000
EMBEDDER = TableEmbedder()
POLICY = FeedPolicy()
PLAIN = FeedPolicy(exploration=0.0, relevance=1.0)  # the order of the scores
TITLES = (
    "Python Developer",
    "Data Analyst",
    "ML Engineer",
    "Product Manager",
    "Backend Developer",
    "AI Researcher",
    "Registered Nurse",
    "Line Cook",
    "Truck Driver",
    "Kindergarten Teacher",
    "Accountant",
    "Hair Stylist",
)


def job(job_id: str, title: str | None = None, **fields: Any) -> Job:
    """An open job; each has a company of its own."""
    given = {"company": f"Company {job_id}", "posted_at": NOW_AT - timedelta(days=1)} | fields
    return Job(id=job_id, title=title or job_id, **given)


def board_of(*jobs: Job) -> Board:
    """A board with some jobs."""
    board = Board(EMBEDDER, capacity=4)
    for each in jobs:
        board.put(each)
    return board


def titled() -> Board:
    """A board with the jobs of TITLES; the id is the title."""
    return board_of(*(job(title) for title in TITLES))


def trend(job_id: str, interest: float = 0.0, at: int = NOW, **neighbours: float) -> JobTrend:
    """A trend of a job, with neighbours by id (_ stands for a space)."""
    named = [Neighbour(job_id=key.replace("_", " "), weight=weight) for key, weight in neighbours.items()]
    return JobTrend(job_id=job_id, at=from_epoch_ms(at), interest=interest, neighbours=named)


def wanted(job_id: str, views: float, interest: float | None = None) -> JobTrend:
    """A trend of a job that was viewed so often; without `interest` the views were short."""
    said = views * POLICY.weights.viewed_least if interest is None else interest
    return JobTrend(job_id=job_id, at=NOW_AT, views=views, interest=said)


def viewed(job_id: str, seconds: float = 600, at: int = NOW) -> KnownJob:
    """A view."""
    return KnownJob(job_id, viewed_seconds=seconds, viewed_at=at)


def seeker(*jobs: KnownJob, **fields: Any) -> JobSeeker:
    """A person; what they applied for, rejected or ignored is excluded."""
    excluded = {
        each.job_id
        for each in jobs
        if (each.applied_at, each.rejected_at, each.ignored_at) != (None, None, None)
    }
    return JobSeeker("mia", jobs=jobs, excluded=frozenset(excluded), **fields)


def feed(person: JobSeeker, board: Board, policy: FeedPolicy = PLAIN, now: int = NOW) -> Picks:
    """A list of 20."""
    return recommend(person, board, policy, now, "request")


def scores(picks: Picks) -> dict[str, float]:
    """The score of each job that is shown."""
    return {each.job_id: each.score for each in picks.jobs}
