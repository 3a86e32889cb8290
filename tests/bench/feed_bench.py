"""The feed over many open jobs: CPU a list, memory, jobs that open and close, start.

The best of each list are compared with those of an exact pass over all jobs.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import psutil

from deploy.embedded import Services
from tests.bench.board_ready import board_ready
from tests.bench.feed_jobs import NOW, filled, made_up_job, made_up_person, own_texts
from tests.bench.measure import Row
from workers.recommend.board import Board
from workers.recommend.boost import boosts
from workers.recommend.candidates import allowed_rows, candidates, exact
from workers.recommend.feed import ranking, recommend
from workers.recommend.policy import FeedPolicy
from workers.recommend.score import fatigue
from workers.recommend.seeker import JobSeeker
from workers.recommend.table_embedder import TableEmbedder
from workers.serve.feed.feeds import LONGEST_LIST

A_MINUTE = 1_000  # jobs that open, and as many that close
AT_ONCE = 100_000  # jobs that are scored exactly together


def run(services: Services, quick: bool) -> list[Row]:
    """Measure a board of 100,000 jobs (5,000 if quick)."""
    return list(measured(services, *((5_000, 30) if quick else (100_000, 200))))


def measured(services: Services, jobs: int, lists: int) -> Iterator[Row]:
    """Measure a board of some jobs, and some lists of it."""
    yield from _measure(jobs, lists)
    opening = list(own_texts(jobs, A_MINUTE))
    yield from board_ready(services, lambda: own_texts(0, jobs), opening, NOW)


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
    texts = [embedder.job_text(made_up_job(number, random)) for number in range(2_000)]
    began = time.process_time()
    embedder.embed(texts)
    yield (
        "a job's text embedded",
        f"{(time.process_time() - began) / 2e3 * 1e6:.0f} µs",
        "CPU, some 180 letters",
    )


def _feeds(board: Board, jobs: int, lists: int, random: np.random.Generator) -> Iterator[Row]:
    """CPU and wall time of lists, and whether the preselection finds the best of all rows."""
    people = [made_up_person(number, jobs, random) for number in range(lists)]
    nowhere = [replace(person, places=()) for person in people]
    yield from _timed(board, people, 50, "20 traces each")
    yield from _timed(board, people, LONGEST_LIST, "the list that serve makes")
    yield from _timed(board, nowhere, LONGEST_LIST, "of whom no place is known")
    same = [_agreement(person, board, FeedPolicy()) for person in (*people[:10], *nowhere[10:20])]
    yield "first 50 as in an exact pass", f"{min(same)} to {max(same)} of 50", f"{len(same)} people"


def _timed(board: Board, people: Sequence[JobSeeker], size: int, what: str) -> Iterator[Row]:
    """CPU and wall time of a list for each of some people."""
    policy, times = FeedPolicy(), []
    recommend(people[0], board, policy, NOW, "warm")
    for number, person in enumerate(people):
        began, began_cpu = time.perf_counter(), time.process_time()
        recommend(person, board, policy, NOW, str(number), size=size)
        times.append((time.process_time() - began_cpu, time.perf_counter() - began))
    for name, values in zip(("CPU", "wall"), np.transpose(times), strict=True):
        middle, high = np.percentile(values * 1e3, [50, 99])
        yield (
            f"a list of {size}, {name}",
            f"p50 {middle:.1f}, p99 {high:.1f} ms",
            f"{len(people)} people, {what}",
        )


def _agreement(person: JobSeeker, board: Board, policy: FeedPolicy) -> int:
    """How many of the best 50 are the best 50 when all rows are scored exactly."""
    of = ranking(person, board, policy, NOW)
    allowed = allowed_rows(of, person.excluded)
    rows, best = np.flatnonzero(allowed), list[tuple[float, int]]()
    for start in range(0, len(rows), AT_ONCE):
        part = exact(of, rows[start : start + AT_ONCE], boosts(of), fatigue(of), int(allowed.sum()))
        best += zip(part.scores[:50].tolist(), part.rows[:50].tolist(), strict=True)
    slow = [row for _, row in sorted(best, reverse=True)[:50]]
    return len(np.intersect1d(candidates(of, allowed).rows[:50], slow))
