"""Vectors in Redis: asked for once a text, version and embedder, and never needed."""

from typing import Any

import numpy as np
import pytest
from redis import Redis
from structlog.testing import capture_logs

from tests.unit.board.embedders import ScriptedEmbedder
from tests.unit.recommend.boards import EMBEDDER
from workers.board.cached_embedder import KEPT_SECONDS, CachedEmbedder
from workers.recommend.embedding import EmbedderError, Vectors
from workers.recommend.quantization import quantized, restored
from workers.runtime.process.settings import Settings

TEXTS = ["Nurse", "Line Cook", "看護師", "Nurse"]


class VectorsInMemory:
    """The commands of Redis that the cache needs."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.waiting: dict[str, bytes] = {}

    def mget(self, keys: list[str]) -> list[bytes | None]:
        return [self.values.get(key) for key in keys]

    def pipeline(self, transaction: bool) -> "VectorsInMemory":
        assert not transaction
        return self

    def __enter__(self) -> "VectorsInMemory":
        return self

    def __exit__(self, *_: object) -> None: ...

    def set(self, key: str, value: bytes, ex: int) -> None:
        assert ex == KEPT_SECONDS
        self.waiting[key] = value

    def execute(self) -> list[bool]:
        self.values |= self.waiting
        return [True] * len(self.waiting)


def cached(redis: Any, embedder: ScriptedEmbedder, **settings: Any) -> CachedEmbedder:
    return CachedEmbedder(embedder, redis, Settings(**settings))


def rounded(texts: list[str]) -> Vectors:
    return restored(*quantized(ScriptedEmbedder().embed(texts)))


def test_a_text_is_embedded_once() -> None:
    """Also when it comes twice in one request; the answer is the same from the cache."""
    redis, embedder = VectorsInMemory(), ScriptedEmbedder()
    first = cached(redis, embedder).embed(TEXTS)
    again = cached(redis, embedder).embed(TEXTS[::-1])

    assert embedder.asked == TEXTS[:3]
    assert first.dtype == np.float32
    assert np.array_equal(first, rounded(TEXTS))
    assert np.array_equal(again, first[::-1])


def test_the_cache_says_what_its_embedder_is() -> None:
    embedder = ScriptedEmbedder("7")
    wrapped = cached(VectorsInMemory(), embedder)

    for name in ("name", "version", "dims", "near", "floor", "scale"):
        assert getattr(wrapped, name) == getattr(embedder, name)
    assert wrapped.embed([]).shape == (0, EMBEDDER.dims)


@pytest.mark.parametrize(
    "other", [{"version": "2"}, {"prefix": "other-"}, {"name": "another"}], ids=lambda other: str(*other)
)
def test_another_embedder_version_or_fleet_has_its_own_vectors(other: dict[str, str]) -> None:
    redis, embedder = VectorsInMemory(), ScriptedEmbedder()
    cached(redis, embedder).embed(["Nurse"])
    embedder.version = other.get("version", "1")
    embedder.name = other.get("name", "scripted")
    cached(redis, embedder, kairos_prefix=other.get("prefix", "")).embed(["Nurse"])

    assert embedder.asked == ["Nurse", "Nurse"]
    assert len(redis.values) == 2


def test_a_text_that_says_nothing_is_not_kept() -> None:
    """An embedder that could not read it may read it later."""
    redis, embedder = VectorsInMemory(), ScriptedEmbedder()
    vectors = cached(redis, embedder).embed(["…", "Nurse"])

    assert not vectors[0].any()
    assert len(redis.values) == 1


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"x",
        b"\xff" * (4 + EMBEDDER.dims),  # not a number
        b"\x00" * (4 + EMBEDDER.dims),
        np.float32(1.0).tobytes() + b"\x01" * EMBEDDER.dims,  # too long a vector
        np.float32(np.inf).tobytes() + b"\x01" * EMBEDDER.dims,
        b"\x00" * (5 + EMBEDDER.dims),
    ],
)
def test_a_damaged_value_is_made_anew(damaged: bytes) -> None:
    """With one line, however many there are; what is written then is whole."""
    redis, embedder = VectorsInMemory(), ScriptedEmbedder()
    wrapped = cached(redis, embedder)
    wrapped.embed(TEXTS)
    redis.values = dict.fromkeys(redis.values, damaged)
    with capture_logs() as lines:
        vectors = wrapped.embed(TEXTS)
        redis.values = dict.fromkeys(redis.values, damaged)
        wrapped.embed(TEXTS)
    wrapped.embed(TEXTS)

    assert np.array_equal(vectors, rounded(TEXTS))
    assert len(embedder.asked) == 9
    assert [line["event"] for line in lines] == ["vectors in Redis are damaged, and are made anew"]


@pytest.fixture
def unanswered() -> Redis:
    """A Redis that is not there."""
    return Redis("127.0.0.1", 1, socket_connect_timeout=2)


def test_without_redis_everything_is_computed(unanswered: Redis) -> None:
    """With one line, and without asking again for each of the texts."""
    embedder = ScriptedEmbedder()
    wrapped = cached(unanswered, embedder)
    with capture_logs() as lines:
        for _ in range(3):
            assert np.array_equal(wrapped.embed(TEXTS), rounded(TEXTS))

    assert embedder.asked == TEXTS[:3] * 3
    assert [line["event"] for line in lines] == ["vectors in Redis: lost"]


def test_a_failure_of_the_embedder_is_its_own() -> None:
    """Known texts need it no more."""
    redis, embedder = VectorsInMemory(), ScriptedEmbedder()
    wrapped = cached(redis, embedder)
    wrapped.embed(["Nurse"])
    embedder.fails = "no network"

    assert wrapped.embed(["Nurse"]).any()
    with pytest.raises(EmbedderError, match="no network"):
        wrapped.embed(["Nurse", "Cook"])


def test_any_text_has_a_key() -> None:
    """Half of a pair of surrogates is no UTF-8."""
    assert cached(VectorsInMemory(), ScriptedEmbedder()).embed(["\ud800"]).shape == (1, EMBEDDER.dims)
