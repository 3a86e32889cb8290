"""A board that follows its topics: how long it takes until it is ready, and what it costs to follow on.

It is filled with an empty cache of vectors, and another one with the full cache. Then come the changes of a
minute, some with each poll of Kafka.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from deploy.embedded import Services
from schemas.documents import Job
from tests.bench.measure import Row
from workers.board.board_changes import JOBS, BoardChange
from workers.board.board_tail import SWEEP_MS, changes_of
from workers.board.cached_embedder import CachedEmbedder
from workers.board.live_board import LiveBoard
from workers.recommend.board import Board
from workers.recommend.table_embedder import TableEmbedder
from workers.runtime.kafka.following import MOST_AT_ONCE, POLL_MS
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings


class WrongBoard(AssertionError):
    """A board has a job that closed, or lacks one that opened."""


def board_ready(
    services: Services, jobs: Callable[[], Iterable[Job]], opening: Sequence[Job], at: int
) -> Iterator[Row]:
    """Apply jobs with texts of their own to two boards, one after the other, with Redis between them.

    `jobs` makes the same jobs each time. Those that open in a minute close as many of the others.
    """
    with connect(Settings(redis_url=services.redis_url), 10) as redis:
        for cache in ("cold", "cached"):
            embedder = TableEmbedder()
            board = LiveBoard(Board(embedder), CachedEmbedder(embedder, redis, Settings()))
            count, took, cpu = _filled(board, jobs(), at)
            yield (
                f"board ready, vectors {cache}",
                f"{took:.1f} s",
                f"{count:,} jobs, without reading them from Kafka; {cpu:.1f} s CPU without Redis",
            )
        share = _minute(board, opening, [job.id for job in islice(jobs(), len(opening))], at)
        yield (
            f"{len(opening):,} jobs open and as many close a minute",
            f"{share:.1%} of a core",
            f"CPU of a board of {count:,}: records read, texts embedded, swept once; without Kafka's client",
        )
        held: int = redis.info("memory")["used_memory"]
        yield "vectors in Redis", f"{held / 1e6:.0f} MB", f"{count:,} texts"


def _filled(board: LiveBoard, jobs: Iterable[Job], at: int) -> tuple[int, float, float]:
    """How many jobs a board was filled with, and the seconds that it took: by the clock, and of CPU."""
    count, took, cpu, left = 0, 0.0, 0.0, iter(jobs)
    while changes := [BoardChange(job.id, at, job) for job in islice(left, MOST_AT_ONCE)]:
        began, began_cpu = time.perf_counter(), time.process_time()
        board.apply(changes)
        took += time.perf_counter() - began
        cpu += time.process_time() - began_cpu
        count += len(changes)
    return count, took, cpu


def _minute(board: LiveBoard, opening: Sequence[Job], closing: Sequence[str], at: int) -> float:
    """The share of a core that a minute of changes takes, with a sweep; raises WrongBoard."""
    values = [(job.id, job.dumps()) for job in opening]
    both = [each for pair in zip(values, [(job, None) for job in closing], strict=True) for each in pair]
    records = [ConsumerRecord(JOBS, 0, at, job.encode(), value, at) for job, value in both]
    polls = SWEEP_MS // POLL_MS
    began = time.process_time()
    for poll in range(polls):
        first, end = poll * len(records) // polls, (poll + 1) * len(records) // polls
        board.apply(list(changes_of(records[first:end])))
    board.sweep(at)
    took = time.process_time() - began
    if any(board.job(job) for job in closing) or not all(board.job(job.id) for job in opening):
        raise WrongBoard
    return took / (SWEEP_MS / 1e3)
