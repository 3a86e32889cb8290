"""The open jobs in memory, changed by one thread while others rank on them."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from schemas.documents import Job
from schemas.jobs import JobTrend
from schemas.model import Version
from workers.board.board_changes import BoardChange
from workers.board.second_board import SecondBoard
from workers.recommend.board import Board
from workers.recommend.embedding import Embedder, label
from workers.runtime.metrics.jobs import BOARD_JOBS, BOARD_WAITING

REMEMBERED_MS = 100 * 86_400_000  # a job that ended: what people did with it says for 90 days what they like
log = structlog.get_logger()


class LiveBoard:
    """A board that one thread changes while others rank on it, one at a time, inside of `locked`.

    `embedder` is that of the board's jobs: the board's own one, or the same with a cache. It must not fail.
    With a `second` board `fill` embeds its texts, until it has all of them and takes the place of the first.
    """

    def __init__(
        self, board: Board, embedder: Embedder | None = None, second: SecondBoard | None = None
    ) -> None:
        self._first: Board | None = board  # None once the second is used
        self._second = second
        self._board = board  # which is used
        self._embedder = embedder or board.embedder
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._changed = threading.Event()
        self._jobs: dict[str, Job] = {}
        self._versions: dict[str, Version] = {}

    @property
    def is_ready(self) -> bool:
        """Whether it has every job that there was when it began."""
        return self._ready.is_set()

    def wait_until_ready(self, seconds: float) -> bool:
        """Wait for it, so long at most; whether it is ready."""
        return self._ready.wait(seconds)

    @property
    def has_second(self) -> bool:
        """Whether there is a second board to be filled."""
        return self._second is not None

    @property
    def embedder(self) -> Embedder:
        """That of the board that is used now."""
        return self._board.embedder

    @contextmanager
    def locked(self) -> Iterator[Board]:
        """The board that is used now, which does not change meanwhile."""
        with self._lock:
            yield self._board

    def job(self, job_id: str) -> Job | None:
        """The document of a job that is not deleted."""
        return self._jobs.get(job_id)

    def version(self, job_id: str) -> Version | None:
        """The version of the document of a job that is not deleted."""
        return self._versions.get(job_id)

    def tags(self, job_id: str) -> list[str] | None:
        """The tags of a job; None when there is no such job, and [] while that is not known yet."""
        job = self._jobs.get(job_id)
        if job is None:
            return None if self.is_ready else []
        return job.tags

    def begin(self) -> None:
        """It has every job that there was, and may be used."""
        log.info("the board is ready", jobs=len(self._jobs))
        self._ready.set()
        self._changed.set()

    def sweep(self, now: int) -> None:
        """Forget jobs that ended longer ago than they are remembered, at a time (epoch ms)."""
        with self._lock:
            for board in self._boards():
                board.sweep(now - REMEMBERED_MS)

    def apply(self, changes: Sequence[BoardChange]) -> None:
        """Change the board; the texts of the first one are embedded before it is locked."""
        latest = {(change.of_trend, change.job_id): change for change in changes}
        put = [change.job for change in latest.values() if change.job is not None]
        texts = [] if self._first is None else [self._embedder.job_text(job) for job in put]
        vectors = self._embedder.embed(texts)
        with self._lock:
            if self._first is not None:
                for job, vector in zip(put, vectors, strict=True):
                    self._first.put(job, vector)
            for job in put:
                if self._second is not None:
                    self._second.put(job, self._jobs.get(job.id))
                self._jobs[job.id] = job
            for change in latest.values():
                self._apply_other(change)
                if change.job is not None:
                    self._versions[change.job_id] = change.version
        BOARD_JOBS.set(len(self._jobs))
        self._tell_waiting()

    def _apply_other(self, change: BoardChange) -> None:
        for board in self._boards():
            apply_other(board, change)
        if not change.of_trend and change.job is None:
            self._jobs.pop(change.job_id, None)
            self._versions.pop(change.job_id, None)

    def _boards(self) -> list[Board]:
        second = None if self._second is None else self._second.board
        return [board for board in (self._first, second) if board is not None]

    def wait_for_texts(self, seconds: float) -> bool:
        """Whether there is something to fill; if not at once, after the next change or some seconds."""
        if not self._has_texts():
            self._changed.wait(seconds)
            self._changed.clear()
        return self._has_texts()

    def _has_texts(self) -> bool:
        return (
            self.is_ready and self._second is not None and (self._first is not None or len(self._second) > 0)
        )

    def fill(self) -> None:
        """Embed some texts of the second board, which is used from when all that waited are there.

        Of jobs that came in the meantime it knows the texts a batch later, as ever after. Raises
        EmbedderError; then nothing has changed. To be called by one thread, while there is something to fill.
        """
        second = self._second
        if second is None:
            raise ValueError("there is no second board")
        with self._lock:
            jobs = second.next_batch()
            is_rest = len(jobs) == len(second)
        vectors = second.embedder.embed([second.embedder.job_text(job) for job in jobs])
        if is_rest and self._first is not None:
            second.board.embedder.embed(())  # raises if it fails: vectors from the cache do not show that
        with self._lock:
            second.fill(jobs, vectors)
            if is_rest and self._first is not None:
                second.board.take_over_showings(self._first)
                self._board, self._first = second.board, None
                log.info(
                    "the board has another embedder", embedder=label(self.embedder), jobs=len(self._jobs)
                )
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        if self._second is not None:
            BOARD_WAITING.set(len(self._second))
            self._changed.set()


def apply_other(board: Board, change: BoardChange) -> None:
    """Change a board by anything but a job that is there."""
    if change.trend is not None:
        board.trend(change.trend)
    elif change.of_trend:
        if board.row(change.job_id) is not None:
            board.trend(JobTrend(job_id=change.job_id))
    elif change.job is None:
        board.close(change.job_id, change.at)
