"""Checks by lists of words and phrases, each list a named reason: contact, money, time and others."""

import re
import tomllib
import unicodedata
from importlib.resources import files
from typing import Any, NamedTuple

from workers.writing.gate.links import HOST, MAILBOX, SCHEME
from workers.writing.gate.passage import ENGLISH_WORD, TERM_MARK, TOKEN_MARK, Passage
from workers.writing.gate.refusal import Refusal, refused_word

MARKS = TOKEN_MARK + TERM_MARK
# a dot without a blank behind it, an ideographic dot before Latin letters, a blank before a suffix
DOTTED = re.compile(
    rf"[A-Za-z0-9{MARKS}]\s?[.．][A-Za-z0-9{MARKS}]|[A-Za-z{MARKS}]。[a-z]{{2,}}|\s[.．]\s?[a-z]{{2,}}"
)
OBFUSCATED = re.compile(r"@|＠|\(at\)|\bat\b.{1,30}\bdot\b|\+\s?\d|\bID\s?[:：]", re.IGNORECASE)
LINK_CHARACTERS = re.compile(r"[@＠:：+]|[.．][^\s\"”’')」）]|\s[.．]|。[a-z]|(?i:www|\bdot\b|\(at\))")
KANJI_NUMERAL = re.compile(r"[一二三四五六七八九十百千万億兆〇零壱弐拾]")


class Listed(NamedTuple):
    """One list of one language: what is refused, and the harmless phrases that hold some of it."""

    check: str
    rule: str
    words: frozenset[str]  # single English words
    phrases: re.Pattern[str] | None
    harmless: re.Pattern[str] | None
    neutral: dict[str, str]  # what to say instead of a word
    patterns: re.Pattern[str] | None  # shapes of sentences; TOKEN stands for a token


def _items(text: str) -> list[str]:
    """The entries of a block: separated by bars and ends of lines."""
    return [item.strip() for line in text.splitlines() for item in line.split("|") if item.strip()]


def _pattern(items: list[str], language: str) -> re.Pattern[str] | None:
    if not items:
        return None
    names = "|".join(re.escape(item) for item in sorted(items, key=len, reverse=True))
    return re.compile(rf"(?<![a-z'])(?:{names})(?![a-z])" if language == "en" else names)


def _listed(check: str, table: dict[str, Any], language: str) -> Listed:
    items = _items(table["words"])
    words = frozenset(item for item in items if language == "en" and ENGLISH_WORD.fullmatch(item))
    phrases = _pattern([item for item in items if item not in words], language)
    harmless = _pattern(_items(table.get("except", "")), language)
    shapes = "|".join(f"(?:{shape})" for shape in table.get("patterns", ()))
    for name, piece in {**table.get("pieces", {}), "TOKEN": TOKEN_MARK}.items():
        shapes = shapes.replace(name, piece)
    patterns = re.compile(shapes) if shapes else None
    return Listed(check, table["rule"], words, phrases, harmless, table.get("neutral", {}), patterns)


def _read(language: str) -> dict[str, Any]:
    text = (files(__package__) / f"phrases_{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


TABLES = {language: _read(language) for language in ("en", "ja")}
LISTS = {
    language: {check: _listed(check, table, language) for check, table in TABLES[language].items()}
    for language in TABLES
}
UNCOUNTING = _pattern(_items(TABLES["ja"]["number_words"]["numerals"]), "ja")


def _first_listed(passage: Passage, check: str) -> Refusal | None:
    listed = LISTS[passage.rule.language][check]
    english = passage.rule.language == "en"
    text, words = (passage.lower, passage.word_parts) if english else (passage.bare, frozenset())
    if listed.harmless and listed.harmless.search(text):
        text = listed.harmless.sub(" ", text)
        words = frozenset(ENGLISH_WORD.findall(text)) if english else words
    hits = words & listed.words
    found = listed.phrases.search(text) if listed.phrases else None
    word = min(hits) if hits else found.group() if found else None
    if word is None:
        shaped = listed.patterns.search(text) if listed.patterns else None
        return Refusal(check, f"{listed.rule}.") if shaped else None
    instead = listed.neutral.get(word)
    return refused_word(check, word, f'Write "{instead}" instead' if instead else listed.rule)


def contact(passage: Passage) -> Refusal | None:
    """Refuse links, hosts, addresses and ways of contact, also those that are spelled out."""
    # each pattern holds one of these, and most texts none: one scan instead of five
    suspicious = LINK_CHARACTERS.search(passage.bare) is not None
    for pattern in (SCHEME, MAILBOX, OBFUSCATED, DOTTED, HOST) if suspicious else ():
        found = pattern.search(passage.bare)
        if found:
            return Refusal("contact", f'Write no link and no address; "{found.group()[:20]}" looks like one.')
    return _first_listed(passage, "contact")


def digits(passage: Passage) -> Refusal | None:
    """Refuse each digit outside of a term and a token."""
    found = next((c for c in passage.bare if c.isnumeric() and unicodedata.category(c)[0] == "N"), None)
    return (
        None if found is None else Refusal("digits", "Write no digits; a number is written by a token only.")
    )


def number_words(passage: Passage) -> Refusal | None:
    """Refuse numbers in words; a word that only holds a numeral, such as 一緒, is none."""
    if passage.rule.language == "ja":
        counted = KANJI_NUMERAL.search(UNCOUNTING.sub(" ", passage.bare) if UNCOUNTING else passage.bare)
        if counted:
            return refused_word("number_words", counted.group(), "Write no numbers, not in words either")
    return _first_listed(passage, "number_words")


def money(passage: Passage) -> Refusal | None:
    """Refuse words of money and pay."""
    return _first_listed(passage, "money")


def time_words(passage: Passage) -> Refusal | None:
    """Refuse dates, times, deadlines and haste."""
    return _first_listed(passage, "time")


def company_forms(passage: Passage) -> Refusal | None:
    """Refuse the legal forms of companies."""
    return _first_listed(passage, "company_forms")


MUNICIPALITY = re.compile(r"[一-鿿]{1,4}[市区駅県町村](?=[のにでがはへ、。]|から|内|周辺|近)")
NO_MUNICIPALITY = re.compile(r"地区|区分|区切|都市|市場")


def places(passage: Passage) -> Refusal | None:
    """Refuse the names of places in Japanese; in English a capital gives them away (proper_nouns)."""
    found = MUNICIPALITY.search(NO_MUNICIPALITY.sub(" ", passage.bare))
    return (
        refused_word("places", found.group(), "Name no place") if found else _first_listed(passage, "places")
    )


def claims(passage: Passage) -> Refusal | None:
    """Refuse superlatives and promises."""
    return _first_listed(passage, "claims")


def legal(passage: Passage) -> Refusal | None:
    """Refuse what the law on the advertising of jobs does not allow: age, sex, nationality, family."""
    return _first_listed(passage, "legal")


def assistant_talk(passage: Passage) -> Refusal | None:
    """Refuse what a model says about its task instead of doing it."""
    return _first_listed(passage, "assistant_talk")
