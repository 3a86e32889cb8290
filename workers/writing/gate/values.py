"""Values of records before they are filled in: a title, a company, a place, a salary, a name. Pure.

A value is written by a stranger. It is shown as it is, or not at all: what a mail client would link, and what
looks like markup, a template or a placeholder, is no usable value.
"""

import html
import re
import unicodedata
from functools import lru_cache

import regex

from workers.writing.gate.links import first_link

MOST_RAW = 2000  # longer values are not read
MOST_KEPT, KEPT_VALUES = (
    100,
    4_000,
)  # characters of a value of which the answer is kept, and how many of these
ELLIPSIS = "…"
ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp);")
BLANKS = re.compile(r"\s+")
# what shows nothing, or turns the direction of what follows
UNSEEN = regex.compile(r"[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]")
# joiners inside of an emoji, and the variants of a kanji in a name
KEPT = regex.compile(
    r"(?<=\p{Extended_Pictographic}\uFE0F?)(?:\u200D(?=\p{Extended_Pictographic})|\uFE0F)"
    r"|(?<=\p{Han})[\U000E0100-\U000E01EF]"
)
ELEMENTS = (
    "a|abbr|applet|area|audio|b|base|body|br|button|canvas|center|code|div|em|embed|font|footer|form|frame|h[1-6]|head|"
    "header|hr|html|i|iframe|img|input|label|li|link|marquee|math|meta|nav|object|ol|option|p|param|pre|script|section|"
    "select|small|source|span|strike|strong|style|sub|sup|svg|table|tbody|td|template|textarea|th|title|tr|tt|u|ul|video"
)
MARKUP = re.compile(
    rf"<\s*/|<\s*[!?%|]|<(?:{ELEMENTS})(?:[\s/>]|$)|<[a-z]+[-:][\w-]+|<[^<>]*=[^<>]*>|\|>|\bon[a-z]+\s*=\s*[\"']",
    re.IGNORECASE,
)
TEMPLATE = re.compile(
    r"\{\{|\}\}|\{%|%\}|\$\{|#\{|@\{|<%|%>|｛｛|｝｝|\{[a-z_][\w.]*\}|```|\[\[|\]\]|\[/?INST\]", re.IGNORECASE
)
PLACEHOLDER = re.compile(
    r"\[(?:your|insert|enter|name|first name|last name|company|company name|job title|title|date|phone|email|"
    r"会社名|企業名|お名前|氏名|名前|職種|日付)\b[^\]]*\]|"
    r"%[A-Za-z_]{2,}%|[〇○◯●△▲×□■]{2,}|\bTODO\b|\bTBD\b|lorem ipsum|__\w+__",
    re.IGNORECASE,
)
MISSING = frozenset(
    ["null", "none", "undefined", "nan", "n/a", "na", "nil", "-", "--", "?", "??", "xxx", "未定義", "なし"]
) | {"[object object]"}
PAIRS = (("「", "」"), ("『", "』"), ("“", "”"), ("«", "»"), ("‘", "’"), ("〝", "〟"))
STACKED_MARKS = regex.compile(r"\p{M}{4,}")


def usable_value(value: str, most: int) -> str | None:
    """A record's value as it may stand in a mail, at most `most` graphemes; None when it may not be shown.

    Controls, directions and what is invisible are removed, blanks folded, HTML entities read once, quotation
    marks balanced. The value is literal: the renderer escapes it.
    """
    if len(value) > MOST_KEPT:
        return _usable(value[:MOST_RAW], most)
    return _kept(value, most)


@lru_cache(KEPT_VALUES)
def _kept(value: str, most: int) -> str | None:
    """What `_usable` says of a short value: titles, places and interests are those of many mails."""
    return _usable(value, most)


def _usable(value: str, most: int) -> str | None:
    text = balanced(visible(ENTITY.sub(lambda found: html.unescape(found.group()), value)))
    if most < 1 or not _may_be_shown(text):
        return None
    # a mark that lost its partner to the cut is removed, which may join what it kept apart
    short = balanced(cut(text, most))
    return short if short == text or _may_be_shown(short) else None


def _may_be_shown(text: str) -> bool:
    if not any(map(str.isalnum, text)) or text.casefold() in MISSING:
        return False
    folded = unicodedata.normalize("NFKC", text)  # clients may fold fullwidth letters
    if any(pattern.search(form) for pattern in (MARKUP, TEMPLATE, PLACEHOLDER) for form in (text, folded)):
        return False
    return first_link(text) is None and not STACKED_MARKS.search(text)


def visible(text: str) -> str:
    """A text in NFC without controls, directions and invisible characters, white space folded."""
    spaced = BLANKS.sub(" ", text)
    kept = {found.start() for found in KEPT.finditer(spaced)}
    shown = UNSEEN.sub(lambda found: found.group() if found.start() in kept else "", spaced)
    return BLANKS.sub(" ", unicodedata.normalize("NFC", shown)).strip()


def cut(text: str, most: int) -> str:
    """A text of at most `most` graphemes, the last one an ellipsis when it was longer."""
    graphemes = regex.findall(r"\X", text)
    if len(graphemes) <= most:
        return text
    return "".join(graphemes[: most - 1]).rstrip(" 、，,・-–—/(（「『“") + ELLIPSIS


def balanced(text: str) -> str:
    """A text without the quotation marks that have no partner, blanks folded; an apostrophe is none."""
    for opening, closing in PAIRS:
        text = _without_unmatched(text, opening, closing)
    if text.count('"') % 2:
        place = text.rindex('"')
        text = text[:place] + text[place + 1 :]
    return BLANKS.sub(" ", text).strip()


def _without_unmatched(text: str, opening: str, closing: str) -> str:
    unmatched: set[int] = set()
    opened: list[int] = []
    for place, character in enumerate(text):
        if character == opening:
            opened.append(place)
        elif character == closing and opened:
            opened.pop()
        elif character == closing and not _is_apostrophe(text, place):
            unmatched.add(place)
    unmatched.update(opened)
    return "".join(c for place, c in enumerate(text) if place not in unmatched) if unmatched else text


def _is_apostrophe(text: str, place: int) -> bool:
    return text[place] == "’" and place > 0 and text[place - 1].isalnum()
