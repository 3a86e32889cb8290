"""Texts as people enter them, prepared for a sentence: cleaned, and known words in both languages."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

# texts that people enter for no value
BLANK = frozenset(
    {"none", "null", "nil", "nan", "na", "n/a", "n.a", "no", "nope", "nothing", "undefined", "unknown", "tbd"}
    | {"not applicable", "not specified", "unspecified", "not set", "none known", "other", "any", "anything"}
    | {"no preference", "no preferences", "no restriction", "no restrictions", "no dietary restrictions"}
    | {"no allergies", "prefer not to say", "rather not say"}
    | {"なし", "無し", "無", "ない", "ありません", "特になし", "特に無し", "特にありません", "アレルギーなし"}
    | {"不明", "未設定", "未回答", "回答しない", "その他"}
)
BULLETS = " ,;:、。・-–—/|*•"
ENDINGS = " .,;:!?、。！？…-–—/|"
EMPTY_BRACKETS = ("()", "[]", "{}", "<>", "（）", "「」")
MAX_LENGTH = 80  # letters of a value
CACHE_SIZE = 4096  # values per lexicon: most people have the same words


class Word(NamedTuple):
    """A word in both languages, its kind, and its other spellings (as `key` returns them)."""

    en: str
    ja: str
    kind: str = ""
    also: tuple[str, ...] = ()


class Lexicon:
    """Known words by all their spellings; `other` makes a word of an unknown text."""

    def __init__(self, rows: Iterable[Word] = (), other: Callable[[str], Word] | None = None) -> None:
        self._rows = {key(text): row for row in rows for text in (row.en, row.ja, *row.also) if text}
        self._other = other or same_in_both
        self.read = lru_cache(CACHE_SIZE)(self._read)

    def rows(self) -> list[Word]:
        """All known words, each once."""
        return list(dict.fromkeys(self._rows.values()))

    def _read(self, raw: str | None) -> Word | None:
        text = clean(raw)
        return (self._rows.get(key(text)) or self._other(text)) if text else None

    def read_all(self, texts: Sequence[str]) -> list[Word]:
        """The words of the texts that are not empty, each once."""
        words = [word for word in map(self.read, texts) if word]
        return list({word.en: word for word in words}.values()) if len(words) > 1 else words


def same_in_both(text: str) -> Word:
    """The word of an unknown text: the text itself in both languages."""
    return Word(text, text)


def key(text: str) -> str:
    """The key under which a word is looked up: lower case, with hyphens for spaces and underscores."""
    return text.casefold().replace("_", "-").replace(" ", "-")


def clean(raw: str | None) -> str:
    """The text with single spaces, without bullets and final punctuation; empty if it means no value."""
    if not raw:
        return ""
    text = " ".join(raw.split())
    if not text.replace(" ", "").isalnum():
        text = bare(text)
    if text.lower() in BLANK:
        return ""
    return text if len(text) <= MAX_LENGTH else clipped(text)


def bare(text: str) -> str:
    """The text without invisible letters, empty brackets, bullets and final punctuation; `_` is a space."""
    if not text.isprintable():
        text = "".join([letter for letter in text if letter.isprintable()])
    for empty in EMPTY_BRACKETS:
        text = text.replace(empty, "")
    text = " ".join(text.replace("_", " ").lstrip(BULLETS).rstrip(ENDINGS).split())
    return text if any(map(str.isalnum, text)) else ""


def clipped(text: str) -> str:
    """The first MAX_LENGTH letters, cut after a whole word if one ends in the second half."""
    start = text[: MAX_LENGTH - 1]
    words = start.rpartition(" ")[0]
    return f"{(words if len(words) > MAX_LENGTH // 2 else start).rstrip(ENDINGS)}…"
