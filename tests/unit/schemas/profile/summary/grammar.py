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
    Rule("a link or an address", r"https?:|www\.|\S@\S|\d{5}"),
    Rule("a price", r"[$€£¥￥]\s?\d|\d円"),
    Rule("doubled stop", r"[.,;:、。]\s*[.,;:、。]"),
)
WORDS = "and|is|has|with|events?|who|at"
VERBS = "keep|prefer|enjoy|attend|come|need|avoid|describe|name"
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
    Rule("a sentence with a small letter", r"(?<![A-Z])\. [a-z]"),
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
        "an event of nobody",
        r"(?<!Her)(?<!His)(?<!Their)(?<!'s) (next event is|first event will|favorite events)",
    ),
    Rule("days that have a name", r"\b[01] days?\b"),
    Rule("a single one named friends", r"\bfriends (?!Mr|Mrs|Ms|Dr)[^ ,.]+\."),
    Rule("two people", r"\b(She|[Hh]er)\b.*\b(They|[Tt]heir|He|[Hh]is)\b"),
    Rule("two people", r"\b(He|[Hh]is)\b.*\b(They|[Tt]heir|She|[Hh]er)\b"),
    Rule("two people", r"\b(They|[Tt]heir)\b.*\b(She|[Hh]er|He|[Hh]is)\b"),
    Rule("Japanese stops", r"[、。]"),
    Rule("venues twice", r"\b(table|cuisine|events|experiences) \1"),
    Rule("underscores", r"[a-z]_[a-z]"),
    Rule("a sentence as a noun", r"\ban? (\d+-year-old )?(I'm|I am|works?|looking|working|between|not|no)\b"),
    Rule("a verb as a thing", r"interested in ([^.\"]*(, |and ))?(to|be|play|go|I|no|not|any\w*|every\w*)\b"),
    Rule("not liked, but enjoyed", r"(enjoys?|enjoy|include) (no|not|any\w*|every\w*|except)\b"),
    Rule("avoids not", r"avoids? [^.\"]*\b(no|not|without)\b"),
    Rule(
        "places twice",
        r"\b(restaurants|dishes) cuisine|\btables experiences|\btables? tables?\b|\bevents? events\b",
    ),
    Rule("a table as an adjective", r"\btable for \w+ table"),
    Rule("at what is no place", r"\bat (Zoom|online|TBD|home)\b|\bin (near|in|at|home|remote|Zoom)\b"),
    Rule("a child at work", r"\b\d-year-old (?!student)[a-z]"),
    Rule("a title or capitals as a name", r"^((Dr|Mr|Mrs|Ms|Prof)\.?|[A-Z]{3,}) (is|has|lives|works)\b"),
    Rule("an office as a friend", r"friends? [^.]*\b(No Reply|Info|Support)\b"),
    Rule("hosted by nobody", r"hosted by (various|staff|me|us|self)\b"),
    Rule("a quotation without its end", r'^[^"]*"(?:[^"]*"[^"]*")*[^"]*$'),
)
JAPANESE = (
    *EVERYWHERE,
    Rule("a space beside Japanese letters", r"[ぁ-ん、。」] | [ぁ-ん、。「]"),
    Rule("a particle that waits", r"[とやのでにをがは]。|[をの]、|(?<!こ)と、|^[、はがをに]"),
    Rule("a doubled particle", r"はは|はが|がが|をを|をに|にに|のの|でで|(?<!こ)とと|はを|がを"),
    Rule("a sentence that is not polite", r"(?<!です)(?<!ます)(?<!した)(?<!せん)。|[^。]$"),
    Rule("English stops", r"[,;:]|(?<![A-Z])(?<!St)\.(?!\w)"),
    Rule("a pronoun", r"彼女?|私|あなた"),
    Rule("さん twice", r"さんさん|様さん|先生さん"),
    Rule("nothing counted", r"(?<!\d)0(回|件|人|日|歳|か月|年)"),
    Rule("a time without a particle", r"\d日前[^にでのだ。]"),
    Rule("the wrong counter", r"\d(つ|個|匹|枚)|イベントに\d+人|友人\d+件"),
    Rule("English words", rf"[ぁ-龯] ({WORDS})\b|\b({WORDS}) [ぁ-龯]"),
    Rule("underscores", r"[a-z]_[a-z]"),
    Rule("no person who works", r"(経営|職|業|系|関係|looking|です|中)として"),
    Rule("the contrary is meant", r"(ありません|なし|ない)の制限|以外を好|(苦手|no [a-z]+料理)"),
    Rule("an allergy that is a restriction", r"アレルギーの制限"),
    Rule("everything is wanted", r"でもを"),
    Rule("で and で", r"で、[^。「」]*で、"),
    Rule("おり and おり", r"おり、[^。「」]*おり、"),
    Rule("a title or a firm as a person", r"(Dr|Mr|Mrs|Ms|Prof)\.?さん|(会社|法人)[^。、「」]{0,8}さん"),
    Rule("quotation marks inside the same", r"「[^」]*「"),
    Rule("online is visited", r"オンラインを"),
    Rule("は twice", r"^[^。]*は、席は"),
    Rule("方 twice", r"この方は[^。]*(独身|既婚|交際中|婚約中|別居中)の方"),
    Rule("no neighbourhood", r"(近く|付近|実家|自宅|未定)に住"),
)
RULES = {"en": ENGLISH, "ja": JAPANESE}


QUOTATION = re.compile(r'"[^"]+"|「[^」]+」')


def without_quotations(text: str) -> str:
    """The text with a neutral word for what people wrote themselves."""
    return QUOTATION.sub(lambda quotation: '"word"' if quotation[0][0] == '"' else "「語」", text)


def faults(text: str, language: str) -> list[str]:
    """The mistakes in a summary, each with the text around it."""
    matches = [(rule.mistake, re.search(rule.pattern, text)) for rule in RULES[language]]
    return [f"{mistake}: …{text[max(0, match.start() - 15) :][:60]}" for mistake, match in matches if match]
