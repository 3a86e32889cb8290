"""Japanese forms: clauses and sentences, lists, names and times."""

from schemas.profile.summary.facts import NAMED_UP_TO, Whole, months_or_years
from schemas.profile.summary.lexicon import Word

POLITE = ("さん", "様", "さま", "ちゃん", "くん", "君", "氏", "先生")  # a name that ends so takes no さん
UNITS = {"month": "か月", "year": "年"}
Clause = tuple[str, str]  # as it stands before another one, and at the end of a sentence


def with_san(name: str) -> str:
    """A name as one speaks of somebody."""
    return name if name.endswith(POLITE) else f"{name}さん"


def sentence_of(clauses: list[Clause]) -> str:
    """Clauses as one sentence; empty when there are none."""
    if not clauses:
        return ""
    return f"{'、'.join([*[then for then, _ in clauses[:-1]], clauses[-1][1]])}。"


def listed(texts: list[str]) -> str:
    """`AとB`, `A、B、C`."""
    return "と".join(texts) if len(texts) == 2 else "、".join(texts)


def named(words: list[Word], limit: int = NAMED_UP_TO) -> str:
    """The words as a list; など when there are more than the limit."""
    if len(words) > limit:
        return f"{'、'.join([word.ja for word in words[:limit]])}など"
    return listed([word.ja for word in words])


def stated(text: str) -> Clause:
    """That somebody is something: a noun, or a verb in its て form."""
    if is_verb(text):
        return (f"{text}おり", f"{text}います")
    return (f"{text}で", f"{text}です")


def is_verb(text: str) -> bool:
    """Whether a word of our tables is a verb (in its て form) and no noun."""
    return text.endswith("て")


def ago(days: int) -> str:
    """How long ago, in days."""
    if days < 2:
        return "昨日" if days else "今日"
    return f"{days}日前"


def ago_at(days: int) -> str:
    """When something was, before what it was."""
    return f"{ago(days)}{'に' if days > 1 else '、'}"


def ahead_at(days: int) -> str:
    """When something will be, in days, before what it will be."""
    if days < 2:
        return "明日、" if days else "今日これから、"
    return f"{days}日後に"


def lasting(days: int, whole: Whole) -> str:
    """A number of days in whole months, from two years on in whole years."""
    number, unit = months_or_years(days, whole)
    return f"{number}{UNITS[unit]}"
