"""The reasons of notes and refusals without what they quote: a value may be personal data. Pure."""

import re

QUOTED = re.compile("“.*”", re.DOTALL)  # up to the last one: a value may hold such marks itself
TIME = re.compile(r"\S*\d{4}-\d\d-\d\d[T ]\d\d:\S+")
ENTRY = re.compile(r"\bentry \d+: ")
FURTHER = re.compile(r", and \d+ more$")
NUMBER = re.compile(r"\b(has|PDF of) [\d,]+")


def without_values(reason: str) -> str:
    """A reason that is the same for all values with the same problem, and holds none of them."""
    text = TIME.sub("the time", QUOTED.sub("the value", reason))
    text = FURTHER.sub("", ENTRY.sub("an entry: ", text))
    return NUMBER.sub(r"\1 several", text)
