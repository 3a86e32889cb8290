"""Vectors as int8 and a scale: close to what they were, and the same however often that is done."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.recommend.boards import EMBEDDER
from workers.recommend.embedding import Vectors
from workers.recommend.quantization import quantized, restored

SEEDS = st.integers(0, 2**32 - 1)


def random_vectors(seed: int, length: float = 1.0) -> Vectors:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(20, 64)) * random.exponential(size=(20, 64))
    vectors *= length / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors, np.float32)


def test_a_cosine_is_off_by_less_than_a_hundredth() -> None:
    vectors = EMBEDDER.embed(["Nurse", "看護師", "Truck driver in Osaka"])
    kept = restored(*quantized(vectors))

    assert float(np.abs(kept @ kept.T - vectors @ vectors.T).max()) < 0.01


@given(SEEDS, st.sampled_from([1e-6, 0.3, 1.0, 1e6]))
def test_what_was_rounded_is_not_rounded_again(seed: int, length: float) -> None:
    """To the last bit: a vector from the cache makes the same row of the board as a new one."""
    rows, scales = quantized(random_vectors(seed, length))
    again, scales_again = quantized(restored(rows, scales))

    assert np.array_equal(rows, again)
    assert np.array_equal(scales, scales_again)


@given(SEEDS)
def test_a_vector_alone_is_as_among_others(seed: int) -> None:
    vectors = random_vectors(seed)
    rows, scales = quantized(vectors)
    row, scale = quantized(vectors[7])

    assert np.array_equal(row, rows[7])
    assert scale == scales[7]


@pytest.mark.parametrize("value", [0.0, 1e-45, 1e-38])
def test_a_vector_of_next_to_nothing_is_one(value: float) -> None:
    """No division by nothing, whatever an embedder says."""
    rows, scales = quantized(np.full((1, 4), value, np.float32))

    assert np.isfinite(restored(rows, scales)).all()
    assert scales[0] > 0
