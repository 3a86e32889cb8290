"""Made-up jobs and persons for the benches of the feed."""

from collections.abc import Iterator

import numpy as np

from schemas.documents import Job
from schemas.jobs import JobTrend, Neighbour
from schemas.model import from_epoch_ms
from workers.recommend.board import Board
from workers.recommend.embedding import Vectors
from workers.recommend.policy import DAY_MS
from workers.recommend.seeker import JobSeeker, KnownJob
from workers.recommend.table_embedder import TableEmbedder

NOW = 1_760_000_000_000
WORDS = (
    "engineer",
    "nurse",
    "cook",
    "driver",
    "teacher",
    "sales",
    "designer",
    "営業",
    "看護師",
    "介護",
    "事務",
    "保育士",
)
PLACES = (
    "新宿区",
    "Shibuya, Tokyo",
    "大阪市",
    "Nagoya",
    "福岡市",
    "札幌市",
    "San Francisco, CA",
    "Remote",
    "横浜市",
)
DESCRIPTION = (
    "We look for someone who likes to work with people. 経験不問、研修あり。 Good pay, flexible hours. " * 2
)
GROUPS = 400  # of alike jobs


def filled(embedder: TableEmbedder, jobs: int, random: np.random.Generator) -> Board:
    """A board of jobs in GROUPS clusters, with trends and neighbours for a third."""
    board = Board(embedder, capacity=jobs)
    middles = random.normal(size=(GROUPS, embedder.dims)).astype(np.float32)
    for number in range(jobs):
        board.put(
            made_up_job(number, random), _unit(middles[number % GROUPS] + random.normal(size=embedder.dims))
        )
        if number % 3 == 0:
            board.trend(_trend(number, jobs, random))
    return board


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def made_up_job(number: int, random: np.random.Generator) -> Job:
    words = random.choice(WORDS, 3)
    return Job(
        id=f"job_{number}",
        title=f"{words[0]} {words[1]} {number % 977}",
        company=f"company {number % 9_000}",
        location=str(random.choice(PLACES)),
        salary=f"年収{300 + number % 500}万円",
        description=DESCRIPTION,
        posted_at=from_epoch_ms(NOW - number % 60 * DAY_MS),
        closes_at=from_epoch_ms(NOW + (1 + number % 30) * DAY_MS),
    )


def own_texts(first: int, count: int) -> Iterator[Job]:
    """Jobs from a number on, of which no two have the same text."""
    random = np.random.default_rng(first)
    for number in range(first, first + count):
        job = made_up_job(number, random)
        yield job.model_copy(update={"title": f"{job.title}, {job.id}"})


def _trend(number: int, jobs: int, random: np.random.Generator) -> JobTrend:
    others = random.integers(0, jobs, 5)
    return JobTrend(
        job_id=f"job_{number}",
        at=from_epoch_ms(NOW - DAY_MS),
        interest=float(random.exponential(2.0)),
        neighbours=[Neighbour(job_id=f"job_{other}", weight=0.3) for other in others],
    )


def made_up_person(number: int, jobs: int, random: np.random.Generator) -> JobSeeker:
    """A person with 18 views and two rejections in a few groups of alike jobs."""
    groups = random.integers(0, GROUPS, 4)
    ids = [
        f"job_{group + GROUPS * int(random.integers(0, jobs // GROUPS))}"
        for group in groups
        for _ in range(5)
    ]
    views = [
        KnownJob(each, viewed_seconds=60.0 + at, viewed_at=NOW - at * DAY_MS)
        for at, each in enumerate(ids[2:])
    ]
    refused = [KnownJob(each, rejected_at=NOW) for each in ids[:2]]
    return JobSeeker(
        f"user_{number}",
        resume="Software engineer with ten years of experience",
        places=(str(random.choice(PLACES)),),
        language="ja",
        jobs=(*views, *refused),
        excluded=frozenset(ids[:2]),
    )
