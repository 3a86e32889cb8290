"""English word forms: articles, lists, counts and times."""

from functools import lru_cache

from schemas.profile.summary.english_case import PUNCTUATION
from schemas.profile.summary.facts import Whole, months_or_years

VOWELS = frozenset("aeiouáàâäãåæéèêëíìîïóòôöõøœúùûü")
SPELT_WITH_AN = frozenset("AEFHILMNORSX")  # letters whose names begin with a vowel sound
READ_AS_WORDS = frozenset({"NASA", "NATO", "SOC", "SCRUM", "SCUBA", "FIFA", "LEED", "FEMA", "SWAT", "RADAR"})
SILENT_H = ("hour", "honest", "honor", "honour", "heir")
LIKE_YOU = ("uni", "use", "usa", "usu", "uti", "ute", "ubi", "uro", "ura", "uk", "ui", "ux", "eu", "ewe")
LIKE_ONE = ("one", "once")
NOT_LIKE_YOU = ("unin", "unim", "unid", "unil")  # uninsured, unimpressed, unidentified


@lru_cache(4096)
def with_article(noun: str) -> str:
    """The noun with `a` or `an`, by its pronunciation: an 18-year-old, an HR lead, a UX designer."""
    return f"{'an' if begins_with_a_vowel(noun) else 'a'} {noun}"


def begins_with_a_vowel(noun: str) -> bool:
    """Whether the pronunciation of a noun begins with a vowel."""
    first = noun.lstrip(PUNCTUATION).split(" ", 1)[0].split("-", 1)[0]
    if first[:1].isdecimal():
        number = first[
            : next((index for index, letter in enumerate(first) if not letter.isdecimal()), len(first))
        ]
        return number.startswith("8") or number in ("11", "18")
    if first.isupper() and first not in READ_AS_WORDS:
        return first[0] in SPELT_WITH_AN
    lower = first.lower()
    if lower.startswith(LIKE_YOU) and not lower.startswith(NOT_LIKE_YOU):
        return False
    return lower.startswith(SILENT_H) or (lower[:1] in VOWELS and lower not in LIKE_ONE)


def listed(texts: list[str]) -> str:
    """`a`, `a and b`, `a, b, and c`."""
    if len(texts) < 3:
        return " and ".join(texts)
    return f"{', '.join(texts[:-1])}, and {texts[-1]}"


def counted(count: int, noun: str) -> str:
    """`one event`, `2 events`."""
    return f"one {noun}" if count == 1 else f"{count} {noun}s"


def ago(days: int) -> str:
    """A number of days in the past."""
    if days < 2:
        return "yesterday" if days else "today"
    return f"{days} days ago"


def ahead(days: int) -> str:
    """A number of days in the future."""
    if days < 2:
        return "tomorrow" if days else "later today"
    return f"in {days} days"


def lasting(days: int, whole: Whole) -> str:
    """A number of days as months, from 24 months on as years."""
    return counted(*months_or_years(days, whole))
