"""What the gate says of a text that may not be sent."""

from typing import NamedTuple


class Refusal(NamedTuple):
    """The check that refused, and one English sentence that says what to do instead."""

    check: str
    rule: str


def refused_word(check: str, word: str, reason: str = "") -> Refusal:
    """The refusal of one word; `reason` is a clause that stands behind it, without a full stop."""
    shown = word.strip()[:30]
    return Refusal(
        check, f'Do not use the word "{shown}"{f": {reason[0].lower()}{reason[1:]}" if reason else ""}.'
    )
