"""Checks of single characters: length, what cannot be seen, look-alikes, and foreign scripts."""

import re
import unicodedata
from functools import lru_cache
from string import ascii_letters, digits

from workers.writing.gate.passage import TERM_MARK, TOKEN_MARK, Part, Passage
from workers.writing.gate.refusal import Refusal

# the most characters of a part, English and Japanese; a token counts as TOKEN_LENGTH
MOST: dict[Part, tuple[int, int]] = {
    "subject": (60, 35),
    "preheader": (100, 60),
    "introduction": (600, 300),
    "section_intro": (300, 150),
    "job_line": (240, 120),
    "call_to_action": (60, 30),
    "closing": (300, 150),
}
TOKEN_LENGTH = 5
MOST_RAW = 4000  # longer texts are not read at all
UNSEEN = frozenset(["Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp", "Mn", "Me"])

# what the later checks name a better reason for (digits, @, +) is let through here
LETTERS = {
    "en": frozenset(
        ascii_letters + digits + "éèêñüöçïÉÈÊÑÜÖÇÏ .,;:!?'’‘\"“”()-–—/&…@+" + TOKEN_MARK + TERM_MARK
    ),
    "ja": frozenset(
        ascii_letters
        + digits
        + "、。「」『』（）()！？!?：:；;〜～…—-/,.'\"’&@＠+ 々・ー"
        + TOKEN_MARK
        + TERM_MARK
    ),
}
KANA_AND_KANJI = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
LIST_ITEM = re.compile(r"\s*(?:[-–—・+]\s|・|\(?[A-Za-z]\)\s)")


def length(passage: Passage) -> Refusal | None:
    """Refuse an empty text, and one that is too long for its part."""
    rule = passage.rule
    most = MOST[rule.part][0 if rule.language == "en" else 1]
    if (
        len(passage.raw) > MOST_RAW
        or len(passage.tokenless) + ((TOKEN_LENGTH - 1) * passage.tokenless.count(TOKEN_MARK)) > most
    ):
        return Refusal("length", f"Write at most {most} characters.")
    if not any(character.isalpha() or character == TOKEN_MARK for character in passage.tokenless):
        return Refusal("length", "Write a text; it may not be empty.")
    if passage.text != passage.text.strip(" ") or "  " in passage.text:
        return Refusal("length", "Write single blanks between words, and none at the beginning or end.")
    return None


@lru_cache(maxsize=8192)
def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return category in UNSEEN or (category == "Zs" and character != " ")


def invisible(passage: Passage) -> Refusal | None:
    """Refuse controls, directions, joiners, unassigned characters, and blanks other than U+0020."""
    found = next((c for c in passage.text if not ("!" <= c <= "~") and _is_unseen(c)), None)
    if found is None:
        return None
    return Refusal("invisible", f"Write one line of plain characters; U+{ord(found):04X} may not occur.")


@lru_cache(maxsize=8192)
def _folds_to_letters(character: str) -> bool:
    folded = unicodedata.normalize("NFKC", character)
    return folded != character and any(map(str.isalnum, folded))


def compatibility(passage: Passage) -> Refusal | None:
    """Refuse characters that are letters or digits in another shape: fullwidth, bold, circled, squared."""
    found = next((c for c in passage.text if c > "~" and _folds_to_letters(c)), None)
    if found is None:
        return None
    return Refusal("compatibility", f'Write ordinary letters instead of "{found}".')


def script(passage: Passage) -> Refusal | None:
    """Refuse each character that is no letter or mark of the language, and the marks of a list."""
    foreign = set(passage.bare) - LETTERS[passage.rule.language]
    if passage.rule.language == "ja":
        foreign = {character for character in foreign if not KANA_AND_KANJI.match(character)}
    if foreign:
        return Refusal("script", f'Write plain sentences without the character "{min(foreign)}".')
    if LIST_ITEM.match(passage.bare):
        return Refusal("script", "Write plain sentences, no list.")
    return None
