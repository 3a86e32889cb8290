"""The check of tokens: those of this mail only, written exactly, the required ones present."""

import re
from collections import Counter

from workers.writing.gate.passage import SENTENCE_ENDS, TOKEN, Passage
from workers.writing.gate.refusal import Refusal

PLACEHOLDER_MARKS = re.compile(r"[{}\[\]<>%$｛｝［］＜＞％＄]|[〇○◯●△▲×□]{2,}|[○◯●△×]")


def tokens(passage: Passage) -> Refusal | None:
    """Refuse an unknown, broken, missing or repeated token, and what looks like a placeholder."""
    rule = passage.rule
    names = TOKEN.findall(passage.text)
    unknown = next((name for name in names if name not in rule.tokens | rule.required), None)
    if unknown is not None:
        return Refusal("tokens", f'Use only the tokens that were given; "{unknown[:40]}" is none.')
    mark = PLACEHOLDER_MARKS.search(passage.tokenless)
    if mark:
        return Refusal(
            "tokens", f'Write tokens exactly as given, and no placeholders; "{mark.group()}" may not occur.'
        )
    missing = sorted(rule.required - set(names))
    if missing:
        return Refusal("tokens", f"Use the token {{{{{missing[0]}}}}}.")
    for sentence in SENTENCE_ENDS[rule.language].split(passage.text):
        repeated = [name for name, count in Counter(TOKEN.findall(sentence)).items() if count > 1]
        if repeated:
            return Refusal("tokens", f"Use the token {{{{{repeated[0]}}}}} once in a sentence.")
    return None
