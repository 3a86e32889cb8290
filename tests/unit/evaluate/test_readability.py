"""The formulas of readability, against values that were worked out by hand."""

import pytest

from workers.evaluate.readability import english_grade, harder_by, japanese_score, readability
from workers.writing.models import EmailLanguage

ENGLISH, JAPANESE = EmailLanguage.ENGLISH, EmailLanguage.JAPANESE


def test_the_automated_readability_index_of_a_sentence() -> None:
    """35 letters, 9 words, 1 sentence: 4.71 * 35 / 9 + 0.5 * 9 - 21.43."""
    assert english_grade("The quick brown fox jumps over the lazy dog.") == pytest.approx(1.3867, abs=1e-4)


def test_the_index_counts_letters_words_and_sentences_only() -> None:
    """No signs; a text without an end is a sentence, an end without a text is none."""
    once = english_grade("We hope that you like them")

    assert english_grade("We hope: that, you like them!?") == once
    assert english_grade("... We hope that you like them. ...") == once
    assert english_grade("We hope that you like them. We hope that you like them.") == once


def test_the_score_of_tateisi_ono_and_yamada_of_a_sentence() -> None:
    """10 letters; runs 今日 天気 晴 / の は れです; one comma a full stop."""
    score = 115.79 - 0.12 * 10 + 7.4 * 5 / 3 - 23.18 * 5 / 3 - 4.67 * 1

    assert japanese_score("今日の天気は、晴れです。") == pytest.approx(score)


def test_each_kind_of_letter_has_its_weight() -> None:
    """Latin and katakana, too."""
    score = 115.79 - 0.12 * 12 - 1.37 * 3 + 7.4 * 4 / 3 - 23.18 * 2 - 5.4 * 3

    assert japanese_score("SQLのデータを分析する") == pytest.approx(score)


def test_longer_words_and_sentences_are_harder() -> None:
    """In both languages, whichever way the score goes."""
    easy = {ENGLISH: "We like it. You may like it.", JAPANESE: "きっと気に入ります。どうぞご覧ください。"}
    hard = {
        ENGLISH: "Organisational responsibilities necessitate considerable interdepartmental coordination.",
        JAPANESE: "業務改善計画策定支援担当者募集要項、応募資格詳細、選考過程説明資料、配布予定。",
    }
    for language in (ENGLISH, JAPANESE):
        scores = [readability(text[language], language) for text in (easy, hard)]
        assert scores[0] is not None
        assert scores[1] is not None
        assert harder_by(language, scores[0], scores[1]) > 5


@pytest.mark.parametrize("text", ["", " ", "…!?", "。、"])
def test_a_text_without_words_has_no_score(text: str) -> None:
    assert readability(text, ENGLISH) is None
    assert readability(text, JAPANESE) is None
