"""The names of people as they are written: titles, family names first, capitals, and what is no person."""

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from schemas.blanks import is_blank
from schemas.folding import unescaped
from schemas.name_words import CERTAIN_SUFFIXES, NOT_PEOPLE, PARTICLES, PLACEHOLDERS, SUFFIXES, TITLES

CJK_FROM = (
    "\u2e80"  # scripts from here on write no space between the parts of a name, or the family name first
)
ORDINARY = re.compile("[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}")
OTHER_WIDTH = re.compile("[\uff01-\uff9f]+")  # full-width Latin letters, half-width kana
NOT_WRITTEN = re.compile(  # invisible letters, emoji
    "[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe0f\ufeff\u2190-\u2bff\U0001f000-\U0001faff]"
)
BRACKETS = re.compile(r"[(（\[［<＜〈【].*?[)）\]］>＞〉】]")
NO_LETTERS_OF_NAMES = re.compile(r"[\d@{}%$*|#=\\^~<>[\]:?!]|https?|www\.", re.IGNORECASE)
AROUND = " \"“”„«»'‘’`.,;!?、。！？・-–—_"
LONGEST, MOST_WORDS = 80, 7  # letters and words of a name

NOT_PEOPLE_JA = re.compile(
    "会社|法人|組合|協会|財団|機構|銀行|大学|学校|学園|病院|事務局|事務所|担当|窓口|受付|係$|御中|委員会"
    "|(?:総務|人事|営業|経理|企画|開発|広報|製造|管理|業務|事業|購買|法務|財務|編集)部|課$|[商本支]店|店舗"
    "|\\((?:株|有|社|財|同)\\)|㈱|㈲|各位|お客様|皆様|みなさま|ゲスト|名無し|ななし|匿名|テスト|管理者"
    "|ユーザー|会員"
)
HONORIFICS = re.compile("(?<=.)(?:さん|サン|さま|様|殿|님|씨)$|^(?:ミスター|ドクター)[・ ]?")
ABBREVIATION = re.compile(r"(?<!\w)(?:\w|dr|mr|mrs|ms|prof)\.$", re.IGNORECASE)  # at the end
GLUED_TITLE = re.compile(r"^(dr|mr|mrs|ms|prof)\.(?=\w)", re.IGNORECASE)
DOT_FOR_BLANK = re.compile(r"(?<=[a-z]{2})\.(?=[a-z]{2})")  # sarah.chen
PARTS = re.compile(r"([^\W\d_]+)")


class PersonName(NamedTuple):
    """A name, the given name first, and the name in a greeting."""

    full: str
    first: str


@lru_cache(16_384)
def read_name(raw: str) -> PersonName | None:
    """The name of a person; None for a text that is none: a company, an office, a code, nothing."""
    if ORDINARY.fullmatch(raw):
        words = raw.split(" ")
        if len(words) > 1 and TITLES_AND_OTHERS.isdisjoint(map(str.lower, words)):
            return PersonName(raw, words[0])
    text = "" if is_blank(raw) else written(raw)
    if not text or len(text) > LONGEST or NO_LETTERS_OF_NAMES.search(text) or is_blank(text):
        return None
    if max(text) >= CJK_FROM:
        return east_asian(text)
    return western(text)


def written(raw: str) -> str:
    """The text without entities, brackets, emoji and quotes around it, in single spaces."""
    text = unescaped(unescaped(raw))
    if not text.isascii():
        text = OTHER_WIDTH.sub(lambda letters: normalize("NFKC", letters[0]), NOT_WRITTEN.sub("", text))
    if not text.isprintable():
        text = "".join([letter if letter.isprintable() else " " * letter.isspace() for letter in text])
    without = BRACKETS.sub(" ", text) if NOT_PEOPLE_JA.search(text) is None else text
    if not any(map(str.isalpha, without)):
        without = text.strip("()（）[]［］<>＜＞〈〉【】 ")
    text = " ".join(DOT_FOR_BLANK.sub(" ", without.replace("_", " ")).split()).lstrip(AROUND)
    return text if ABBREVIATION.search(text) else text.rstrip(AROUND)


def east_asian(text: str) -> PersonName | None:
    """A name in an East Asian script: as it is, without さん and 様."""
    name = HONORIFICS.sub("", text.replace("、", " ").replace("，", " ").replace(",", " ")).strip(AROUND)
    words = name.split()
    if not name or len(words) > MOST_WORDS or NOT_PEOPLE_JA.search(name) or is_blank(name):
        return None
    while len(words) > 1 and words[0].lower() in TITLES:
        words = words[1:]
    return PersonName(" ".join(words), " ".join(words))


