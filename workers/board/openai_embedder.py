"""Vectors from an embedding model of OpenAI, or of another server with its API."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import structlog
from openai import APIStatusError, BadRequestError, OpenAI, OpenAIError

from schemas.documents import Job
from workers.recommend.centring import TYPICAL, centred
from workers.recommend.embedding import EmbedderError, Vectors
from workers.runtime.metrics.models import EMBEDDED
from workers.runtime.process.settings import Settings

MODEL = "text-embedding-3-small"
DESCRIBED = 400  # letters of a job's description
MOST_TEXTS = 256  # of a request
MOST_LETTERS = 2_000  # of a text: less than the 8,191 tokens that it may have, whatever the letters
MOST_TOGETHER = 100_000  # letters of a request, which may have 300,000 tokens
log = structlog.get_logger()


class TextsRefusedError(EmbedderError):
    """The server does not take what it was sent."""


class OpenAIEmbedder:
    """Vectors of `text-embedding-3-small`, shortened to 384 numbers, without the mean of typical texts.

    `near`, `floor` and `scale` are those of e5, whose vectors are centred in the same way: they hold until
    somebody with a key has measured them.
    """

    name = "openai"
    version = "1"
    dims = 384
    near = 0.7
    floor = 0.1
    scale = 0.43
    is_quick = False

    def __init__(self, client: OpenAI) -> None:
        self.client = client
        self._mean: Vectors | None = None
        self._refusal_is_told = False

    def job_text(self, job: Job) -> str:
        """The title, the tags, the start of the description."""
        parts = (job.title or "", " ".join(job.tags), (job.description or "")[:DESCRIBED])
        return "\n".join(part for part in parts if part)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, (n, dims) of float32; raises EmbedderError.

        What the server refuses in itself says nothing, like a text without a letter.
        """
        if self._mean is None:
            self._mean = self._answered(TYPICAL).mean(axis=0)
        vectors = np.zeros((len(texts), self.dims), np.float32)
        for numbers in batches([sendable(text) for text in texts]):
            vectors[numbers] = self._accepted([sendable(texts[number]) for number in numbers])
        return centred(vectors, self._mean)

    def _accepted(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, of length 0 for those that are refused."""
        try:
            return self._answered(texts)
        except TextsRefusedError as error:
            self._answered(TYPICAL[:1])  # raises if the server takes nothing, and no text is to blame
            if len(texts) == 1:
                self._tell_refusal(error)
                return np.zeros((1, self.dims), np.float32)
        middle = len(texts) // 2
        return np.concatenate([self._accepted(texts[:middle]), self._accepted(texts[middle:])])

    def _answered(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, of length 1; raises EmbedderError, TextsRefusedError if the texts may be why."""
        try:
            answer = self.client.embeddings.create(model=MODEL, input=list(texts), dimensions=self.dims)
            vectors = vectors_of(answer, len(texts), self.dims)
        except BadRequestError as error:
            raise TextsRefusedError(f"status {error.status_code} ({error.code or 'no code'})") from None
        except APIStatusError as error:
            raise EmbedderError(f"status {error.status_code} ({error.code or 'no code'})") from None
        except OpenAIError as error:
            raise EmbedderError(type(error).__name__) from None
        except (AttributeError, TypeError, ValueError) as error:
            raise EmbedderError(f"the answer cannot be read ({type(error).__name__})") from None
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def _tell_refusal(self, error: TextsRefusedError) -> None:
        EMBEDDED.labels(self.name, "failed").inc()
        if not self._refusal_is_told:
            self._refusal_is_told = True
            log.warning("a text is refused, and says nothing", embedder=self.name, error=str(error))


def sendable(text: str) -> str:
    """A text as it can be sent: not too long, UTF-8, nothing if it has no letter."""
    cut = text[:MOST_LETTERS].encode("utf-8", "replace").decode()
    return cut if any(map(str.isalnum, cut)) else ""


def batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """The numbers of the texts that are not empty, as many as one request may have."""
    batch: list[int] = []
    letters = 0
    for number, text in enumerate(texts):
        if not text:
            continue
        if len(batch) == MOST_TEXTS or letters + len(text) > MOST_TOGETHER:
            yield batch
            batch, letters = [], 0
        batch.append(number)
        letters += len(text)
    if batch:
        yield batch


def vectors_of(answer: Any, count: int, dims: int) -> Vectors:
    """The vectors of an answer, in the order of the request; raises ValueError for what is none."""
    vectors = np.full((count, dims), np.nan, np.float32)
    for each in answer.data:
        if not 0 <= each.index < count:
            raise ValueError("a vector of another text")
        vectors[each.index] = np.asarray(each.embedding, np.float32)
    lengths = np.linalg.norm(vectors, axis=1)
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        raise ValueError("a text without a vector")
    return vectors


def openai_embedder(settings: Settings) -> OpenAIEmbedder:
    """The embedder for the settings (key, base URL, timeout), without the client's own retries."""
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    client = OpenAI(
        api_key=key,
        base_url=settings.openai_base_url,
        max_retries=0,
        timeout=settings.openai_timeout_seconds,
    )
    return OpenAIEmbedder(client)
