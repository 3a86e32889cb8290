"""Mistakes that no summary may have: one row per rule, with a pattern that matches the mistake."""

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """A mistake, and a pattern that matches it."""

    mistake: str
    pattern: str


EVERYWHERE = (
    Rule(
        "says a missing value",
        r"(?<![A-Za-z])(None|[Nn]ull|NaN|[Nn]/[Aa]|undefined|unknown)(?![A-Za-z])|なし|不明",
    ),
    Rule("doubled space or line break", r"\s\s|[\n\r\t\u3000\u200b]"),
    Rule("space at an end", r"^\s|\s$"),
    Rule("empty brackets", r"\(\s*\)|\[\s*\]|「\s*」|（\s*）|\"\s*\""),
    Rule("doubled stop", r"[.,;:、。]\s*[.,;:、。]"),
)
VERBS = "keep|prefer|enjoy|attend|come|need|avoid|describe"
ENGLISH = (
    *EVERYWHERE,
    Rule("none of what", r"\bnone\b(?! in the past)"),
    Rule("space before a stop", r"\s[.,;:!?]"),
    Rule(
        "a word that waits for another", r"\b(and|or|but|with|at|in|by|for|a|an|the|who|is|are|has|have)[.,;]"
    ),
    Rule("a list that begins with its last comma", r"\b(in|by|with|friends?|and), and\b|\band and\b"),
    Rule("a doubled word", r"\b([A-Za-z']+) \1\b"),
    Rule("no stop at the end", r"[^.]$"),
    Rule("a sentence with a small letter", r"\. [a-z]"),
    Rule("a before a vowel", r"\b[Aa] (?!one\b|once\b|[Ee]u|[Uu]ni|[Uu]se|U[XIKS]\b)[aeiouAEIOU]"),
    Rule("a before 8, 11 or 18", r"\b[Aa] (8\d*|11|18)\b"),
    Rule(
        "a before a silent or spelt letter",
        r"\ba (hour|honest|heir|HR\b|MBA|FBI|SEO|X-ray|[FHLMNRSX][A-Z]\b)",
    ),
    Rule("an before a consonant", r"\ban (?!hour|honest|heir|[AEFHILMNORSX][A-Z]*\b)[^aeiouAEIOUÉ8\d\W]"),
    Rule("an before another number", r"\ban (?!8\d*\b|11\b|18\b)\d"),
    Rule("an before you", r"\ban (UX|UI|UK|US|uni[^nm]|euro|one)"),
    Rule("a state with an article", r"\ban? (retired|unemployed|self-employed)(?! \d)(?= living| who|\.)"),
    Rule("they with one's verb", rf"\bThey (often |frequently )?(has|is|was|(?:{VERBS})s)\b|\bThey's"),
    Rule(
        "one with their verb", rf"\b(She|He) (often |frequently )?(have|are|were|(?:{VERBS}))\b|\b(She|He)'re"
    ),
    Rule(
        "one of many", r"\bone (events|orders|days|months|years)\b|\b1 (events?|orders?|days|months|years)\b"
    ),
    Rule("many of one", r"\b(?!1 )\d+ (event|order|day|month|year|other|friend)\b(?!-)"),
    Rule("one in figures", r"\b1 (more|others?)\b"),
    Rule(
        "an event of nobody", r"(?<!Her)(?<!His)(?<!Their)(?<!'s) (next event is|first event will|favorite)"
    ),
    Rule("days that have a name", r"\b[01] days?\b"),
    Rule("a single one named friends", r"\bfriends [^ ,.]+\."),
    Rule("two people", r"\b(She|[Hh]er)\b.*\b(They|[Tt]heir|He|[Hh]is)\b"),
    Rule("two people", r"\b(He|[Hh]is)\b.*\b(They|[Tt]heir|She|[Hh]er)\b"),
    Rule("two people", r"\b(They|[Tt]heir)\b.*\b(She|[Hh]er|He|[Hh]is)\b"),
    Rule("Japanese stops", r"[、。・]"),
    Rule("venues twice", r"\b(table|cuisine|events|experiences) \1"),
    Rule("underscores", r"[a-z]_[a-z]"),
)
JAPANESE = (
    *EVERYWHERE,
    Rule("a space beside Japanese letters", r"[ぁ-ん、。」] | [ぁ-ん、。「]"),
    Rule("a particle that waits", r"[とやのでにをがは]。|[をのと]、|^[、はがをに]"),
    Rule("a doubled particle", r"はは|はが|がが|をを|をに|にに|のの|でで|とと|はを|がを"),
    Rule("a sentence that is not polite", r"(?<!です)(?<!ます)(?<!した)(?<!せん)。|[^。]$"),
    Rule("English stops", r"[,;:]|\.(?!\w)"),
    Rule("a pronoun", r"彼女?|私|あなた"),
    Rule("さん twice", r"さんさん|様さん|先生さん"),
    Rule("nothing counted", r"(?<!\d)0(回|件|人|日|歳|か月|年)"),
    Rule("a time without a particle", r"\d日前[^にでのだ。]"),
    Rule("the wrong counter", r"\d(つ|個|匹|枚)|イベントに\d+人|友人\d+件"),
    Rule("English words", r"\b(and|is|has|with|events?|who|at)\b(?! Blue)"),
    Rule("underscores", r"[a-z]_[a-z]"),
)
RULES = {"en": ENGLISH, "ja": JAPANESE}


def faults(text: str, language: str) -> list[str]:
    """The mistakes in a summary, each with the text around it."""
    matches = [(rule.mistake, re.search(rule.pattern, text)) for rule in RULES[language]]
    return [f"{mistake}: …{text[max(0, match.start() - 15) :][:60]}" for mistake, match in matches if match]