def western(text: str) -> PersonName | None:
    """A name in another script: its parts in order, titles and degrees removed, capitals as in a name."""
    ordered = in_order(GLUED_TITLE.sub(r"\1. ", text))
    if ordered is None:
        return None
    titles, words = ordered
    bare = [word.strip(AROUND).lower() for word in words]
    if not words or len(words) > MOST_WORDS or not NOT_PEOPLE.isdisjoint(bare):
        return None
    if PLACEHOLDERS.issuperset(bare):
        return None
    words = with_capitals(words)
    if titles and len(words) == 1:  # the family name, probably
        return PersonName(name := f"{titles} {words[0]}", name)
    return PersonName(" ".join(words), given(words))


def in_order(text: str) -> tuple[str, list[str]] | None:
    """The title, and the words without titles and degrees, the given name first; None if that is unknown."""
    sides = [words for side in text.split(",") if (words := side.split())]
    sides = sides[:1] + [side for side in sides[1:] if not SUFFIXES.issuperset(map(plain, side))]
    if not sides or len(sides) > 2:
        return None
    titles, first = without_titles(sides[0])
    if len(sides) == 1:
        while len(first) > 1 and plain(first[-1]) in CERTAIN_SUFFIXES:
            first = first[:-1]
        return titles, capitals_last(first)
    title, last = without_titles(sides[1])
    if not last:  # Brown, Dr.
        return title, first
    if len(first) > 1 and len(last) > 1 and first[0].lower() not in PARTICLES:
        return None  # Sarah Chen, Software Engineer
    return titles or title, [*last, *first]


def without_titles(words: list[str]) -> tuple[str, list[str]]:
    """The titles at the beginning as they are written, and the other words."""
    count = 0
    while count < len(words) and all(
        part in TITLES for part in re.split("(?<=.)/(?=.)", words[count].lower())
    ):
        count += 1
    return " ".join([as_title(word) for word in words[:count]]), words[count:]


def as_title(word: str) -> str:
    """`DR.` as `Dr.`, `mr` as `Mr`."""
    if word.lower() in ("and", "und", "et"):
        return word.lower()
    return word.capitalize() if word.isupper() or word.islower() else word


def plain(word: str) -> str:
    """A word in lower case, without stops."""
    return word.replace(".", "").lower()


def capitals_last(words: list[str]) -> list[str]:
    """`TANAKA Kenji` as `Kenji TANAKA`: a family name in capitals is marked as one."""
    count = 0
    while count < len(words) and words[count].isupper() and len(words[count]) > 2 and words[count][-1] != ".":
        count += 1
    mixed = all(word[0].isupper() and not word.isupper() and word[-1] != "." for word in words[count:])
    return [*words[count:], *words[:count]] if 0 < count < len(words) and mixed else words


def with_capitals(words: list[str]) -> list[str]:
    """The words with capitals as in a name, if they are all in capitals or all in small letters."""
    everything = "".join(words)
    if everything.isupper() or everything.islower():
        return [capitalised(word, index) for index, word in enumerate(words)]
    first = capitalised(words[0], 0) if words[0].islower() and words[0] not in PARTICLES else words[0]
    others = [capitalised(word, 1) if word.isupper() and len(word) > 3 else word for word in words[1:]]
    return [first, *others]


def capitalised(word: str, index: int) -> str:
    """`O'NEIL-SMITH` as `O'Neil-Smith`, `MCDONALD` as `McDonald`; `VAN` in a name as `van`, `JD` as is."""
    lower = word.lower()
    if index and lower in PARTICLES:
        return lower
    if len(word) == 2 and word.isupper() and (not re.search("[AEIOUY]", word) or word.endswith("J")):
        return word
    text = PARTS.sub(lambda part: part[0].capitalize(), lower)
    return f"Mc{text[2:].capitalize()}" if lower.startswith("mc") and len(word) > 4 else text


def given(words: list[str]) -> str:
    """The given name: the first word that is more than an initial; the whole name if there is none."""
    if words[0].lower() in PARTICLES:
        return " ".join(words)
    for word in words[:-1] if len(words) > 1 else words:
        if len(plain(word)) > 1:
            return word
    return " ".join(words)


TITLES_AND_OTHERS = TITLES | SUFFIXES | NOT_PEOPLE | PLACEHOLDERS | PARTICLES
