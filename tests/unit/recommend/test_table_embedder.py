"""The default embedder: alike texts are near, in one language and across two, and any text has a vector."""

import numpy as np
import pytest

from tests.unit.recommend.titles import GROUPS, mean_reciprocal_rank
from workers.recommend.embedding import likeness, per_cent
from workers.recommend.table_embedder import TableEmbedder

EMBEDDER = TableEmbedder()
ENGLISH = EMBEDDER.embed([title for english, _ in GROUPS for title in english])
JAPANESE = EMBEDDER.embed([title for _, japanese in GROUPS for title in japanese])


def test_titles_find_their_group_in_the_other_language() -> None:
    """Done-when 6: a mean reciprocal rank of at least 0.6, both ways; chance is about 0.1."""
    assert len(ENGLISH) == len(JAPANESE) == 72
    assert mean_reciprocal_rank((ENGLISH @ JAPANESE.T).tolist()) >= 0.6
    assert mean_reciprocal_rank((JAPANESE @ ENGLISH.T).tolist()) >= 0.6


def test_the_rank_is_not_found_by_chance() -> None:
    """The measure is low for vectors that know nothing."""
    random = np.random.default_rng(1).normal(size=(72, 72))

    assert mean_reciprocal_rank(random.tolist()) < 0.2


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("Python Developer", "Senior Python Developer", "Nurse"),
        ("看護師", "Registered Nurse", "Truck Driver"),
        ("Ｗｅｂエンジニア", "webエンジニア", "介護士"),  # full width
        ("Café staff", "CAFE STAFF", "welder"),
    ],
)
def test_alike_texts_are_nearer(one: str, same: str, other: str) -> None:
    """Than texts about something else."""
    vectors = EMBEDDER.embed([one, same, other])

    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_random_titles_have_little_in_common() -> None:
    """The vectors are centred: titles of different groups are at right angles on average (C5)."""
    both = np.vstack([ENGLISH, JAPANESE])
    group = np.arange(len(both)) % 72 // 3
    different = (both @ both.T)[group[:, None] != group]

    assert abs(float(different.mean())) < 0.05
    assert float((different >= EMBEDDER.near).mean()) < 0.02  # C9: near is rare by chance


@pytest.mark.parametrize("text", ["", " ", "…!?", "\x00", "👩‍🍳", "a" * 100_000, "あ" * 100_000, "١٢٣"])
def test_any_text_has_a_vector_of_length_1_or_0(text: str) -> None:
    """Whatever comes in from outside may be anything."""
    (vector,) = EMBEDDER.embed([text])

    assert vector.shape == (EMBEDDER.dims,)
    assert vector.dtype == np.float32
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-5) or not vector.any()


def test_the_same_text_has_the_same_vector_in_any_company() -> None:
    """A vector can be kept by the hash of its text."""
    alone = EMBEDDER.embed(["看護師"])[0]

    assert np.array_equal(alone, EMBEDDER.embed(["Chef", "看護師", ""])[1])


def test_the_map_to_per_cent_is_fixed_and_monotone() -> None:
    """C5: points are 0 to 90, by likeness alone, and nothing in common is 0."""
    points = per_cent(EMBEDDER, likeness(EMBEDDER, np.linspace(-1, 1, 201, dtype=np.float32)))

    assert float(points.min()) == 0.0
    assert 0 < float(points.max()) <= 90
    assert (np.diff(points) >= 0).all()
    assert float(per_cent(EMBEDDER, np.array([1e9], np.float32))[0]) <= 90
