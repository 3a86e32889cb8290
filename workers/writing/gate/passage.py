"""A text as the checks read it: normalized, its tokens and terms replaced by one mark each, and cut."""

import re
import unicodedata
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from workers.writing.gate.links import first_link

Part = Literal[
    "subject", "preheader", "introduction", "section_intro", "job_line", "call_to_action", "closing"
]

# private characters: a text that holds one itself is refused by the check `invisible`
TOKEN_MARK, TERM_MARK = "\ue000", "\ue001"
TOKEN = re.compile(r"\{\{([^{}]*)\}\}")
ENGLISH_WORD = re.compile(r"[A-Za-zéèêñüöçï]+(?:['’-][A-Za-zéèêñüöçï]+)*")
SENTENCE_ENDS = {"en": re.compile(r"[.!?…]+(?:[\"”’')]*)(?:\s+|$)"), "ja": re.compile(r"[。！？!?…]+」?")}
# a term comes from a stranger's record: a name of at most three words, or a short run of Japanese
LATIN_TERM = re.compile(r"[A-Za-z0-9.][A-Za-z0-9+#./&-]{0,29}(?: [A-Za-z0-9+#./&-]{1,20}){0,2}")
JAPANESE_TERM = re.compile(r"[ァ-ヺー・一-鿿々]{2,15}")


class TextRule(NamedTuple):
    """What one text may hold. Tokens are named without their braces."""

    part: Part
    language: Literal["ja", "en"]
    tokens: frozenset[str] = frozenset()  # may occur
    required: frozenset[str] = frozenset()  # must occur
    terms: frozenset[str] = frozenset()  # technical terms of the records that may be named as they are


@lru_cache(maxsize=1024)
def _term_pattern(terms: frozenset[str]) -> re.Pattern[str] | None:
    """A pattern of the terms that have the shape of one, the longest first; None without any."""
    shaped = [
        term
        for term in terms
        if (LATIN_TERM.fullmatch(term) and any(map(str.isalpha, term)) and first_link(term) is None)
        or JAPANESE_TERM.fullmatch(term)
    ]
    if not shaped:
        return None
    names = "|".join(re.escape(term) for term in sorted(shaped, key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{names})(?![A-Za-z0-9+#])")


class Passage:
    """One text under one rule. `text` is in NFC; `bare` has marks where tokens and terms stood."""

    def __init__(self, text: str, rule: TextRule) -> None:
        self.rule = rule
        self.raw = text
        self.text = unicodedata.normalize("NFC", text)

    @cached_property
    def tokenless(self) -> str:
        """The text with TOKEN_MARK for each token, known or not."""
        return TOKEN.sub(TOKEN_MARK, self.text)

    @cached_property
    def bare(self) -> str:
        """The text with TOKEN_MARK for each token and TERM_MARK for each term of the records."""
        named = frozenset(term for term in self.rule.terms if term in self.tokenless)
        pattern = _term_pattern(named) if named else None
        return pattern.sub(TERM_MARK, self.tokenless) if pattern else self.tokenless

    @cached_property
    def lower(self) -> str:
        """`bare` in small letters, with straight apostrophes."""
        return self.bare.lower().replace("’", "'")

    @cached_property
    def words(self) -> frozenset[str]:
        """The Latin words of `lower`."""
        return frozenset(ENGLISH_WORD.findall(self.lower))

    @cached_property
    def word_parts(self) -> frozenset[str]:
        """The words, and the parts of those with hyphens."""
        return self.words | {part for word in self.words if "-" in word for part in word.split("-")}

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of `bare`, without their ends."""
        parts = SENTENCE_ENDS[self.rule.language].split(self.bare)
        return tuple(part.strip() for part in parts if part.strip())
