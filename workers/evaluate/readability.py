"""How easy a text is to read, by a published formula for each language. Pure.

English: the Automated Readability Index (Senter and Smith, AMRL-TR-66-220, 1967), which is about the school
grade in the United States that can read it: less is easier. Japanese: the short formula of Tateisi, Ono and
Yamada (A Computer Readability Formula of Japanese Texts for Machine Scoring, COLING 1988), for which usual
texts have 50 with a standard deviation of 10: more is easier. Both need neither a dictionary nor syllables.
"""

import re
from collections.abc import Sequence
from statistics import fmean

from workers.writing.models import EmailLanguage

ENGLISH_WORD = re.compile(r"[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+)*")
ENGLISH_END = re.compile(r"[.!?]+(?=\s|$)")
JAPANESE_END = re.compile(r"[。！？!?]+")
COMMA = "、"
RUNS = {
    "letters": re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]+"),
    "hiragana": re.compile(r"[ぁ-ゖ]+"),
    "kanji": re.compile(r"[一-鿿々]+"),
    "katakana": re.compile(r"[ァ-ヺー]+"),
}
LETTER = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ0-9０-９ぁ-ゖ一-鿿々ァ-ヺー]")


def readability(text: str, language: EmailLanguage) -> float | None:
    """The score of a text, to be compared with others of its language only; None for one without words."""
    return japanese_score(text) if language is EmailLanguage.JAPANESE else english_grade(text)


def harder_by(language: EmailLanguage, before: float, after: float) -> float:
    """How much harder a score says that a text has become; below 0: easier."""
    return before - after if language is EmailLanguage.JAPANESE else after - before


def english_grade(text: str) -> float | None:
    """The Automated Readability Index: 4.71 characters a word + 0.5 words a sentence - 21.43."""
    words = ENGLISH_WORD.findall(text)
    if not words:
        return None
    sentences = sum(bool(ENGLISH_WORD.search(part)) for part in ENGLISH_END.split(text))
    characters = sum(map(len, words))
    return 4.71 * characters / len(words) + 0.5 * len(words) / sentences - 21.43


def japanese_score(text: str) -> float | None:
    """The score of Tateisi, Ono and Yamada, of the lengths of sentences and of runs of one kind of letter.

    115.79 - 0.12 letters a sentence - 1.37, + 7.4, - 23.18, - 5.4 letters a run of Latin, of hiragana, of
    kanji, of katakana, - 4.67 commas a full stop. Of a kind that does not occur a run has no letters.
    """
    sentences = [part for part in JAPANESE_END.split(text) if LETTER.search(part)]
    if not sentences:
        return None
    a_sentence = fmean(len(LETTER.findall(each)) for each in sentences)
    latin, hiragana, kanji, katakana = (mean_length(pattern.findall(text)) for pattern in RUNS.values())
    commas = text.count(COMMA) / len(sentences)
    of_runs = -1.37 * latin + 7.4 * hiragana - 23.18 * kanji - 5.4 * katakana
    return 115.79 - 0.12 * a_sentence + of_runs - 4.67 * commas


def mean_length(runs: Sequence[str]) -> float:
    """The mean length of runs; 0 without any."""
    return fmean(map(len, runs)) if runs else 0.0
