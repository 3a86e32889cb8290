"""English word forms: articles, lists, counts and times."""

from functools import lru_cache

from schemas.profile.summary.english_case import PUNCTUATION
from schemas.profile.summary.facts import Whole, months_or_years

VOWELS = frozenset("aeiouáàâäãåæéèêëíìîïóòôöõøœúùûü")
SPELT_WITH_AN = frozenset("AEFHILMNORSX")  # letters whose names begin with a vowel
READ_AS_WORDS = frozenset({"NASA", "NATO", "SOC", "SCRUM", "SCUBA", "FIFA", "LEED", "FEMA", "SWAT", "RADAR"})
SILENT_H = ("hour", "honest", "honor", "honour", "heir")
LIKE_YOU = ("uni", "use", "usa", "usu", "uti", "ute", "ubi", "uro", "ura", "uk", "ui", "ux", "eu", "ewe")
LIKE_ONE = ("one", "once")
NOT_LIKE_YOU = ("unin", "unim", "unid", "unil")  # uninsured, unimpressed, unidentified


@lru_cache(4096)
def with_article(noun: str) -> str:
    """The noun with its `a` or `an`, by how it is read aloud: an 18-year-old, an HR lead, a UX designer."""
    return f"{'an' if begins_with_a_vowel(noun) else 'a'} {noun}"


def begins_with_a_vowel(noun: str) -> bool:
    """Whether a noun begins with a vowel when it is read aloud."""
    first = noun.lstrip(PUNCTUATION).split(" ", 1)[0].split("-", 1)[0]
    if first[:1].isdecimal():
        number = first[: next((at for at, letter in enumerate(first) if not letter.isdecimal()), len(first))]
        return number.startswith("8") or number in ("11", "18")
    if first.isupper() and first not in READ_AS_WORDS:
        return first[0] in SPELT_WITH_AN
    small = first.lower()
    if small.startswith(LIKE_YOU) and not small.startswith(NOT_LIKE_YOU):
        return False
    return small.startswith(SILENT_H) or (small[:1] in VOWELS and small not in LIKE_ONE)


def listed(texts: list[str]) -> str:
    """`a`, `a and b`, `a, b, and c`."""
    if len(texts) < 3:
        return " and ".join(texts)
    return f"{', '.join(texts[:-1])}, and {texts[-1]}"


def counted(count: int, noun: str) -> str:
    """`one event`, `2 events`."""
    return f"one {noun}" if count == 1 else f"{count} {noun}s"


def ago(days: int) -> str:
    """How long ago, in days."""
    if days < 2:
        return "yesterday" if days else "today"
    return f"{days} days ago"


def ahead(days: int) -> str:
    """How far ahead, in days."""
    if days < 2:
        return "tomorrow" if days else "later today"
    return f"in {days} days"


def lasting(days: int, whole: Whole) -> str:
    """A number of days in whole months, from two years on in whole years."""
    return counted(*months_or_years(days, whole))
