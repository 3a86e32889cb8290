"""Spellings of the same word: one key for all of them, and the spelling that is shown."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from functools import lru_cache
from html import unescape
from typing import Any, TypeVar
from unicodedata import normalize

SEPARATORS = re.compile(r"[\s_‐‑-]+")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]")
QUOTES = str.maketrans("’‘`´“”", "''''\"\"")
ENDINGS = " .,;:!?、。！？…"
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31});", re.IGNORECASE)
PLURAL = re.compile(r"(?<=[a-z]{3}[^\W\d_siu])s$")  # dinners, lunches, parties; not tennis, class, bonus
# lunche(s), classe(s), course: what an ending of the plural has before its s; the singular loses it as well
BEFORE_S = re.compile(r"(?<=[sxz])e$|(?<=[cs]h)e$")

Fold = Callable[[str], str]
W = TypeVar("W", bound=str | None)


@lru_cache(16_384)
def folded(text: str) -> str:
    """The key of a word: regardless of case, width, kinds of blanks, hyphens and quotes, and final stops."""
    if not text.isascii():
        text = INVISIBLE.sub("", normalize("NFKC", text)).translate(QUOTES)
    return SEPARATORS.sub(" ", text.casefold()).strip(ENDINGS)


def unescaped(text: str) -> str:
    """The text with the letters that its HTML entities stand for; those without their semicolon stay."""
    return ENTITY.sub(lambda entity: unescape(entity[0]), text) if "&" in text else text


@lru_cache(4096)
def folded_kind(text: str) -> str:
    """The key of a kind of things, singular or plural: `Dinners` and `dinner` have the same."""
    key = PLURAL.sub("", folded(text))
    return BEFORE_S.sub("", f"{key[:-2]}y" if key.endswith("ie") else key)


def several_spellings(distinct: Collection[str], fold: Fold = folded) -> bool:
    """Whether some of these different words have the same key."""
    return len(distinct) > 1 and len(set(map(fold, distinct))) < len(distinct)


def one_spelling(words: list[W], fold: Fold = folded) -> list[W]:
    """The words, those with the same key in one spelling: the most frequent, or the first of several such.

    Words that are None or empty stay.
    """
    counts: Counter[Any] = Counter(word for word in words if word)  # in the order of the first occurrences
    shown: dict[str, Any] = {}
    for word, count in counts.items():
        if count > counts.get(shown.setdefault(fold(word), word), 0):
            shown[fold(word)] = word
    return [shown[fold(word)] if isinstance(word, str) and word else word for word in words]
