"""Texts as people enter them, made fit for a sentence: cleaned, and known words in both languages."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

# what people enter to say nothing
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
LONGEST = 80  # letters of one value
REMEMBERED = 4096  # values per lexicon: most people share their words


class Word(NamedTuple):
    """A word in both languages, what kind it is, and how else it is written (as `key` writes it)."""

    en: str
    ja: str
    kind: str = ""
    also: tuple[str, ...] = ()


class Lexicon:
    """Known words by all their spellings; `other` makes a word of any other text."""

    def __init__(self, rows: Iterable[Word] = (), other: Callable[[str], Word] | None = None) -> None:
        self._rows = {key(text): row for row in rows for text in (row.en, row.ja, *row.also) if text}
        self._other = other or as_it_stands
        self.read = lru_cache(REMEMBERED)(self._read)

    def rows(self) -> list[Word]:
        """The known words, each once."""
        return list(dict.fromkeys(self._rows.values()))

    def _read(self, raw: str | None) -> Word | None:
        text = clean(raw)
        return (self._rows.get(key(text)) or self._other(text)) if text else None

    def read_all(self, raws: Sequence[str]) -> list[Word]:
        """The words that say something, each once."""
        found = [word for word in map(self.read, raws) if word]
        return list({word.en: word for word in found}.values()) if len(found) > 1 else found


def as_it_stands(text: str) -> Word:
    """An unknown word is the same in every language."""
    return Word(text, text)


def key(text: str) -> str:
    """How a word is looked up: small letters, hyphens between its parts."""
    return text.casefold().replace("_", "-").replace(" ", "-")


def clean(raw: str | None) -> str:
    """The text in single spaces, without bullets before and stops behind it; empty when it says nothing."""
    if not raw:
        return ""
    text = " ".join(raw.split())
    if not text.replace(" ", "").isalnum():
        text = bare(text)
    if text.lower() in BLANK:
        return ""
    return text if len(text) <= LONGEST else clipped(text)


def bare(text: str) -> str:
    """Without what cannot be seen, empty brackets, bullets before and stops behind it; `_` is a space."""
    if not text.isprintable():
        text = "".join([letter for letter in text if letter.isprintable()])
    for empty in EMPTY_BRACKETS:
        text = text.replace(empty, "")
    text = " ".join(text.replace("_", " ").lstrip(BULLETS).rstrip(ENDINGS).split())
    return text if any(map(str.isalnum, text)) else ""


def clipped(text: str) -> str:
    """The beginning of a long text, up to a whole word if one ends in its second half."""
    start = text[: LONGEST - 1]
    words = start.rpartition(" ")[0]
    return f"{(words if len(words) > LONGEST // 2 else start).rstrip(ENDINGS)}…"
