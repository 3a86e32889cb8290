"""The closed vocabulary: proper nouns, and each word that is not listed, are refused without knowing them.

Runs of hiragana are made of the parts of another list, see `hiragana`.
"""

import re
from functools import lru_cache
from importlib.resources import files

from workers.writing.gate.hiragana import unlisted_run
from workers.writing.gate.passage import ENGLISH_WORD, Passage
from workers.writing.gate.refusal import Refusal, refused_word

OTHER_WORD = "Use another word"
I_FORMS = frozenset(["I", "I'm", "I've", "I'd", "I'll"])
# words of the list that are names with a capital inside of a sentence
NAMES = frozenset(["may", "will", "mark"])
TITLE_PARTS = frozenset(["subject", "call_to_action"])  # may Be Written Like This
ENDS, OPENS = ".!?:…", " \"“'‘("  # what stands before the first word of a sentence
KANJI_RUN = re.compile(r"[一-鿿々]+")
KATAKANA_RUN = re.compile(r"[ァ-ヺー]+")
LATIN_WORD = re.compile(r"[A-Za-z]+")
HIRAGANA_FOLLOWS = "〜"
Y_BEHIND_CONSONANT = re.compile(r"[^aeiou]y$")
SHORT_VOWEL = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$")  # plan: planned


def _read(name: str) -> frozenset[str]:
    lines = (files(__package__) / name).read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _regular_forms(word: str) -> set[str]:
    """The plural, the forms of a verb and the adverb of an English word, as far as they are regular."""
    if len(word) < 3 or not word.isalpha():
        return set()
    stem = word[:-1] if word.endswith("e") else word
    regular = {f"{word}s", f"{stem}ed", f"{stem}ing", f"{word}ly"}
    if word.endswith(("s", "x", "z", "ch", "sh", "o")):
        regular.add(f"{word}es")
    if Y_BEHIND_CONSONANT.search(word):
        regular |= {word[:-1] + end for end in ("ies", "ied", "ily")}
    if SHORT_VOWEL.search(word):
        regular |= {f"{word}{word[-1]}ed", f"{word}{word[-1]}ing"}
    return regular


ENGLISH_BASES = _read("words_en.txt")
ENGLISH = ENGLISH_BASES.union(*map(_regular_forms, ENGLISH_BASES))
JAPANESE = _read("words_ja.txt")
ENDED = frozenset(word[:-1] for word in JAPANESE if word.endswith(HIRAGANA_FOLLOWS))
LONGEST = max(map(len, JAPANESE))


def proper_nouns(passage: Passage) -> Refusal | None:
    """Refuse names: a capital inside of an English sentence; in Japanese foreign words not listed."""
    return _english_name(passage) if passage.rule.language == "en" else _japanese_name(passage)


def _english_name(passage: Passage) -> Refusal | None:
    for found in ENGLISH_WORD.finditer(passage.bare):
        word = found.group().replace("’", "'")
        if word.islower() or word in I_FORMS:
            continue
        simple = word[1:].islower() or len(word) == 1
        before = passage.bare[: found.start()].rstrip(OPENS)
        begins = not before or before[-1] in ENDS
        titled = passage.rule.part in TITLE_PARTS and is_english(word.lower()) and word.lower() not in NAMES
        if not simple or not (begins or titled):
            return refused_word("proper_nouns", word, "Name nobody and nothing except by a token")
    return None


def _japanese_name(passage: Passage) -> Refusal | None:
    for found in KATAKANA_RUN.finditer(passage.bare):
        if not is_compound(found.group()):
            return refused_word("proper_nouns", found.group(), OTHER_WORD)
    for found in LATIN_WORD.finditer(passage.bare):
        if found.group() not in JAPANESE:
            return refused_word("proper_nouns", found.group(), OTHER_WORD)
    return None


def vocabulary(passage: Passage) -> Refusal | None:
    """Refuse each word, and each run of kanji or hiragana, that cannot be made of the listed ones."""
    if passage.rule.language == "en":
        unknown = next((word for word in sorted(passage.words) if not is_english(word)), None)
        return refused_word("vocabulary", unknown, OTHER_WORD) if unknown else None
    for found in KANJI_RUN.finditer(passage.bare):
        followed = "ぁ" <= passage.bare[found.end() : found.end() + 1] <= "ゖ"
        if not is_kanji_compound(found.group(), followed):
            return refused_word("vocabulary", found.group(), OTHER_WORD)
    unlisted = unlisted_run(passage.bare)
    return refused_word("vocabulary", unlisted, OTHER_WORD) if unlisted else None


def is_english(word: str) -> bool:
    """Whether a word in small letters is listed, alone, as a possessive, or in each part between hyphens."""
    stem = word.removesuffix("'s").rstrip("'")
    return word in ENGLISH or stem in ENGLISH or stem == "s" or _hyphenated(stem)


def _hyphenated(word: str) -> bool:
    return "-" in word and all(part in ENGLISH for part in word.split("-"))


@lru_cache(maxsize=4096)
def is_compound(run: str) -> bool:
    """Whether a run of katakana can be cut into listed words."""
    return _cut(run, JAPANESE, frozenset())


@lru_cache(maxsize=4096)
def is_kanji_compound(run: str, followed: bool) -> bool:
    """Whether a run of kanji can be cut into listed words; `followed`: hiragana stand behind it."""
    return _cut(run, JAPANESE, ENDED if followed else frozenset())


def _cut(run: str, words: frozenset[str], last_words: frozenset[str]) -> bool:
    reached = [True] + [False] * len(run)
    for start in range(len(run)):
        for end in range(start + 1, min(start + LONGEST, len(run)) + 1 if reached[start] else 0):
            piece = run[start:end]
            if piece in words or (end == len(run) and piece in last_words):
                reached[end] = True
    return reached[-1]
