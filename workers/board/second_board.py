"""A board whose vectors come later, from an embedder that is slow or may fail.

Everything else of a job is on it at once, so that it follows the topics like the first board. Until its
vector is there a new job's text says nothing, and a changed one's says what it said before.
"""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from schemas.documents import Job
from workers.recommend.board import Board
from workers.recommend.embedding import Embedder, Vectors

BATCH = 256  # texts that are embedded together


class SecondBoard:
    """The board, and the jobs whose texts wait. Nothing may read or change it while it is changed.

    `embedder` may differ from that of the board by a cache only.
    """

    def __init__(self, board: Board, embedder: Embedder) -> None:
        self.board = board
        self.embedder = embedder
        self._waiting: dict[str, Job] = {}

    def __len__(self) -> int:
        """How many texts wait."""
        return len(self._waiting)

    def put(self, job: Job, before: Job | None) -> None:
        """A job as it is now, and as it was before if it is known; its text waits if it is another."""
        row = self.board.row(job.id)
        known = np.zeros(self.embedder.dims, np.float32) if row is None else self.board.vectors([row])[0]
        self.board.put(job, known)
        text = self.embedder.job_text
        if row is None or before is None or text(before) != text(job):
            self._waiting[job.id] = job

    def next_batch(self) -> list[Job]:
        """The jobs whose texts have waited longest; those that are not on the board any more are left out."""
        first = list(islice(self._waiting.values(), BATCH))
        for job in first:
            if self.board.row(job.id) is None:
                del self._waiting[job.id]
        return [job for job in first if job.id in self._waiting]

    def fill(self, jobs: Sequence[Job], vectors: Vectors) -> None:
        """Vectors of a batch; a job whose text has changed meanwhile waits on."""
        for job, vector in zip(jobs, vectors, strict=True):
            if self._waiting.get(job.id) is job:
                del self._waiting[job.id]
                self.board.put_vector(job.id, vector)
