"""How long a board takes until it is ready: with an empty cache of vectors, and with a full one."""

import time
from collections.abc import Iterator, Sequence

from deploy.embedded import Services
from schemas.documents import Job
from tests.bench.measure import Row
from workers.recommend.board import Board
from workers.recommend.table_embedder import TableEmbedder
from workers.runtime.kafka.following import MOST_AT_ONCE
from workers.runtime.process.settings import Settings
from workers.serve.feed.board_changes import BoardChange
from workers.serve.feed.cached_embedder import CachedEmbedder
from workers.serve.feed.live_board import LiveBoard
from workers.serve.read_model import connect


def board_ready(services: Services, jobs: Sequence[Job], at: int) -> Iterator[Row]:
    """Apply jobs with texts of their own to two boards, one after the other, with Redis between them."""
    changes = [BoardChange(job.id, at, job) for job in jobs]
    with connect(Settings(redis_url=services.redis_url), 10) as redis:
        for cache in ("cold", "cached"):
            embedder = TableEmbedder()
            cached = CachedEmbedder(embedder, redis, Settings())
            board = LiveBoard(Board(embedder), cached)
            began, began_cpu = time.perf_counter(), time.process_time()
            for start in range(0, len(changes), MOST_AT_ONCE):
                board.apply(changes[start : start + MOST_AT_ONCE])
            took, cpu = time.perf_counter() - began, time.process_time() - began_cpu
            yield (
                f"board ready, vectors {cache}",
                f"{took:.1f} s",
                f"{len(jobs):,} jobs, without reading them from Kafka; {cpu:.1f} s CPU without Redis",
            )
        held: int = redis.info("memory")["used_memory"]
        yield "vectors in Redis", f"{held / 1e6:.0f} MB", f"{len(jobs):,} texts"
