"""Embedders for the tests of serve: what they were asked is stored, and they fail when they are told to."""

from collections.abc import Sequence

import numpy as np

from schemas.documents import Job
from tests.unit.recommend.boards import EMBEDDER
from workers.recommend.embedding import EmbedderError, Vectors


class ScriptedEmbedder:
    """The vectors of the default embedder turned round, so that they cannot be taken for those."""

    name = "scripted"
    dims = EMBEDDER.dims
    near, floor, scale = 0.7, 0.1, 0.5
    is_quick = False

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.asked: list[str] = []
        self.fails: str | None = None

    def job_text(self, job: Job) -> str:
        return job.title or ""

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.fails is not None:
            raise EmbedderError(self.fails)
        self.asked += texts
        return np.ascontiguousarray(EMBEDDER.embed(texts)[:, ::-1])
