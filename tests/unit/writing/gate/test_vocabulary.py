"""The closed vocabulary: the files of words, and how a word or a run is made of them."""

import re

import pytest

from workers.writing.gate.phrases import LISTS
from workers.writing.gate.vocabulary import (
    ENGLISH_BASES,
    JAPANESE,
    is_compound,
    is_english,
    is_kanji_compound,
)


def test_the_files_hold_words_only() -> None:
    """An entry of another shape would never match, or open a door."""
    assert [word for word in ENGLISH_BASES if not re.fullmatch(r"[a-z]+(?:['-][a-z]+)*", word)] == []
    shapes = r"[一-鿿々]+〜?|[ァ-ヺー]{2,}|[A-Za-z]{2,}"
    assert [word for word in JAPANESE if not re.fullmatch(shapes, word)] == []


def test_no_number_is_a_word() -> None:
    """A list of reasons stands before the vocabulary, but the vocabulary shall not rely on it."""
    assert ENGLISH_BASES & LISTS["en"]["number_words"].words == frozenset()
    assert {word for word in JAPANESE if re.search("[二三四五六七八九百千万億]", word)} <= {"万全"}


@pytest.mark.parametrize(
    "word", ["job", "jobs", "applied", "planned", "studies", "saving", "you've", "reader's", "hand-picked"]
)
def test_regular_forms_of_english_words_are_known(word: str) -> None:
    """The file holds their base."""
    assert is_english(word)


@pytest.mark.parametrize("word", ["google", "sued", "xjob", "jobx", "job-google", "s-s", "-", "you'z"])
def test_other_english_words_are_not(word: str) -> None:
    """Nor compounds with one of them."""
    assert not is_english(word)


def test_runs_of_kanji_are_cut_into_listed_words() -> None:
    """A stem that needs hiragana behind it ends a run, and only before hiragana."""
    assert is_kanji_compound("新着求人", followed=False)
    assert is_kanji_compound("選", followed=True)
    assert not is_kanji_compound("選", followed=False)
    assert not is_kanji_compound("選求人", followed=True)
    assert not is_kanji_compound("任天堂", followed=True)


def test_runs_of_katakana_are_cut_into_listed_words() -> None:
    """A name that only begins with one is no compound."""
    assert is_compound("キャリアイベント")
    assert not is_compound("データドッグ")
    assert not is_compound("トヨタ")
