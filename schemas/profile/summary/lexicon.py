"""Texts as people enter them, prepared for a sentence: cleaned, and known words in both languages."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from schemas.blanks import is_blank
from schemas.folding import folded, unescaped
from schemas.profile.summary.phrases import is_anything, is_useless

BULLETS = " #,;:、。・-–—/|*•"
ENDINGS = " .,;:!?、。！？…-–—/|"
EMPTY_BRACKETS = ("()", "[]", "{}", "<>", "（）", "「」")
EMOJI = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
OTHER_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f]+")  # １２, ＡＢ, ｶﾅ
MAX_LENGTH = 80  # letters of a value
CACHE_SIZE = 4096  # values per lexicon: most people have the same words


class Word(NamedTuple):
    """A word in both languages, its kind, and its other spellings."""

    en: str
    ja: str
    kind: str = ""
    also: tuple[str, ...] = ()


class Lexicon:
    """Known words by all their spellings; `other` makes a word of an unknown text, or None if it cannot.

    Useless texts (links, prices, …) and those that say that everything will do are no words, unless known.
    """

    def __init__(self, rows: Iterable[Word] = (), other: Callable[[str], Word | None] | None = None) -> None:
        self._rows = {folded(text): row for row in rows for text in (row.en, row.ja, *row.also) if text}
        self._other = other or same_in_both
        self.read = lru_cache(CACHE_SIZE)(self._read)

    def rows(self) -> list[Word]:
        """All known words, each once."""
        return list(dict.fromkeys(self._rows.values()))

    def known(self, text: str) -> Word | None:
        """The known word that is written so."""
        return self._rows.get(folded(text))

    def _read(self, raw: str | None) -> Word | None:
        text = clean(raw)
        if not text:
            return None
        return self.known(text) or (None if is_useless(text) or is_anything(text) else self._other(text))

    def read_all(self, texts: Sequence[str]) -> list[Word]:
        """The words of the texts that are not empty, each once."""
        words = [word for word in map(self.read, texts) if word]
        return list({word.en: word for word in words}.values()) if len(words) > 1 else words


def rows(kind: str, *words: tuple[str, ...]) -> list[Word]:
    """Words of one kind from rows of English, Japanese and other spellings."""
    return [Word(en, ja, kind, tuple(also)) for en, ja, *also in words]


def same_in_both(text: str) -> Word:
    """The word of an unknown text: the text itself in both languages."""
    return Word(text, text)


def clean(raw: str | None, longest: int = MAX_LENGTH) -> str:
    """The text with single spaces, without bullets and final punctuation; empty if it means no value."""
    if not raw:
        return ""
    text = " ".join(raw.split())
    if not (text.isascii() and text.replace(" ", "").isalnum()):
        text = bare(text)
    if is_blank(text):
        return ""
    return text if len(text) <= longest else clipped(text, longest)


def bare(text: str) -> str:
    """The text without entities, invisible letters, empty brackets, bullets, final stops; `_` is a space."""
    text = EMOJI.sub(" ", unescaped(text))
    text = OTHER_WIDTH.sub(lambda letters: normalize("NFKC", letters[0]), text)
    if not text.isprintable():
        text = "".join([letter for letter in text if letter.isprintable()])
    for empty in EMPTY_BRACKETS:
        text = text.replace(empty, "")
    text = " ".join(text.replace("_", " ").lstrip(BULLETS).rstrip(ENDINGS).split())
    return text if any(map(str.isalnum, text)) else ""


def clipped(text: str, longest: int) -> str:
    """The first `longest` letters, cut after a whole word if one ends in the second half."""
    start = text[: longest - 1]
    words = start.rpartition(" ")[0]
    return f"{(words if len(words) > longest // 2 else start).rstrip(ENDINGS)}…"
