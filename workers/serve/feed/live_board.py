"""The open jobs in memory, kept up to date from their topics: ready when it has read what was there."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas.documents import Job
from schemas.jobs import JobTrend
from topics.plan import TopicsError
from workers.recommend.board import Board
from workers.recommend.embedding import Embedder
from workers.runtime.kafka.broker import TopicInfo, describe
from workers.runtime.kafka.escaping_batch import read_any_header_name
from workers.runtime.kafka.headers import is_watermark
from workers.runtime.kafka.reader import CONNECT_MS, consumer_record, options, real_ends
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.clock import now_ms
from workers.runtime.process.metrics import BOARD_JOBS
from workers.runtime.process.settings import Settings
from workers.serve.feed.board_changes import TOPICS, BoardChange, board_change

POLL_MS = 100
END_SECONDS = 5.0
SWEEP_MS = 60_000
REMEMBERED_MS = 100 * 86_400_000  # a job that ended: what people did with it says for 90 days what they like
MOST_AT_ONCE = 2_000  # records, so that their texts are embedded together
log = structlog.get_logger()


class LiveBoard:
    """A board that one thread changes while others rank on it, one at a time, inside of `locked`.

    `embedder` is that of the board's jobs: the board's own one, or the same with a cache.
    """

    def __init__(self, board: Board, embedder: Embedder | None = None) -> None:
        self._board = board
        self._embedder = embedder or board.embedder
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._jobs: dict[str, Job] = {}

    @property
    def is_ready(self) -> bool:
        """Whether it has every job that there was when it began."""
        return self._ready.is_set()

    @contextmanager
    def locked(self) -> Iterator[Board]:
        """The board, which does not change meanwhile."""
        with self._lock:
            yield self._board

    def job(self, job_id: str) -> Job | None:
        """The document of a job that is not deleted."""
        return self._jobs.get(job_id)

    def tags(self, job_id: str) -> list[str]:
        """The tags of a job; none of one that is not known."""
        job = self._jobs.get(job_id)
        return [] if job is None else job.tags

    def sweep(self, now: int) -> None:
        """Forget jobs that ended longer ago than they are remembered, at a time (epoch ms)."""
        with self._lock:
            self._board.sweep(now - REMEMBERED_MS)

    def apply(self, changes: Sequence[BoardChange]) -> None:
        """Change the board; texts are embedded before it is locked."""
        latest = {(change.of_trend, change.job_id): change for change in changes}
        put = [change.job for change in latest.values() if change.job is not None]
        vectors = self._embedder.embed([self._embedder.job_text(job) for job in put])
        with self._lock:
            for job, vector in zip(put, vectors, strict=True):
                self._board.put(job, vector)
                self._jobs[job.id] = job
            for change in latest.values():
                self._apply_other(change)
        BOARD_JOBS.set(len(self._jobs))

    def _apply_other(self, change: BoardChange) -> None:
        if change.trend is not None:
            self._board.trend(change.trend)
        elif change.of_trend:
            if self._board.row(change.job_id) is not None:
                self._board.trend(JobTrend(job_id=change.job_id))
        elif change.job is None:
            self._board.close(change.job_id, change.at)
            self._jobs.pop(change.job_id, None)

    def follow(self, settings: Settings, topics: Mapping[str, TopicInfo], stop: threading.Event) -> None:
        """Read the topics from their beginnings until `stop` is set; raises KafkaError when Kafka fails."""
        with following(settings, topics) as consumer:
            ends, swept_at = real_ends(consumer, sorted(consumer.assignment())), 0
            while not stop.is_set():
                if now_ms() - swept_at > SWEEP_MS:
                    swept_at = now_ms()
                    self.sweep(swept_at)
                batches = consumer.poll(timeout_ms=POLL_MS, max_records=MOST_AT_ONCE)
                records = (
                    consumer_record(settings.logical(partition.topic), record)
                    for partition, batch in batches.items()
                    for record in batch
                )
                self.apply(list(changes_of(records)))
                if not self.is_ready and all(consumer.position(tp) >= end for tp, end in ends.items()):
                    log.info("the board is ready", jobs=len(self._jobs))
                    self._ready.set()


@contextmanager
def followed(settings: Settings, board: LiveBoard, stop: threading.Event) -> Iterator[None]:
    """Keep a board up to date in a thread while the block runs; `stop` ends it, too.

    After a failure of Kafka it begins anew; another failure sets `stop`, and is raised at the end.
    """
    failures: list[Exception] = []

    def follow() -> None:
        backoff = Backoff()
        try:
            while not stop.is_set():
                try:
                    board.follow(settings, describe(settings, TOPICS), stop)
                except (KafkaError, TopicsError) as error:
                    delay, line = backoff.failed(), " ".join(str(error).split())
                    log.warning("the board waits for Kafka", error=line, in_seconds=delay)
                    stop.wait(delay)
        except Exception as error:
            failures.append(error)
        finally:
            stop.set()

    thread = threading.Thread(target=follow, name="board", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(END_SECONDS)
    if failures:
        raise RuntimeError("the board ended") from failures[0]


def changes_of(records: Iterable[ConsumerRecord]) -> Iterator[BoardChange]:
    """The changes of some records; one that cannot be read is passed over with a line."""
    for record in records:
        if not is_watermark(record.headers):
            yield from read_each(record.topic, (record,), change_of)


def change_of(record: ConsumerRecord) -> BoardChange:
    """The change of one record; raises ValueError for one that is none."""
    return board_change(record.topic, record.key, record.value, record.timestamp)


@contextmanager
def following(settings: Settings, topics: Mapping[str, TopicInfo]) -> Iterator[Any]:
    """A consumer of all partitions of the board's topics, from their beginnings."""
    read_any_header_name()
    consumer = KafkaConsumer(bootstrap_timeout_ms=CONNECT_MS, **options(settings))
    try:
        consumer.assign(
            [
                TopicPartition(settings.name(topic), number)
                for topic in TOPICS
                for number in range(topics[topic].partitions)
            ]
        )
        consumer.seek_to_beginning()
        yield consumer
    finally:
        with suppress(KafkaError):
            consumer.close()
