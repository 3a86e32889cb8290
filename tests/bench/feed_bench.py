"""The feed over many open jobs: CPU a list, memory, jobs that open, agreement with an exact pass, start."""

import time
from collections.abc import Iterator

import numpy as np
import psutil

from deploy.embedded import Services
from schemas.documents import Job
from schemas.jobs import JobTrend, Neighbour
from schemas.model import from_epoch_ms
from tests.bench.board_ready import board_ready
from tests.bench.measure import Row
from workers.recommend.board import Board
from workers.recommend.boost import boosts
from workers.recommend.candidates import allowed_rows, candidates, exact
from workers.recommend.embedding import Vectors
from workers.recommend.feed import ranking, recommend
from workers.recommend.policy import DAY_MS, FeedPolicy
from workers.recommend.score import fatigue
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


def run(services: Services, quick: bool) -> list[Row]:
    """Measure a board of 100,000 jobs (5,000 if quick)."""
    jobs, lists = (5_000, 30) if quick else (100_000, 200)
    return [*_measure(jobs, lists), *board_ready(services, _own_texts(jobs), NOW)]


def _measure(jobs: int, lists: int) -> Iterator[Row]:
    embedder, random = TableEmbedder(), np.random.default_rng(1)
    before = psutil.Process().memory_info().rss
    began = time.process_time()
    board = filled(embedder, jobs, random)
    took = (time.process_time() - began) / jobs
    held = (psutil.Process().memory_info().rss - before) / 1e6
    yield f"board of {jobs:,} jobs", f"{held:.0f} MB", "resident, without texts but titles, trends of a third"
    yield "a job put, vector known", f"{took * 1e6:.0f} µs", "CPU, with its trend"
    yield from _feeds(board, jobs, lists, random)
    texts = [embedder.job_text(_job(number, random)) for number in range(2_000)]
    began = time.process_time()
    embedder.embed(texts)
    yield (
        "a job's text embedded",
        f"{(time.process_time() - began) / 2e3 * 1e6:.0f} µs",
        "CPU, some 180 letters",
    )


def _feeds(board: Board, jobs: int, lists: int, random: np.random.Generator) -> Iterator[Row]:
    """CPU and wall time of lists, and whether the preselection finds the best of all rows."""
    policy = FeedPolicy()
    people = [_person(number, jobs, random) for number in range(lists)]
    recommend(people[0], board, policy, NOW, "warm")
    cpu, wall = [], []
    for number, person in enumerate(people):
        began, began_cpu = time.perf_counter(), time.process_time()
        recommend(person, board, policy, NOW, str(number), size=50)
        cpu.append((time.process_time() - began_cpu) * 1e3)
        wall.append((time.perf_counter() - began) * 1e3)
    for name, values in (("CPU", cpu), ("wall", wall)):
        middle, high = np.percentile(values, [50, 99])
        yield (
            f"a list of 50, {name}",
            f"p50 {middle:.1f}, p99 {high:.1f} ms",
            f"{lists} people, 20 traces each",
        )
    same = [_agreement(person, board, policy) for person in people[:20]]
    yield "first 50 as in an exact pass", f"{min(same)} to {max(same)} of 50", "20 people"


def _agreement(person: JobSeeker, board: Board, policy: FeedPolicy) -> int:
    """How many of the best 50 are the best 50 when all rows are scored exactly."""
    of = ranking(person, board, policy, NOW)
    allowed = allowed_rows(of, person.excluded)
    fast = candidates(of, allowed)
    slow = exact(of, np.flatnonzero(allowed), boosts(of), fatigue(of), int(allowed.sum()))
    return len(np.intersect1d(fast.rows[:50], slow.rows[:50]))


def filled(embedder: TableEmbedder, jobs: int, random: np.random.Generator) -> Board:
    """A board of jobs in GROUPS clusters, with trends and neighbours for a third."""
    board = Board(embedder, capacity=jobs)
    middles = random.normal(size=(GROUPS, embedder.dims)).astype(np.float32)
    for number in range(jobs):
        board.put(_job(number, random), _unit(middles[number % GROUPS] + random.normal(size=embedder.dims)))
        if number % 3 == 0:
            board.trend(_trend(number, jobs, random))
    return board


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _job(number: int, random: np.random.Generator) -> Job:
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


def _own_texts(jobs: int) -> list[Job]:
    """Jobs of which no two have the same text."""
    random = np.random.default_rng(1)
    made = (_job(number, random) for number in range(jobs))
    return [job.model_copy(update={"title": f"{job.title}, {job.id}"}) for job in made]


def _trend(number: int, jobs: int, random: np.random.Generator) -> JobTrend:
    others = random.integers(0, jobs, 5)
    return JobTrend(
        job_id=f"job_{number}",
        at=from_epoch_ms(NOW - DAY_MS),
        interest=float(random.exponential(2.0)),
        neighbours=[Neighbour(job_id=f"job_{other}", weight=0.3) for other in others],
    )


def _person(number: int, jobs: int, random: np.random.Generator) -> JobSeeker:
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
