"""Japanese forms: clauses and sentences, lists, names and times."""

import re

from schemas.profile.summary.facts import NAMED_UP_TO, Whole, months_or_years
from schemas.profile.summary.lexicon import Word

TITLES = re.compile(r"^(?:(?:Dr|Mr|Mrs|Ms|Mx|Miss|Prof|Sir|Lady|Lord|Chef)\b\.? ?)+(?=\S)")
POLITE = (
    "さん",
    "様",
    "さま",
    "ちゃん",
    "くん",
    "君",
    "氏",
    "先生",
)  # a name with one of these endings gets no さん
AGAIN = "でり"  # endings of clauses (…で、 …ており、 …あり、) of which a sentence has one
UNITS = {"month": "か月", "year": "年"}
Clause = tuple[str, str]  # its form before another clause, and its form at the end of a sentence


def with_san(name: str) -> str:
    """A name with さん, unless it has a title already."""
    return name if name.endswith(POLITE) else f"{TITLES.sub('', name)}さん"


def sentence_of(clauses: list[Clause]) -> str:
    """Clauses as a sentence, or several if one would have `…で、…で、`; empty when there are none."""
    if not clauses:
        return ""
    texts, begin, used = [], 0, ""
    for index, (connective, _) in enumerate(clauses[:-1]):
        ending = connective[-1:]
        if ending in AGAIN:
            if ending in used:
                texts.append(joined(clauses[begin:index]))
                begin, used = index, ""
            used += ending
    texts.append(joined(clauses[begin:]))
    return "".join(texts)


def joined(clauses: list[Clause]) -> str:
    """Clauses as one sentence."""
    return f"{'、'.join([*[connective for connective, _ in clauses[:-1]], clauses[-1][1]])}。"


def listed(texts: list[str]) -> str:
    """`AとB`, `A、B、C`."""
    return "と".join(texts) if len(texts) == 2 else "、".join(texts)


def named(words: list[Word], limit: int = NAMED_UP_TO) -> str:
    """The words as a list; those beyond the limit are replaced by など."""
    if len(words) > limit:
        return f"{'、'.join([word.ja for word in words[:limit]])}など"
    return listed([word.ja for word in words])


def stated(text: str) -> Clause:
    """The clause `is …` with a noun, or the clause of a verb in its て form."""
    if is_verb(text):
        return (f"{text}おり", f"{text}います")
    return (f"{text}で", f"{text}です")


def is_verb(text: str) -> bool:
    """Whether a word of the lexicons is a verb (in its て form) and no noun."""
    return text.endswith("て")


def ago(days: int) -> str:
    """A number of days in the past."""
    if days < 2:
        return "昨日" if days else "今日"
    return f"{days}日前"


def ago_at(days: int) -> str:
    """A number of days in the past, with the particle before a verb."""
    return f"{ago(days)}{'に' if days > 1 else '、'}"


def ahead_at(days: int) -> str:
    """A number of days in the future, with the particle before a verb."""
    if days < 2:
        return "明日、" if days else "今日これから、"
    return f"{days}日後に"


def lasting(days: int, whole: Whole) -> str:
    """A number of days as months, from 24 months on as years."""
    number, unit = months_or_years(days, whole)
    return f"{number}{UNITS[unit]}"
