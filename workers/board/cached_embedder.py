"""An embedder whose vectors are kept in Redis, so that a board of known texts is ready in seconds.

Keys, behind the prefix: `emb:NAME:VERSION:HASH`, 16 bytes of the text's SHA-256 as hex. A value is the scale
(float32, little-endian) and the row (int8, one byte a dimension).
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray
from redis import Redis
from redis.exceptions import RedisError

from schemas.documents import Job
from workers.recommend.embedding import Embedder, Vectors, label
from workers.recommend.quantization import quantized, restored
from workers.runtime.metrics.models import EMBEDDED
from workers.runtime.process.error_text import one_line
from workers.runtime.process.outage import Outage
from workers.runtime.process.settings import Settings

KEPT_SECONDS = 90 * 86_400  # as long as what people did with a job counts
BATCH = 1_000  # texts of one command
HASH_BYTES = 16
ALONE_SECONDS = 30.0  # for which Redis is not asked after a failure
LENGTH_ERROR = 0.05  # of a vector's length, 1; what differs more is damaged
log = structlog.get_logger()


class CachedEmbedder:
    """An embedder that says what another one says, rounded to int8, and asks that one only once for a text.

    Without Redis, and where a value is damaged, the text is embedded anew. Vectors of length 0 are not kept.
    """

    def __init__(self, embedder: Embedder, redis: Redis, settings: Settings) -> None:
        self.name = embedder.name
        self.version = embedder.version
        self.dims = embedder.dims
        self.near = embedder.near
        self.floor = embedder.floor
        self.scale = embedder.scale
        self.is_quick = False
        self._embedder = embedder
        self._redis: Any = redis
        self._prefix = settings.name(f"emb:{label(embedder)}:")
        self._value = np.dtype([("scale", "<f4"), ("row", "i1", (embedder.dims,))])
        self._outage = Outage("vectors in Redis", ALONE_SECONDS)
        self._damage_is_told = False

    def job_text(self, job: Job) -> str:
        """What is embedded of a job."""
        return self._embedder.job_text(job)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, (n, dims) of float32; raises what the embedder raises."""
        parts = [self._embed(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dims), np.float32)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        keys = [self._key(text) for text in texts]
        text_of = dict(zip(keys, texts, strict=True))
        found = self._read(list(text_of))
        missing = [key for key in text_of if key not in found]
        EMBEDDED.labels(self.name, "cache").inc(len(found))
        if missing:
            made = self._packed(self._embedder.embed([text_of[key] for key in missing]))
            values = dict(zip(missing, (value.tobytes() for value in made), strict=True))
            self._write({key: values[key] for key in np.array(missing)[made["row"].any(axis=1)]})
            found |= values
            EMBEDDED.labels(self.name, "computed").inc(len(missing))
        return restored(*self._unpacked(found[key] for key in keys))

    def _key(self, text: str) -> str:
        return self._prefix + sha256(text.encode("utf-8", "surrogatepass")).digest()[:HASH_BYTES].hex()

    def _packed(self, vectors: Vectors) -> NDArray[Any]:
        values = np.zeros(len(vectors), self._value)
        values["row"], values["scale"] = quantized(vectors)
        return values

    def _unpacked(self, values: Iterable[bytes]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        read = np.frombuffer(b"".join(values), self._value)
        return read["row"], read["scale"]

    def _read(self, keys: list[str]) -> dict[str, bytes]:
        """The values that Redis has, by key, without those that are damaged."""
        stored = [] if self._outage.lasts else self._asked(self._redis.mget, keys)
        there = {key: value for key, value in zip(keys, stored, strict=False) if value is not None}
        sized = {key: value for key, value in there.items() if len(value) == self._value.itemsize}
        with np.errstate(all="ignore"):  # bytes of others may be any number
            lengths = np.linalg.norm(restored(*self._unpacked(sized.values())), axis=1)
            is_whole = np.abs(lengths - 1.0) < LENGTH_ERROR
        whole = {key: value for (key, value), each in zip(sized.items(), is_whole, strict=True) if each}
        if len(whole) < len(there):
            self._tell_damage(len(there) - len(whole))
        return whole

    def _write(self, values: dict[str, bytes]) -> None:
        if not values or self._outage.lasts:
            return
        with self._redis.pipeline(transaction=False) as pipe:
            for key, value in values.items():
                pipe.set(key, value, ex=KEPT_SECONDS)
            self._asked(pipe.execute)

    def _asked(self, command: Any, *arguments: Any) -> list[Any]:
        """What Redis answers; nothing when it fails."""
        try:
            answer = list(command(*arguments))
        except RedisError as error:
            self._outage.failed(one_line(error))
            return []
        self._outage.answered()
        return answer

    def _tell_damage(self, count: int) -> None:
        EMBEDDED.labels(self.name, "damaged").inc(count)
        if not self._damage_is_told:
            self._damage_is_told = True
            log.warning("vectors in Redis are damaged, and are made anew", embedder=label(self), count=count)
