"""The gate of one text: a table of checks, in order; the first that refuses is reported. Pure."""

from collections.abc import Callable
from typing import NamedTuple

from workers.writing.gate import characters, phrases
from workers.writing.gate.language import language, register, repetition
from workers.writing.gate.passage import Part, Passage, TextRule
from workers.writing.gate.refusal import Refusal
from workers.writing.gate.tokens import tokens
from workers.writing.gate.vocabulary import proper_nouns, vocabulary

__all__ = ["CHECKS", "Part", "TextRule", "refusal_of"]

BOTH = frozenset(["en", "ja"])
JAPANESE_ONLY = frozenset(["ja"])


class TextCheck(NamedTuple):
    """One check: the name that is reported, the function, and the languages that it reads."""

    name: str
    refuse: Callable[[Passage], Refusal | None]
    languages: frozenset[str] = BOTH


# cheap and structural first, so that later ones see clean text; named reasons before the closed vocabulary
CHECKS = (
    TextCheck("length", characters.length),
    TextCheck("invisible", characters.invisible),
    TextCheck("compatibility", characters.compatibility),
    TextCheck("tokens", tokens),
    TextCheck("script", characters.script),
    TextCheck("contact", phrases.contact),
    TextCheck("digits", phrases.digits),
    TextCheck("number_words", phrases.number_words),
    TextCheck("money", phrases.money),
    TextCheck("time", phrases.time_words),
    TextCheck("company_forms", phrases.company_forms),
    TextCheck("places", phrases.places, JAPANESE_ONLY),
    TextCheck("proper_nouns", proper_nouns),
    TextCheck("claims", phrases.claims),
    TextCheck("legal", phrases.legal),
    TextCheck("assistant_talk", phrases.assistant_talk),
    TextCheck("language", language),
    TextCheck("register", register, JAPANESE_ONLY),
    TextCheck("repetition", repetition),
    TextCheck("vocabulary", vocabulary),
)


def refusal_of(text: str, rule: TextRule) -> Refusal | None:
    """The first refusal of a text with {{token}}s under its rule; None when it may be sent."""
    passage = Passage(text, rule)
    for check in CHECKS:
        if rule.language in check.languages:
            refusal = check.refuse(passage)
            if refusal is not None:
                return refusal
    return None
